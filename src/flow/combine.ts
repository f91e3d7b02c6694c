/** Values that are made of several others. */

import { deepTaints, type Machine } from './machine.ts';
import { joinInto, State } from './state.ts';
import {
  HOLE,
  joinedParts,
  joinTaints,
  joinValues,
  taintedValue,
  type Taint,
  type Value,
} from './value.ts';

/** Returns a value with the untrusted data of several others. */
export function union(m: Machine, values: readonly Value[]): Value {
  let taints: readonly Taint[] = [];
  for (const value of values) taints = joinTaints(taints, deepTaints(m, value));
  return taintedValue(taints);
}

/** Returns a text that consists of parts. */
export function concatenated(m: Machine, parts: readonly Value[]): Value {
  const text = joinedParts(parts);
  return { ...union(m, parts), ...(text !== HOLE && { text }) };
}

/** Evaluates what may be evaluated, and returns the values of those that were. */
export function either(m: Machine, ways: readonly (() => Value)[]): Value {
  const base = m.state;
  const ends: State[] = [];
  const values: Value[] = [];
  for (const way of ways) {
    m.state = new State(base);
    values.push(way());
    ends.push(m.state);
  }
  m.state = base;
  joinInto(base, ends);
  return values.reduce(joinValues);
}
