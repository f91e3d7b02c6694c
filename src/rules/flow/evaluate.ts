/** The values of expressions. */

import type { Expression, ExpressionOf } from './form.ts';
import { assumed } from './assign.ts';
import { evaluateCall } from './calls.ts';
import { cleared, concatenated, either, union } from './value/combine.ts';
import { bitsOf } from './value/kinds.ts';
import { enterBlock, findVariable, newObject, type Machine } from './machine.ts';
import { elementOf, listOf, readIndex, readMember, sourced } from './value/objects.ts';
import { computed } from './value/compute.ts';
import { joinInto, State } from './value/state.ts';
import {
  constantOf,
  constantValue,
  joinTaints,
  joinValues,
  NAMELESS,
  symbolValue,
  taintedValue,
  truthOf,
  UNKNOWN,
  type Taint,
  type Value,
} from './value/value.ts';

/** Returns the value of an expression, and does what evaluating it does. */
export function evaluate(m: Machine, e: Expression): Value {
  m.spend();
  switch (e.kind) {
    case 'literal':
      return constantValue(e.value);
    case 'pattern':
      return {
        ...UNKNOWN,
        text: e.source,
        refs: ['RegExp', ...Array.from(e.flags, (flag) => `RegExp/${flag}`)],
      };
    case 'name':
      return readName(m, e);
    case 'symbol':
      return sourced(m, symbolOf(m, e.ref), e.span);
    case 'member':
      return assumed(m, e, readMember(m, m.evaluate(e.object), e.name, e.span));
    case 'index':
      return assumed(m, e, readIndex(m, m.evaluate(e.object), m.evaluate(e.key), e.span));
    case 'call':
      return assumed(m, e, evaluateCall(m, e));
    case 'record':
      return makeRecord(m, e);
    case 'list':
      return makeList(m, e);
    case 'text':
      return concatenated(
        m,
        e.parts.map((part) => m.evaluate(part)),
      );
    case 'sum':
      return sum(m, m.evaluate(e.left), m.evaluate(e.right));
    case 'operation': {
      const values = e.args.map((arg) => m.evaluate(arg));
      if (COMPARED.has(e.op)) watchEquality(m, e, values);
      const constant = computed(m.program.language, e.op, values.map(constantOf));
      return constant === undefined ? UNKNOWN : constantValue(constant);
    }
    case 'choice':
      return choose(m, e);
    case 'logic':
      return logic(m, e);
    case 'closure':
      return decorated(m, e);
    case 'class': {
      const bases = e.code.bases.map((base) => m.evaluate(base));
      return { ...UNKNOWN, classes: [{ code: e.code, frame: m.frame, bases }] };
    }
    case 'assign': {
      const value = m.evaluate(e.value);
      m.assign(e.target, value);
      return value;
    }
    case 'sequence':
      return e.items.map((item) => m.evaluate(item)).at(-1) ?? UNKNOWN;
    case 'each':
      return comprehend(m, e);
    case 'yield': {
      m.activation.yielded.push(m.evaluate(e.value));
      return UNKNOWN;
    }
    case 'opaque':
      return union(
        m,
        e.parts.map((part) => m.evaluate(part)),
      );
  }
}

const COMPARED: ReadonlySet<string> = new Set(['===', '!==', '==', '!=']);

/** A comparison is a call of `code:compare` for rules, with both sides as its arguments. */
function watchEquality(
  m: Machine,
  { span, args }: ExpressionOf<'operation'>,
  values: readonly Value[],
): void {
  const within = m.activation.code?.name ?? '';
  const sides = values.map((value, index) => ({ value, span: args[index]?.span ?? span }));
  m.watch({
    kind: 'call',
    refs: ['code:compare'],
    receiver: undefined,
    args: sides,
    span,
    isNew: false,
    within,
  });
}

/** A decorator of the file gets the function and returns another one; others leave it as it is. */
function decorated(m: Machine, { code }: ExpressionOf<'closure'>): Value {
  let value: Value = { ...UNKNOWN, closures: [{ code, frame: m.frame }] };
  for (const decorator of code.decorators.toReversed()) {
    const { closures } = m.evaluate(decorator);
    const span = code.span;
    const results = closures.map((one) => m.call(one, [{ value, span }]));
    const made = results.filter((one) => one.closures.length > 0);
    if (made.length > 0) value = made.reduce(joinValues);
  }
  return value;
}

function readName(m: Machine, e: ExpressionOf<'name'>): Value {
  const value = findVariable(m, e.name)?.value;
  return value ?? sourced(m, symbolOf(m, e.name), e.span);
}

function symbolOf(m: Machine, ref: string): Value {
  const type = m.models.types.get(ref);
  return symbolValue(type ?? ref);
}

function sum(m: Machine, left: Value, right: Value): Value {
  const [a, b] = [constantOf(left), constantOf(right)];
  if (typeof a === 'number' && typeof b === 'number') return constantValue(a + b);
  if (left.objects.length > 0 && right.objects.length > 0) {
    return listOf(m, joinValues(elementOf(m, left), elementOf(m, right)));
  }
  return concatenated(m, [left, right]);
}

function makeRecord(m: Machine, e: ExpressionOf<'record'>): Value {
  const fields = new Map<string, Value>();
  let rest: Value | undefined;
  let taints: readonly Taint[] = [];
  let isClosed = true;
  for (const { key, value } of e.entries) {
    const part = m.evaluate(value);
    if (key === undefined) {
      isClosed &&= part.objects.length > 0;
      // What is not known may have fields of the same names.
      if (part.objects.length === 0 && part.constant === undefined) {
        for (const [name, field] of fields) fields.set(name, joinValues(field, NAMELESS));
      }
      taints = joinTaints(taints, part.taints);
      for (const id of part.objects) {
        const object = m.state.object(id);
        for (const [name, field] of object?.fields ?? []) fields.set(name, field);
        if (object?.rest !== undefined) rest = rest ? joinValues(rest, object.rest) : object.rest;
        isClosed &&= object?.isClosed === true;
      }
      continue;
    }
    const name = constantOf(m.evaluate(key));
    // An object under `$eq` is compared as a value.
    if (name === '$eq') fields.set(name, cleared(m, part, bitsOf('nosql')));
    else if (name !== undefined) fields.set(String(name), part);
    else rest = rest === undefined ? part : joinValues(rest, part);
  }
  const object = newObject(m, { isList: false, fields, rest, isClosed });
  return { ...UNKNOWN, taints, ...object };
}

function makeList(m: Machine, e: ExpressionOf<'list'>): Value {
  const fields = new Map<string, Value>();
  let rest: Value | undefined;
  let taints: readonly Taint[] = [];
  for (const { value, isSpread } of e.items) {
    const item = m.evaluate(value);
    if (isSpread || rest !== undefined) {
      const element = isSpread ? elementOf(m, item) : item;
      rest = rest === undefined ? element : joinValues(rest, element);
      if (isSpread) taints = joinTaints(taints, item.taints);
    } else fields.set(String(fields.size), item);
  }
  return { ...UNKNOWN, taints, ...newObject(m, { isList: true, fields, rest, isClosed: true }) };
}

function choose(m: Machine, e: ExpressionOf<'choice'>): Value {
  const truth = truthOf(m.evaluate(e.test));
  if (truth !== undefined) return m.evaluate(truth ? e.yes : e.no);
  return either(
    m,
    [e.yes, e.no].map((way, index) => () => {
      m.refine(e.test, index === 0);
      return m.evaluate(way);
    }),
  );
}

function logic(m: Machine, e: ExpressionOf<'logic'>): Value {
  const left = m.evaluate(e.left);
  const truth = truthOf(left);
  if (e.op === 'nullish') {
    if (truth !== undefined && left.constant !== null) return left;
    return left.constant === null ? m.evaluate(e.right) : oneOf(m, left, e);
  }
  if (truth !== undefined) return truth === (e.op === 'and') ? m.evaluate(e.right) : left;
  return oneOf(m, left, e);
}

/**
 * Returns the left value, or the right one. What is left of a condition with `and` is false, empty
 * or nothing.
 */
function oneOf(m: Machine, left: Value, e: ExpressionOf<'logic'>): Value {
  return either(m, [
    () => {
      if (e.op === 'nullish') return left;
      m.refine(e.left, e.op === 'or');
      return e.op === 'and' ? UNKNOWN : left;
    },
    () => {
      if (e.op !== 'nullish') m.refine(e.left, e.op === 'and');
      return m.evaluate(e.right);
    },
  ]);
}

function comprehend(m: Machine, e: ExpressionOf<'each'>): Value {
  const outer = enterBlock(m);
  const base = m.state;
  m.state = new State(base);
  let isEmpty = false;
  for (const { target, iterable, tests } of e.loops) {
    m.assign(target, elementOf(m, m.evaluate(iterable)));
    for (const test of tests) {
      if (truthOf(m.evaluate(test)) === false) isEmpty = true;
      m.refine(test, true);
    }
  }
  const key = e.key && m.evaluate(e.key);
  const value = m.evaluate(e.value);
  const end = m.state;
  m.state = base;
  m.frame = outer;
  joinInto(base, [end, new State(base)]);
  if (isEmpty) return listOf(m, undefined);
  const isList = key === undefined;
  return {
    ...taintedValue(key?.taints ?? []),
    ...newObject(m, { isList, rest: value, isClosed: true }),
  };
}
