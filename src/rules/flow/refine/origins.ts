/** The effect of a check of a part on the value that the part was taken from. */

import type { Machine } from '../machine.ts';
import { ALL_KINDS, lookUpAny } from '../models.ts';
import { clearTaints, type Frame, type Taint, type Trail, type Value } from '../value/value.ts';

/**
 * Makes the variables of the function, and the fields of their objects, harmless from which a value
 * was made.
 */
export function trustOrigins(m: Machine, made: Value, clears: number): void {
  const trails = new Set(made.taints.flatMap(({ trail }) => [...before(trail)]));
  if (trails.size === 0) return;
  for (let frame: Frame | undefined = m.frame; frame !== undefined; frame = frame.parent) {
    for (const slot of frame.slots()) {
      const value = m.state.variable(slot);
      // All parameters of a request are more than the one that was checked.
      if (value === undefined || lookUpAny(m.models.sources, value.refs) !== undefined) continue;
      const changed = trusted(value, trails, clears);
      if (changed !== value) m.state.setVariable(slot, changed);
      for (const id of value.objects) trustFields(m, id, { trails, clears });
    }
    if (frame === m.activation.frame) return;
  }
}

/** Makes the variables of the function harmless that have just this value. */
export function trustSame(m: Machine, same: Value, clears: number): void {
  const trails = new Set(same.taints.map(({ trail }) => trail));
  for (let frame: Frame | undefined = m.frame; frame !== undefined; frame = frame.parent) {
    for (const slot of frame.slots()) {
      const value = m.state.variable(slot);
      if (value === undefined || value.refs.join(' ') !== same.refs.join(' ')) continue;
      const changed = trusted(value, trails, clears);
      if (changed !== value) m.state.setVariable(slot, changed);
    }
    if (frame === m.activation.frame) return;
  }
}

/**
 * Makes the variables of the function harmless that are the value with a fixed text behind it,
 * which leads to no other directory.
 */
export function trustExtended(m: Machine, checked: Value, clears: number): void {
  const trails = new Set(checked.taints.map(({ trail }) => trail));
  if (trails.size === 0 || clears === 0) return;
  for (let frame: Frame | undefined = m.frame; frame !== undefined; frame = frame.parent) {
    for (const slot of frame.slots()) {
      const value = m.state.variable(slot);
      if (value?.text === undefined || !EXTENDED.test(value.text)) continue;
      const made = value.taints.filter(({ trail }) => isStoredFrom(trail, trails));
      if (made.length === 0) continue;
      const all = new Set(made.map(({ trail }) => trail));
      m.state.setVariable(slot, trusted(value, all, clears));
    }
    if (frame === m.activation.frame) return;
  }
}

/** A text that begins with what is not known, and goes on with an extension of a file. */
const EXTENDED = /^\0[^\0/\\]+$/u;

/** Whether a value was only stored in variables since one of the steps. */
function isStoredFrom(trail: Trail, trails: ReadonlySet<Trail>): boolean {
  let at: Trail | undefined = trail;
  while (at?.message.startsWith('stored in') === true && !trails.has(at)) at = at.before;
  return at !== undefined && trails.has(at);
}

function trustFields(
  m: Machine,
  id: number,
  { trails, clears }: { readonly trails: ReadonlySet<Trail>; readonly clears: number },
): void {
  const object = m.state.object(id);
  if (object === undefined) return;
  let hasChanged = false;
  const fields = new Map(object.fields);
  for (const [name, value] of object.fields) {
    const changed = trusted(value, trails, clears);
    hasChanged ||= changed !== value;
    fields.set(name, changed);
  }
  if (hasChanged) m.state.setObject(id, { ...object, fields });
}

function trusted(value: Value, trails: ReadonlySet<Trail>, clears: number): Value {
  if (!value.taints.some(({ trail }) => trails.has(trail))) return value;
  const taints = value.taints.flatMap((one): readonly Taint[] => {
    if (!trails.has(one.trail)) return [one];
    return clears === ALL_KINDS ? [] : clearTaints([one], clears);
  });
  return { ...value, taints };
}

/** Yields the last step of a trail and those before it. */
function* before(trail: Trail): Generator<Trail> {
  for (let at: Trail | undefined = trail; at !== undefined; at = at.before) yield at;
}
