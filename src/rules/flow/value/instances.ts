/** Making instances of the classes of a file. */

import type { Span } from '../form.ts';
import type { EvaluatedArgument, Machine } from '../machine.ts';
import { classMember, resultRefs, withStep } from './objects.ts';
import { NAMELESS, UNKNOWN, type ClassValue, type Value } from './value.ts';

const MAX_BASES = 6;

/**
 * The names of the classes outside of the file that a class extends, those of its bases included.
 */
function outsideBases({ bases }: ClassValue, depth = MAX_BASES): readonly string[] {
  if (depth === 0) return [];
  const all = bases.flatMap(({ refs, classes }) => [
    ...refs,
    ...classes.flatMap((one) => outsideBases(one, depth - 1)),
  ]);
  return [...new Set(all)];
}

/** Returns the classes that a class extends, the most general first, and itself. */
function lineOf(type: ClassValue, depth = MAX_BASES): readonly ClassValue[] {
  const bases = depth === 0 ? [] : type.bases.flatMap(({ classes }) => classes);
  return [...bases.flatMap((one) => lineOf(one, depth - 1)), type];
}

/** Makes an instance. With `args` absent, nothing is known of the arguments of the constructor. */
export function instantiate(
  m: Machine,
  type: ClassValue,
  args: readonly EvaluatedArgument[] | undefined,
  span: Span,
): Value {
  const id = m.newId();
  const outside = resultRefs(m, outsideBases(type));
  const self: Value = { ...UNKNOWN, refs: outside, objects: [id] };
  m.state.setObject(id, { fields: new Map(), rest: undefined, isList: false, type });
  const isPython = m.program.language === 'python';
  const line = isPython ? lineOf(type) : [type];
  // Fields of dataclasses and models are those of their instances, with a value or without one.
  const isRecord = isPython && (outside.length > 0 || type.code.decorators.length > 0);
  const fields = line.flatMap(({ code }) =>
    code.members.filter(({ role, isStatic }) => role === 'field' && (isRecord || !isStatic)),
  );
  const values = new Map<string, Value>();
  const { frame } = m;
  m.frame = type.frame;
  for (const { name, value } of fields) values.set(name, m.evaluate(value));
  m.frame = frame;
  const make =
    classMember(m, type, 'constructor', false) ?? classMember(m, type, '__init__', false);
  if (make === undefined) {
    let place = 0;
    for (const { value, name, isSpread } of args ?? []) {
      const key = name ?? fields[place++]?.name;
      if (isSpread !== true && key !== undefined)
        values.set(key, withStep(value, span, `stored in "${key}"`));
    }
  }
  m.state.setObject(id, { fields: values, rest: undefined, isList: false, type });
  for (const closure of make?.closures ?? []) {
    const unknown = (): readonly EvaluatedArgument[] =>
      closure.code.parameters.map(({ target }) => ({ value: NAMELESS, span: target.span }));
    m.call(closure, args ?? unknown(), { self });
  }
  return self;
}
