/** Calls: of functions of the file, of classes, and of what is known or not known of others. */

import {
  decoded,
  isLineBreakRemoved,
  assertObject,
  setAttribute,
  variantRefs,
  mappedTaints,
  textOfCall,
  LINES,
} from './call-effects.ts';
import { containerCall } from './value/containers.ts';
import { cleared as clearedOf, union } from './value/combine.ts';
import { bitsOf } from './value/kinds.ts';
import { appliedLater, spread } from './appliers.ts';
import type { ExpressionOf, Span } from './form.ts';
import {
  deepTaints,
  newObject,
  partsOf,
  type EvaluatedArgument,
  type EvaluatedCall,
  type Machine,
} from './machine.ts';
import { ALL_KINDS, lookUpAny } from './models.ts';
import {
  classMember,
  elementOf,
  listOf,
  readIndex,
  readMember,
  resultRefs,
  sourced,
  tupleOf,
  UNDER_KEY,
  withStep,
  writeField,
} from './value/objects.ts';
import { doubtOf } from './value/doubt.ts';
import { encodedBits, leftBits, replacedBy, withEscapes } from './value/replaced.ts';
import { joinInto, State } from './value/state.ts';
import { flagRefs } from './refine/whole-pattern.ts';
import {
  clearTaints,
  constantOf,
  constantValue,
  joinTaints,
  joinValues,
  stepped,
  taintedValue,
  UNKNOWN,
  type Closure,
  type Taint,
  type Value,
} from './value/value.ts';

/** Returns the value of a call. */
export function evaluateCall(m: Machine, e: ExpressionOf<'call'>): Value {
  const call = evaluatedParts(m, e);
  const { callee, receiver, args, span, isNew } = call;
  const refs = callee.refs;
  const within = m.activation.code?.name ?? '';
  m.watch({ kind: 'call', refs, receiver, args, span, isNew, within });
  return calledValue(m, call);
}

function evaluatedParts(m: Machine, e: ExpressionOf<'call'>): EvaluatedCall {
  const isMethod = e.callee.kind === 'member';
  const receiver = isMethod ? m.evaluate(e.callee.object) : undefined;
  const callee =
    isMethod && receiver !== undefined
      ? readMember(m, receiver, e.callee.name, e.callee.span)
      : m.evaluate(e.callee);
  const args = e.args.flatMap(({ value, name, isSpread }): readonly EvaluatedArgument[] => {
    const evaluated = m.evaluate(value);
    const at = value.span;
    if (isSpread !== true)
      return [{ value: evaluated, span: at, ...(name !== undefined && { name }) }];
    return spread(m, evaluated, { span: at, isNamed: name === '**' });
  });
  return {
    callee,
    method: isMethod ? e.callee.name : undefined,
    receiver,
    receiverAt: isMethod ? e.callee.object : undefined,
    args,
    span: e.span,
    isNew: e.isNew === true,
  };
}

function calledValue(m: Machine, call: EvaluatedCall): Value {
  const { callee, args, span } = call;
  const known: Value[] = [];
  const given = appliedArguments(m, call);
  if (given !== undefined) return given;
  const ways = [
    ...callee.closures.map((closure) => () => {
      const all = closure.bound?.map((value) => ({ value, span })) ?? [];
      return m.call(closure, [...all, ...args]);
    }),
    ...callableObjects(m, callee).map((closure) => () => m.call(closure, args)),
    ...callee.classes.map((type) => () => m.instantiate(type, args, span)),
  ];
  const base = m.state;
  const ends: State[] = [];
  for (const way of ways) {
    m.state = new State(base);
    known.push(way());
    ends.push(m.state);
  }
  m.state = base;
  const isOutside =
    ways.length === 0 || callee.refs.some((ref) => ref !== '?' && ref !== UNDER_KEY);
  if (ways.length > 0) joinInto(base, isOutside ? [...ends, new State(base)] : ends);
  if (isOutside) known.push(outsideCall(m, call));
  return known.reduce(joinValues, known[0] ?? UNKNOWN);
}

/** Instances of classes with `__call__`. */
function callableObjects(m: Machine, callee: Value): readonly Closure[] {
  if (m.program.language !== 'python') return [];
  return callee.objects.flatMap((id) => {
    const type = m.state.object(id)?.type;
    const member = type && classMember(m, type, '__call__', false);
    const self = { ...callee, objects: [id] };
    return (member?.closures ?? []).map((one) => ({ ...one, self }));
  });
}

/** `f.call(self, a)`, `f.apply(self, list)` and `f.bind(self, a)` of functions of the file. */
function appliedArguments(
  m: Machine,
  { callee, method, receiver, args, span }: EvaluatedCall,
): Value | undefined {
  if (callee.refs.includes('functools.partial')) return partially(args);
  if (receiver === undefined || receiver.closures.length === 0) return undefined;
  const [self, ...others] = args;
  const withSelf = receiver.closures.map((one) => (self ? { ...one, self: self.value } : one));
  if (method === 'bind') {
    const bound = others.map(({ value }) => value);
    return { ...UNKNOWN, closures: withSelf.map((one) => ({ ...one, bound })) };
  }
  if (method !== 'call' && method !== 'apply') return undefined;
  const [list] = others;
  const passed =
    method === 'call' ? others : list ? spread(m, list.value, { span, isNamed: false }) : [];
  return withSelf.map((one) => m.call(one, passed)).reduce(joinValues);
}

/** `functools.partial(f, a)`. */
function partially([first, ...others]: readonly EvaluatedArgument[]): Value | undefined {
  if (first === undefined || first.value.closures.length === 0) return undefined;
  const bound = others.map(({ value }) => value);
  return { ...UNKNOWN, closures: first.value.closures.map((one) => ({ ...one, bound })) };
}

/** The value of a call of what is not in the file. */
function outsideCall(m: Machine, call: EvaluatedCall): Value {
  const { callee, receiver, method, args, span } = call;
  if (callee.refs.includes(RESOLVE) && callee.objects.length > 0) return resolved(m, call);
  const inContainer = containerCall(m, call);
  if (inContainer !== undefined) return inContainer;
  const promise = promised(m, call);
  if (promise !== undefined) return promise;
  const made = madeContainer(m, call);
  if (made !== undefined) return made;
  const decodedTaints = decoded(m, call);
  const passed = lookUpAny(m.models.passes, callee.refs);
  if (passed !== undefined && (decodedTaints ?? []).length === 0) {
    const value = passed === 'object' ? receiver : args[passed]?.value;
    if (value !== undefined) return value;
  }
  if (callee.refs.some((ref) => m.models.ends?.has(ref))) m.state.isDead = true;
  assertObject(m, call);
  if (callee.refs.includes('setattr')) setAttribute(m, args);
  const refs = variantRefs(m, call) ?? [
    ...resultRefs(m, callee.refs),
    ...(callee.refs.includes('RegExp') ? flagRefs(args[1]?.value) : []),
  ];
  const source = sourced(m, { ...UNKNOWN, refs }, span);
  if (source.taints.length > 0) return source;
  const callbacks = runCallbacks(m, call);
  mutate(m, call);
  if (method !== undefined && m.models.plain.has(method)) return { ...UNKNOWN, refs };
  const cleared = lookUpAny(m.models.clears, callee.refs);
  if (cleared === ALL_KINDS) return { ...UNKNOWN, refs };
  const isAddress = refs.includes('URL');
  const all: Value[] = args.map(({ value }, index) =>
    // An address on which another one is based is that of the own site.
    isAddress && index === 1 ? clearedOf(m, value, bitsOf('redirect')) : value,
  );
  if (receiver !== undefined) all.push(receiver);
  let taints = union(m, all).taints;
  for (const result of callbacks) taints = joinTaints(taints, deepTaints(m, result));
  taints = decodedTaints ?? taints;
  if (cleared !== undefined) taints = clearTaints(taints, cleared);
  taints = clearTaints(mappedTaints(m, call, taints), encodedBits(call));
  if (isLineBreakRemoved(m, call)) taints = clearTaints(taints, LINES);
  if (taints.length > 0)
    taints = clearTaints(withEscapes(taints, replacedBy(m, call)), leftBits(m, call));
  const isTyped = refs.some((ref) => !ref.endsWith('()'));
  const message = `passes through ${shownName(callee.refs)}`;
  const value = {
    ...UNKNOWN,
    refs,
    taints: stepped(taints, span, message, isTyped ? undefined : doubtOf(m, call)),
    ...textOfCall(m, call, { refs, isUntrusted: taints.length > 0 }),
  };
  return callbackResult(m, call, { value, callbacks });
}

/** Stands for the function that a promise is resolved with; its object has the values. */
const RESOLVE = 'promise:resolve';

/** `resolve(value)` in `new Promise((resolve) => …)` */
function resolved(m: Machine, { callee, args: [first] }: EvaluatedCall): Value {
  if (first !== undefined) writeField(m, callee, undefined, first.value);
  return UNKNOWN;
}

/** `new Promise((resolve) => …)`: the value that it is resolved with. */
function promised(
  m: Machine,
  { callee, args: [first], span, isNew }: EvaluatedCall,
): Value | undefined {
  const [executor] = first?.value.closures ?? [];
  if (!isNew || executor === undefined || !callee.refs.includes('Promise')) return undefined;
  const box = newObject(m, { isList: true, isClosed: true });
  const base = m.state;
  m.state = new State(base);
  m.call(executor, [{ value: { ...UNKNOWN, refs: [RESOLVE], ...box }, span }]);
  const end = m.state;
  m.state = base;
  joinInto(base, [end, new State(base)]);
  const value = elementOf(m, { ...UNKNOWN, ...box });
  return withStep(value, span, 'passes through "Promise"');
}

/** `new Map()`, `dict(a=1)`: an object of which all is known. */
function madeContainer(m: Machine, { callee, args }: EvaluatedCall): Value | undefined {
  const kind = lookUpAny(m.models.containers, callee.refs);
  if (kind === undefined) return undefined;
  const [first] = args;
  if (kind === 'pairs' || kind === 'elements' || kind === 'entries') {
    if (first !== undefined && first.value.objects.length > 0) return filled(m, first.value, kind);
    if (first !== undefined || kind === 'entries') return undefined;
  }
  if (args.some(({ name }) => name === undefined)) return undefined;
  const fields = new Map(args.map(({ name = '', value }) => [name, value]));
  const isList = kind === 'list' || kind === 'elements';
  return { ...UNKNOWN, ...newObject(m, { isList, fields, isClosed: true }) };
}

/** `new Set(list)`, `new Map(pairs)`, `Object.entries(map)`. */
function filled(m: Machine, from: Value, kind: 'pairs' | 'elements' | 'entries'): Value {
  const { taints } = from;
  if (kind === 'elements') {
    const isKnown = from.objects.every((id) => m.state.object(id)?.rest === undefined);
    const list = isKnown ? tupleOf(m, partsOf(m, from)) : listOf(m, elementOf(m, from));
    return { ...list, taints };
  }
  if (kind === 'entries') {
    return { ...listOf(m, tupleOf(m, [taintedValue(taints), elementOf(m, from)])), taints };
  }
  const fields = new Map<string, Value>();
  let rest: Value | undefined;
  for (const pair of partsOf(m, from)) {
    const key = constantOf(readIndex(m, pair, constantValue(0), NOWHERE));
    const value = readIndex(m, pair, constantValue(1), NOWHERE);
    if (key !== undefined && !fields.has(String(key))) fields.set(String(key), value);
    else rest = rest === undefined ? value : joinValues(rest, value);
  }
  if (taints.length > 0)
    rest = rest ? joinValues(rest, taintedValue(taints)) : taintedValue(taints);
  return { ...UNKNOWN, taints, ...newObject(m, { isList: false, fields, rest, isClosed: true }) };
}

const NOWHERE: Span = { start: 0, end: 0 };

function shownName(refs: readonly string[]): string {
  const [ref = ''] = refs;
  const name = ref.replace(/^\?\.?/u, '');
  return name === '' ? 'a call' : `"${name.slice(-60)}"`;
}

/** Calls the functions among the arguments with the values of the call. */
function runCallbacks(m: Machine, call: EvaluatedCall): readonly Value[] {
  const { callee, receiver, args } = call;
  const functions = args.flatMap(({ value }) => value.closures);
  if (functions.length === 0) return [];
  const later = appliedLater(m, call);
  if (later !== undefined) return later;
  const types = lookUpAny(m.models.handlers, callee.refs) ?? m.models.guessHandler?.(call);
  // Frameworks of Python that are not known get their handlers in calls, too.
  const isGuessed = types !== undefined || m.program.language === 'python';
  let taints: readonly Taint[] = [];
  for (const { value } of args) {
    if (value.closures.length === 0) taints = joinTaints(taints, deepTaints(m, value));
  }
  // What an unknown function gives to its callbacks may be something else than its arguments.
  const doubt = types === undefined ? doubtOf(m, call) : undefined;
  if (doubt !== undefined) {
    taints = stepped(taints, call.span, `passes through ${shownName(callee.refs)}`, doubt);
  }
  const element = receiver === undefined ? UNKNOWN : elementOf(m, receiver);
  const given: Value = { ...element, taints: joinTaints(element.taints, taints) };
  // What a list is folded into begins with the second argument.
  const [, initial] = args;
  const first =
    initial !== undefined && FOLDING.test(call.method ?? '')
      ? { ...initial.value, taints: joinTaints(initial.value.taints, given.taints) }
      : given;
  const results: Value[] = [];
  for (const closure of functions) {
    const base = m.state;
    m.state = new State(base);
    const passed = closure.code.parameters.map((_, index) => {
      const type =
        types?.[index] ?? (isGuessed ? m.models.guessParameter(closure.code, index) : undefined);
      const isError =
        index === 0 &&
        call.method !== undefined &&
        m.program.language === 'javascript' &&
        isErrorParameter(closure);
      const value =
        type !== undefined
          ? { ...UNKNOWN, refs: [type] }
          : isError
            ? UNKNOWN
            : index === 0
              ? first
              : given;
      const { span } = closure.code.parameters[index]?.target ?? closure.code;
      return {
        value: type === undefined ? value : sourced(m, value, span),
        span: closure.code.span,
      };
    });
    const options = types === undefined ? {} : { handlerRefs: callee.refs };
    if (types !== undefined) m.handlers.push({ closure, args: passed, options });
    results.push(m.call(closure, passed, options));
    const end = m.state;
    m.state = base;
    joinInto(base, [end, new State(base)]);
  }
  return results;
}

/** By the convention of Node.js, the first parameter of a callback is an error. */
function isErrorParameter({ code }: Closure): boolean {
  const target = code.parameters[0]?.target;
  return (
    target?.kind === 'variable' && /^_?(?:e|er|err|error|\w+Err(?:or)?)\d*$/u.test(target.name)
  );
}

const LISTING = /^(?:map|flatMap|imap|starmap)$/u;
const CHOOSING = /^(?:find|findLast)$/u;
const FOLDING = /^reduce(?:Right)?$/u;
const CHAINED = /^(?:then|catch|finally|reduce|reduceRight|run|using|callFunction)$/u;

function callbackResult(
  m: Machine,
  { method, receiver }: EvaluatedCall,
  { value, callbacks }: { readonly value: Value; readonly callbacks: readonly Value[] },
): Value {
  const [first, ...more] = callbacks;
  if (first === undefined || method === undefined) return value;
  const result = more.reduce(joinValues, first);
  if (LISTING.test(method)) return listOf(m, result);
  if (CHAINED.test(method)) return { ...result, refs: [...result.refs, ...value.refs] };
  if (receiver === undefined || receiver.objects.length === 0) return value;
  if (CHOOSING.test(method)) return elementOf(m, receiver);
  return { ...listOf(m, elementOf(m, receiver)), taints: receiver.taints };
}

/** A method that puts its arguments into an object of which nothing else is known. */
function mutate(m: Machine, { method, receiver, receiverAt, args, span }: EvaluatedCall): void {
  if (method === undefined || receiver === undefined || !m.models.mutators.has(method)) return;
  if (receiver.objects.length > 0) return;
  const { taints } = union(
    m,
    args.map(({ value }) => value),
  );
  if (taints.length === 0 || receiverAt === undefined) return;
  if (receiverAt.kind !== 'name' && receiverAt.kind !== 'member' && receiverAt.kind !== 'index')
    return;
  const target =
    receiverAt.kind === 'name'
      ? ({ kind: 'variable', span: receiverAt.span, name: receiverAt.name } as const)
      : receiverAt;
  const all = joinTaints(receiver.taints, stepped(taints, span, `put in by "${method}"`));
  m.assign(target, withStep({ ...receiver, taints: all }, span, `put in by "${method}"`));
}
