/**
 * Results of calls that stand for later calls of the same function: exactly, if the arguments and
 * all that the call has read are the same; and roughly, once a function was followed a few times
 * without untrusted data in reach.
 */

import type { FunctionCode } from './form.ts';
import { deepTaints, type EvaluatedArgument, type Machine } from './machine.ts';
import { joinObjects, type ReadLog, type State } from './value/state.ts';
import {
  joinValues,
  sameValue,
  type Closure,
  type Frame,
  type HeapObject,
  type Slot,
  type Value,
} from './value/value.ts';
import type { Worth } from './worth.ts';

/** A call. */
export interface CallKey {
  readonly closure: Closure;
  readonly args: readonly EvaluatedArgument[];
  readonly self: Value | undefined;
}

/** A call that was followed. */
export interface FollowedCall extends CallKey {
  readonly log: ReadLog;
  readonly value: Value;
  /** The state at its end. */
  readonly end: State;
  /** Frames and objects with higher numbers were made by the call. */
  readonly firstId: number;
}

/** Calls that were followed exactly, of one function. */
const MAX_EXACT = 12;
/**
 * After so many calls of a function without untrusted data, their common result stands for further
 * ones.
 */
const MAX_PLAIN = 2;
/**
 * The same with functions among the arguments, and for functions in which rules may report
 * something.
 */
const MAX_VARIED = 6;

/** The common result of calls without untrusted data. */
interface Rough {
  readonly frame: Frame;
  count: number;
  value: Value;
  self: number | undefined;
  readonly variables: Map<Slot, Value>;
  readonly objects: Map<number, HeapObject>;
  readonly log: ReadLog;
}

/** The results of the calls of one program. */
export class Summaries {
  /** Functions with calls that were not followed. */
  readonly roughlyKnown = new Set<FunctionCode>();
  readonly #worth: Worth;
  readonly #exact = new Map<FunctionCode, FollowedCall[]>();
  readonly #rough = new Map<FunctionCode, Rough[]>();

  constructor(worth: Worth) {
    this.#worth = worth;
  }

  /** Returns the value of a call that is known, and does what the call does. */
  recall(m: Machine, call: CallKey): Value | undefined {
    const exact = this.#exact.get(call.closure.code)?.find((one) => isSameCall(m, one, call));
    if (exact !== undefined) {
      for (const [slot, value] of exact.end.variables) m.state.setVariable(slot, value);
      for (const [id, object] of exact.end.objects) m.state.setObject(id, object);
      if (exact.end.isDead) m.state.isDead = true;
      return exact.value;
    }
    const rough = this.#roughOf(call.closure);
    if (rough === undefined) return undefined;
    const { code } = call.closure;
    const isVaried = this.#worth.isWorth(code) || call.args.some(({ value }) => isRich(value));
    if (rough.count < (isVaried ? MAX_VARIED : MAX_PLAIN)) return undefined;
    if (mayCarryAny(m, call) || hasTurnedUntrusted(m, rough)) return undefined;
    this.roughlyKnown.add(code);
    return applied(m, rough, call.self);
  }

  /** Keeps the result of a call. */
  keep(m: Machine, call: FollowedCall): void {
    const { code } = call.closure;
    if (!mayCarryAny(m, call)) this.#keepRough(call);
    if (makesAnything(call)) return;
    const known = this.#exact.get(code) ?? [];
    this.#exact.set(code, [...known.slice(1 - MAX_EXACT), call]);
  }

  #roughOf({ code, frame }: Closure): Rough | undefined {
    return this.#rough.get(code)?.find((one) => one.frame === frame);
  }

  #keepRough(call: FollowedCall): void {
    const { closure, value, end, log } = call;
    const rough = this.#roughOf(closure);
    if (rough === undefined) {
      const made: Rough = {
        ...{ frame: closure.frame, count: 1, value, self: objectOf(call.self), log },
        ...{ variables: new Map(end.variables), objects: new Map(end.objects) },
      };
      this.#rough.set(closure.code, [...(this.#rough.get(closure.code) ?? []).slice(-7), made]);
      return;
    }
    rough.count += 1;
    rough.value = joinValues(rough.value, value);
    for (const [slot, one] of end.variables) {
      const known = rough.variables.get(slot);
      rough.variables.set(slot, known === undefined ? one : joinValues(known, one));
    }
    for (const [id, one] of end.objects) {
      const known = rough.objects.get(id);
      rough.objects.set(id, known === undefined ? one : joinObjects(known, one));
    }
  }
}

/**
 * Adds the effects of earlier calls to the state. What the object of a method has got, another one
 * gets.
 */
function applied(m: Machine, rough: Rough, self: Value | undefined): Value {
  const own = objectOf(self);
  const other = rough.self;
  for (const [slot, value] of rough.variables) {
    const known = m.state.variable(slot);
    m.state.setVariable(slot, known === undefined ? value : joinValues(known, value));
  }
  for (const [id, object] of rough.objects) {
    const at = id === other && own !== undefined ? own : id;
    const known = m.state.object(at);
    m.state.setObject(at, known === undefined ? object : joinObjects(known, object));
  }
  const { value } = rough;
  if (own === undefined || other === undefined || !value.objects.includes(other)) return value;
  return { ...value, objects: value.objects.map((id) => (id === other ? own : id)) };
}

function objectOf(value: Value | undefined): number | undefined {
  return value?.objects.length === 1 ? value.objects[0] : undefined;
}

function isSameCall(m: Machine, known: FollowedCall, { closure, args, self }: CallKey): boolean {
  if (known.closure.frame !== closure.frame || known.args.length !== args.length) return false;
  if (self !== known.self && (!self || !known.self || !sameValue(self, known.self))) return false;
  for (const [index, one] of args.entries()) {
    const other = known.args[index];
    if (other === undefined || one.name !== other.name || one.isSpread !== other.isSpread) {
      return false;
    }
    if (!sameValue(one.value, other.value)) return false;
  }
  const { variables, objects } = known.log;
  for (const [slot, value] of variables) if (m.state.variable(slot) !== value) return false;
  for (const [id, object] of objects) if (m.state.object(id) !== object) return false;
  return true;
}

/**
 * Returns whether something that the first call has read without untrusted data has some by now.
 */
function hasTurnedUntrusted(m: Machine, { log, self }: Rough): boolean {
  for (const [slot, before] of log.variables) {
    const value = m.state.variable(slot);
    if (value !== before && value !== undefined && mayCarry(m, value)) return true;
  }
  for (const [id, before] of log.objects) {
    if (id === self) continue;
    const object = m.state.object(id);
    if (object === before || object === undefined) continue;
    for (const value of object.fields.values()) if (value.taints.length > 0) return true;
    if (object.rest !== undefined && object.rest.taints.length > 0) return true;
  }
  return false;
}

function mayCarryAny(m: Machine, { args, self }: CallKey): boolean {
  return (self !== undefined && mayCarry(m, self)) || args.some(({ value }) => mayCarry(m, value));
}

/** Returns whether a value has untrusted data, or is something that has some, as a request. */
export function mayCarry(m: Machine, value: Value): boolean {
  return value.refs.some((ref) => ref.includes(':')) || deepTaints(m, value).length > 0;
}

function isRich({ closures, classes, refs }: Value): boolean {
  return closures.length > 0 || classes.length > 0 || refs.some((ref) => !ref.startsWith('?'));
}

/** A call that makes objects is not the same as another one, which makes others. */
function makesAnything({ value, end, firstId }: FollowedCall): boolean {
  const makes = ({ objects, closures }: Value): boolean =>
    objects.some((id) => id > firstId) || closures.some(({ frame }) => frame.id > firstId);
  if (makes(value)) return true;
  for (const [slot, one] of end.variables) if (slot.frame.id > firstId || makes(one)) return true;
  for (const [id, object] of end.objects) {
    if (id > firstId) return true;
    for (const one of object.fields.values()) if (makes(one)) return true;
    if (object.rest !== undefined && makes(object.rest)) return true;
  }
  return false;
}
