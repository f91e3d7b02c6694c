/**
 * The variables and objects of a program at one point. A state is a layer over another one: what a branch or a call changes lies
 * in its own layer, so that joining branches costs as much as they have changed.
 */

import { joinValues, type HeapObject, type Value } from './value.ts';

/** What a call has read of what was there before it. */
export interface ReadLog {
  readonly variables: Map<string, Value | undefined>;
  readonly objects: Map<number, HeapObject | undefined>;
}

/** A point of the program. */
export class State {
  readonly parent: State | undefined;
  readonly variables = new Map<string, Value>();
  readonly objects = new Map<number, HeapObject>();
  /** The first state of a call that is recorded. */
  readonly log: ReadLog | undefined;
  /** Nothing runs from here on, as after `return`. */
  isDead = false;

  constructor(parent?: State, log?: ReadLog) {
    this.parent = parent;
    this.log = log;
  }

  /** Returns a variable, by the number of its frame and its name. */
  variable(key: string): Value | undefined {
    return this.#find(
      (state) => state.variables.get(key),
      (log, value) => {
        if (!log.variables.has(key)) log.variables.set(key, value);
      },
    );
  }

  /** Returns an object. */
  object(id: number): HeapObject | undefined {
    return this.#find(
      (state) => state.objects.get(id),
      (log, value) => {
        if (!log.objects.has(id)) log.objects.set(id, value);
      },
    );
  }

  #find<T>(
    own: (state: State) => T | undefined,
    note: (log: ReadLog, value: T | undefined) => void,
  ): T | undefined {
    let logs: ReadLog[] | undefined;
    let found: T | undefined;
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the walk begins here
    for (let state: State | undefined = this; state !== undefined; state = state.parent) {
      found = own(state);
      if (found !== undefined) break;
      if (state.log !== undefined) (logs ??= []).push(state.log);
    }
    if (logs !== undefined) for (const log of logs) note(log, found);
    return found;
  }
}

/** Returns all that lies between a state and one of the states below it, as one layer over that. */
export function flattened(state: State, base: State): State {
  const flat = new State(base);
  for (let at: State | undefined = state; at !== undefined && at !== base; at = at.parent) {
    for (const [key, value] of at.variables) {
      if (!flat.variables.has(key)) flat.variables.set(key, value);
    }
    for (const [id, object] of at.objects) if (!flat.objects.has(id)) flat.objects.set(id, object);
  }
  return flat;
}

/** Writes into a state what several states over it have in common. If none of them goes on, the state is dead. */
export function joinInto(base: State, ends: readonly State[]): void {
  const live = ends.filter(({ isDead }) => !isDead);
  const [only] = live;
  if (only === undefined) {
    base.isDead = true;
    return;
  }
  if (live.length === 1) {
    for (const [key, value] of only.variables) base.variables.set(key, value);
    for (const [id, object] of only.objects) base.objects.set(id, object);
    return;
  }
  const before = live.map(() => base);
  for (const key of new Set(live.flatMap(({ variables }) => [...variables.keys()]))) {
    const values = live.map((end, index) => end.variables.get(key) ?? before[index]?.variable(key));
    const joined = joinedOf(values, joinValues);
    if (joined !== undefined) base.variables.set(key, joined);
  }
  for (const id of new Set(live.flatMap(({ objects }) => [...objects.keys()]))) {
    const objects = live.map((end, index) => end.objects.get(id) ?? before[index]?.object(id));
    const joined = joinedOf(objects, joinObjects);
    if (joined !== undefined) base.objects.set(id, joined);
  }
}

function joinedOf<T>(values: readonly (T | undefined)[], join: (a: T, b: T) => T): T | undefined {
  let joined: T | undefined;
  for (const value of new Set(values)) {
    if (value !== undefined) joined = joined === undefined ? value : join(joined, value);
  }
  return joined;
}

function joinObjects(a: HeapObject, b: HeapObject): HeapObject {
  const fields = new Map(a.fields);
  for (const [key, value] of b.fields) {
    const known = fields.get(key);
    fields.set(key, known === undefined ? value : joinValues(known, value));
  }
  const rest =
    a.rest === undefined || b.rest === undefined ? (a.rest ?? b.rest) : joinValues(a.rest, b.rest);
  return { ...a, fields, rest };
}
