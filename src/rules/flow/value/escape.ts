/** The variables and objects of a call that live on after it. */

import { groupBy } from '../../../core/base/maps.ts';
import { State } from './state.ts';
import type { Frame, HeapObject, Slot, Value } from './value.ts';

/** The state at the end of a call. */
export interface CallEnd {
  readonly end: State;
  /** The state under it. */
  readonly base: State;
  /** Values that the call has handed out: what it returns, and what it throws. */
  readonly handedOut: readonly Value[];
  /** Frames and objects with higher numbers were made by the call. */
  readonly firstId: number;
}

/**
 * Returns the end of a call without the variables and objects that nothing outside can reach. A
 * program that calls many functions would otherwise drag all of their variables along.
 */
export function escaping({ end, base, handedOut, firstId }: CallEnd): State {
  const kept = new State(base);
  kept.isDead = end.isDead;
  const objects = new Set<number>();
  const frames = new Set<Frame>();
  const open: Value[] = [...handedOut];
  const openFrame = (first: Frame | undefined): void => {
    for (let at = first; at !== undefined && at.id > firstId; at = at.parent) {
      if (frames.has(at)) return;
      frames.add(at);
      for (const slot of bySlot().get(at) ?? []) take(slot);
    }
  };
  const take = (slot: Slot): void => {
    const value = end.variables.get(slot);
    if (value === undefined || kept.variables.has(slot)) return;
    kept.setVariable(slot, value);
    open.push(value);
  };
  let slots: ReadonlyMap<Frame, readonly Slot[]> | undefined;
  const bySlot = (): ReadonlyMap<Frame, readonly Slot[]> => (slots ??= groupedByFrame(end));
  const takeObject = (id: number, object: HeapObject): void => {
    if (objects.has(id)) return;
    objects.add(id);
    kept.setObject(id, object);
    for (const value of object.fields.values()) open.push(value);
    if (object.rest !== undefined) open.push(object.rest);
    openFrame(object.type?.frame);
  };
  for (const slot of end.variables.keys()) {
    if (slot.frame.id <= firstId || slot.frame.isCaptured) take(slot);
  }
  for (const [id, object] of end.objects) if (id <= firstId) takeObject(id, object);
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    for (const id of value.objects) {
      const object = end.objects.get(id);
      if (object !== undefined) takeObject(id, object);
    }
    for (const { frame, self, bound, home } of value.closures) {
      openFrame(frame);
      if (self !== undefined) open.push(...fresh(self, objects, firstId));
      if (bound !== undefined) open.push(...bound);
      openFrame(home?.frame);
    }
    for (const { frame, bases } of value.classes) {
      openFrame(frame);
      open.push(...bases.filter(({ classes }) => classes.some((one) => one.frame.id > firstId)));
    }
  }
  return kept;
}

/**
 * The object of a method, unless it is known already: methods and their objects refer to one
 * another.
 */
function fresh(self: Value, known: ReadonlySet<number>, firstId: number): readonly Value[] {
  return self.objects.some((id) => id > firstId && !known.has(id)) ? [self] : [];
}

function groupedByFrame(state: State): ReadonlyMap<Frame, readonly Slot[]> {
  return groupBy(state.variables.keys(), ({ frame }) => frame);
}
