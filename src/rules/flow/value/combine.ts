/** Values that are made of several others. */

import { deepTaints, type Machine } from '../machine.ts';
import { bitsOf } from './kinds.ts';
import { joinInto, State } from './state.ts';
import {
  clearTaints,
  HOLE,
  LISTED,
  TRUSTED,
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
  // A text is no object.
  const taints = clearTaints(union(m, parts).taints, bitsOf('nosql'));
  const isKnown = ![HOLE, `${HOLE}${TRUSTED}`, `${HOLE}${TRUSTED}${LISTED}`].includes(text);
  return { ...taintedValue(taints), ...(isKnown && { text }) };
}

/**
 * Returns a value whose untrusted data is harmless to more kinds of sinks, and nothing else of it.
 */
export function cleared(m: Machine, value: Value, bits: number): Value {
  const taints = deepTaints(m, value);
  return taints.length === 0 ? value : taintedValue(clearTaints(taints, bits));
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
