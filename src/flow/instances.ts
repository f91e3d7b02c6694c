/** Making instances of the classes of a file. */

import type { Span } from './form.ts';
import type { EvaluatedArgument, Machine } from './machine.ts';
import { classMember, withStep } from './objects.ts';
import { NAMELESS, UNKNOWN, type ClassValue, type Value } from './value.ts';

/** Makes an instance. With `args` absent, nothing is known of the arguments of the constructor. */
export function instantiate(
  m: Machine,
  type: ClassValue,
  args: readonly EvaluatedArgument[] | undefined,
  span: Span,
): Value {
  const id = m.newId();
  const outside = type.bases.flatMap(({ refs }) => refs.map((ref) => `${ref}()`));
  const self: Value = { ...UNKNOWN, refs: outside, objects: [id] };
  m.state.setObject(id, { fields: new Map(), rest: undefined, isList: false, type });
  const fields = type.code.members.filter(({ role, isStatic }) => role === 'field' && !isStatic);
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
