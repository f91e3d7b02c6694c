/**
 * The variables and objects of a program at one point. A state is a layer over another one: what a
 * branch or a call changes lies in its own layer, so that joining branches costs as much as they
 * have changed.
 */

import { joinValues, type HeapObject, type Slot, type Value } from './value.ts';

/** The earlier state that a call has read. */
export interface ReadLog {
  readonly variables: Map<Slot, Value | undefined>;
  readonly objects: Map<number, HeapObject | undefined>;
}

const NO_VARIABLES: ReadonlyMap<Slot, Value> = new Map();
const NO_OBJECTS: ReadonlyMap<number, HeapObject> = new Map();

/** A point of the program. A state is not written to while one above it is in use. */
export class State {
  readonly parent: State | undefined;
  /** The first state of a call that is recorded. */
  readonly log: ReadLog | undefined;
  /** Nothing runs from here on, as after `return`. */
  isDead = false;
  #variables: Map<Slot, Value> | undefined;
  #objects: Map<number, HeapObject> | undefined;
  /** The next state below that has something. */
  readonly #below: State | undefined;
  /** The next state with a log, this one included. */
  readonly #logged: State | undefined;

  constructor(parent?: State, log?: ReadLog) {
    this.parent = parent;
    this.log = log;
    if (log !== undefined) this.#logged = this;
    else if (parent !== undefined) this.#logged = parent.#logged;
    const mayBeSkipped = parent?.isEmpty === true && parent.log === undefined;
    this.#below = mayBeSkipped ? parent.#below : parent;
  }

  /** Returns the variables that were set in this layer. */
  get variables(): ReadonlyMap<Slot, Value> {
    return this.#variables ?? NO_VARIABLES;
  }

  /** Returns the objects that were changed in this layer. */
  get objects(): ReadonlyMap<number, HeapObject> {
    return this.#objects ?? NO_OBJECTS;
  }

  /** Returns whether nothing was changed in this layer. */
  get isEmpty(): boolean {
    return this.#variables === undefined && this.#objects === undefined;
  }

  /** Sets a variable. */
  setVariable(slot: Slot, value: Value): void {
    slot.isSet = true;
    (this.#variables ??= new Map()).set(slot, value);
  }

  /** Sets an object. */
  setObject(id: number, object: HeapObject): void {
    (this.#objects ??= new Map()).set(id, object);
  }

  /** Returns the value of a variable. */
  variable(slot: Slot): Value | undefined {
    let logs: ReadLog[] | undefined;
    let found: Value | undefined;

    let state: State | undefined = slot.isSet ? this : this.#logged;
    for (; state !== undefined; state = slot.isSet ? state.#below : state.#around) {
      found = state.#variables?.get(slot);
      if (found !== undefined) break;
      if (state.log !== undefined) {
        // What one call has read before was read by the calls around it, too.
        if (!slot.isSet && state.log.variables.has(slot)) break;
        (logs ??= []).push(state.log);
      }
    }
    if (logs !== undefined) {
      for (const log of logs) if (!log.variables.has(slot)) log.variables.set(slot, found);
    }
    return found;
  }

  /** Returns the state with the log of the call around. */
  get #around(): State | undefined {
    return this.parent === undefined ? undefined : this.parent.#logged;
  }

  /** Returns an object. */
  object(id: number): HeapObject | undefined {
    let logs: ReadLog[] | undefined;
    let found: HeapObject | undefined;
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the walk begins here
    for (let state: State | undefined = this; state !== undefined; state = state.#below) {
      found = state.#objects?.get(id);
      if (found !== undefined) break;
      if (state.log !== undefined) (logs ??= []).push(state.log);
    }
    if (logs !== undefined) {
      for (const log of logs) if (!log.objects.has(id)) log.objects.set(id, found);
    }
    return found;
  }
}

/** Returns all that lies between a state and one of the states below it, as one layer over that. */
export function flattened(state: State, base: State): State {
  const flat = new State(base);
  for (let at: State | undefined = state; at !== undefined && at !== base; at = at.parent) {
    for (const [slot, value] of at.variables) {
      if (!flat.variables.has(slot)) flat.setVariable(slot, value);
    }
    for (const [id, object] of at.objects) if (!flat.objects.has(id)) flat.setObject(id, object);
  }
  return flat;
}

/**
 * Writes into a state what several states over it have in common. If none of them goes on, the
 * state is dead. Returns whether the state has changed.
 */
export function joinInto(base: State, ends: readonly State[]): boolean {
  const live = ends.filter(({ isDead }) => !isDead);
  const [only] = live;
  if (only === undefined) {
    base.isDead = true;
    return true;
  }
  if (live.length === 1) {
    for (const [slot, value] of only.variables) base.setVariable(slot, value);
    for (const [id, object] of only.objects) base.setObject(id, object);
    return !only.isEmpty;
  }
  let hasChanged = false;
  const slots = new Set<Slot>();
  const ids = new Set<number>();
  for (const { variables, objects } of live) {
    for (const slot of variables.keys()) slots.add(slot);
    for (const id of objects.keys()) ids.add(id);
  }
  for (const slot of slots) {
    const before = base.variable(slot);
    // What is assumed of a place must hold in all ways.
    if (before === undefined && isAssumption(slot) && live.some((end) => !end.variables.has(slot)))
      continue;
    const joined = joinedOf(live, before, (end) => end.variables.get(slot), joinValues);
    if (joined === undefined || joined === before) continue;
    base.setVariable(slot, joined);
    hasChanged = true;
  }
  for (const id of ids) {
    const before = base.object(id);
    const joined = joinedOf(live, before, (end) => end.objects.get(id), joinObjects);
    if (joined === undefined || joined === before) continue;
    base.setObject(id, joined);
    hasChanged = true;
  }
  return hasChanged;
}

/** Begins the names of slots that have no variable but an assumption on a place of the program. */
export const ASSUMED = '= ';

function isAssumption({ name }: Slot): boolean {
  return name.startsWith(ASSUMED);
}

/** Joins what states have. The one from before comes first if a state has left it as it was. */
function joinedOf<T>(
  states: readonly State[],
  before: T | undefined,
  read: (state: State) => T | undefined,
  join: (a: T, b: T) => T,
): T | undefined {
  let joined = states.some((state) => read(state) === undefined) ? before : undefined;
  for (const state of states) {
    const value = read(state) ?? before;
    if (value === undefined || value === joined) continue;
    joined = joined === undefined ? value : join(joined, value);
  }
  return joined;
}

/** Returns an object that is one of two. */
export function joinObjects(a: HeapObject, b: HeapObject): HeapObject {
  if (a === b) return a;
  let fields: Map<string, Value> | undefined;
  for (const [key, value] of b.fields) {
    const known = a.fields.get(key);
    const joined = known === undefined ? value : joinValues(known, value);
    if (joined !== known) (fields ??= new Map(a.fields)).set(key, joined);
  }
  const rest =
    a.rest === undefined || b.rest === undefined ? (a.rest ?? b.rest) : joinValues(a.rest, b.rest);
  return fields === undefined && rest === a.rest ? a : { ...a, fields: fields ?? a.fields, rest };
}
