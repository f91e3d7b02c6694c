/**
 * The known facts of a value while a program is followed: untrusted data in it, its text, its name,
 * its parts.
 */

import type { Confidence } from '../../../core/model/rule/rule-finding.ts';
import { HOLE, joinedText, LISTED, TRUSTED } from '../holes.ts';
import type { Constant, FunctionCode, ClassCode, Span } from '../form.ts';

export { HOLE, LISTED, TRUSTED } from '../holes.ts';

/**
 * A call of an unknown function, of a method of an unknown object, which looks something up more
 * often, or of a function of another file that has the name of a sanitizer.
 */
export type Doubt = 'function' | 'lookup' | 'sanitizer';

/** A step of the way of a value; `before` leads back to the source. */
export interface Trail {
  readonly span: Span;
  readonly message: string;
  readonly before?: Trail;
  readonly length: number;
  /** The step is a call whose result may be something else than the data. */
  readonly doubt?: Doubt;
}

/** Untrusted data. */
export interface Taint {
  /** The source, for people. */
  readonly source: string;
  readonly origin: Span;
  readonly confidence: Confidence;
  /** Bits of the kinds of sinks that it is harmless to. */
  readonly cleared: number;
  /**
   * Characters that the program has replaced, or forms that it has ruled out, each with the kind of
   * sinks that it matters to.
   */
  readonly escapes?: readonly string[];
  readonly trail: Trail;
}

/** The variables of one call of a function, or of a block. */
export class Frame {
  readonly id: number;
  readonly parent: Frame | undefined;
  /** The function's own frame; blocks in it lead here. */
  readonly owner: Frame | undefined;
  /** A function that is followed later may read its variables. */
  isCaptured = false;
  /** Something is assumed of places that are no variables. See `assume` in `assign.ts`. */
  hasAssumptions = false;
  #slots: Map<string, Slot> | undefined;

  constructor(id: number, parent: Frame | undefined, owner?: Frame) {
    this.id = id;
    this.parent = parent;
    this.owner = owner;
  }

  /**
   * Returns a variable of the frame; `undefined` for a name that was never looked up or set in it.
   */
  known(name: string): Slot | undefined {
    return this.#slots?.get(name);
  }

  /** Returns the variables that were looked up or set. */
  slots(): Iterable<Slot> {
    return this.#slots?.values() ?? [];
  }

  /** Returns the variable with a name, which is made if there is none. */
  slot(name: string): Slot {
    this.#slots ??= new Map();
    let slot = this.#slots.get(name);
    if (slot === undefined) {
      slot = { frame: this, name, isSet: false };
      this.#slots.set(name, slot);
    }
    return slot;
  }
}

/** A variable of a frame. States hold its values. */
export interface Slot {
  readonly frame: Frame;
  readonly name: string;
  /** It had a value in some state. */
  isSet: boolean;
}

/** A function with the variables around it. */
export interface Closure {
  readonly code: FunctionCode;
  readonly frame: Frame;
  /** The object whose method it is. */
  readonly self?: Value;
  /** The class that contains it. */
  readonly home?: ClassValue;
  /** Arguments that are given already. */
  readonly bound?: readonly Value[];
}

/** A class with the variables around it. */
export interface ClassValue {
  readonly code: ClassCode;
  readonly frame: Frame;
  readonly bases: readonly Value[];
}

/** The address of the own site, of which only the beginning is known. */
export const OWN_ADDRESS = `https://site/${HOLE}`;

/** A value. */
export interface Value {
  readonly taints: readonly Taint[];
  /** Known text, with {@link HOLE} for each unknown part. */
  readonly text?: string;
  /** A known number, truth value or null. */
  readonly constant?: Exclude<Constant, string>;
  /** Qualified names of what it may be; `?` stands for what has no name. */
  readonly refs: readonly string[];
  /** Numbers of objects of the heap that it may be. */
  readonly objects: readonly number[];
  readonly closures: readonly Closure[];
  readonly classes: readonly ClassValue[];
}

/** An object of the heap: a map, a list or an instance. */
export interface HeapObject {
  /** By constant keys; numbers are written in decimal. */
  readonly fields: ReadonlyMap<string, Value>;
  /** All values under keys that are not known. */
  readonly rest: Value | undefined;
  readonly isList: boolean;
  /** All of its fields are in the program: it has no others. */
  readonly isClosed?: boolean;
  readonly type?: ClassValue;
}

const NONE: readonly never[] = [];

/** An unknown value. */
export const UNKNOWN: Value = {
  taints: NONE,
  refs: NONE,
  objects: NONE,
  closures: NONE,
  classes: NONE,
};

/** A value without a name, such as a parameter: its members have names that begin with `?`. */
export const NAMELESS: Value = { ...UNKNOWN, refs: ['?'] };

const MAX_TAINTS = 6;
const MAX_REFS = 6;
const MAX_PARTS = 8;
const MAX_TEXT = 400;
const MAX_REF = 160;

/** Returns the value of a constant. */
export function constantValue(value: Constant): Value {
  if (typeof value === 'string') return { ...UNKNOWN, text: shortened(value) };
  return { ...UNKNOWN, constant: value };
}

/** Returns a value with a qualified name. */
export function symbolValue(ref: string): Value {
  return ref.length > MAX_REF ? NAMELESS : { ...UNKNOWN, refs: [ref] };
}

/** Returns a value that has nothing but untrusted data. */
export function taintedValue(taints: readonly Taint[]): Value {
  return taints.length === 0 ? UNKNOWN : { ...UNKNOWN, taints };
}

/** Returns the text or other constant that a value surely is; `undefined` if it is not known. */
export function constantOf({ text, constant, taints }: Value): Constant | undefined {
  if (taints.length > 0) return undefined;
  if (constant !== undefined) return constant;
  return text === undefined || text.includes(HOLE) ? undefined : text;
}

/** Returns whether a condition with the value holds; `undefined` if it is not known. */
export function truthOf(value: Value): boolean | undefined {
  const constant = constantOf(value);
  if (constant !== undefined) return Boolean(constant);
  return value.closures.length > 0 && value.refs.length === 0 && value.objects.length === 0
    ? true
    : undefined;
}

/** Returns a value that is one of two. */
export function joinValues(a: Value, b: Value): Value {
  if (a === b) return a;
  const text = a.text === b.text ? a.text : joinedText(a, b);
  const constant = a.constant === b.constant ? a.constant : undefined;
  const taints = joinTaints(a.taints, b.taints);
  const refs = union(a.refs, b.refs, MAX_REFS);
  const objects = union(a.objects, b.objects, MAX_PARTS);
  const closures = unionBy(a.closures, b.closures, sameClosure);
  const classes = unionBy(a.classes, b.classes, sameClass);
  const isSame =
    text === a.text &&
    constant === a.constant &&
    taints === a.taints &&
    refs === a.refs &&
    objects === a.objects &&
    closures === a.closures &&
    classes === a.classes;
  // Loops end once nothing changes: a value that gains nothing stays the same one.
  if (isSame) return a;
  return {
    taints,
    ...(text !== undefined && { text }),
    ...(constant !== undefined && { constant }),
    refs,
    objects,
    closures,
    classes,
  };
}

function sameClass(a: ClassValue, b: ClassValue): boolean {
  return a.code === b.code;
}

function sameClosure(a: Closure, b: Closure): boolean {
  return a.code === b.code && a.frame === b.frame && a.self === b.self && a.bound === b.bound;
}

/**
 * Unites untrusted data. Where both have the same, only what is harmless in both ways is harmless.
 */
export function joinTaints(a: readonly Taint[], b: readonly Taint[]): readonly Taint[] {
  if (a === b || b.length === 0) return a;
  if (a.length === 0) return b;
  let all: Taint[] | undefined;
  for (const one of b) {
    const now = all ?? a;
    const at = now.findIndex(
      ({ origin, source }) => origin.start === one.origin.start && source === one.source,
    );
    const known = now[at];
    if (known === undefined) {
      if (now.length < MAX_TAINTS) (all ??= [...a]).push(one);
      continue;
    }
    const { escapes } = known;
    const isLess = escapes === undefined || escapes === one.escapes;
    // What is harmless in fewer ways adds nothing.
    if (isLess && (known.cleared & ~one.cleared) === 0) continue;
    // The steps shown are those of the way that leaves more of it harmful.
    const { escapes: others, ...rest } = one;
    const cleared = known.cleared & one.cleared;
    (all ??= [...a])[at] = {
      ...rest,
      cleared,
      ...(escapes !== undefined && escapes === others && { escapes }),
    };
  }
  return all ?? a;
}

function union<T>(a: readonly T[], b: readonly T[], max: number): readonly T[] {
  if (b.length === 0 || a === b) return a;
  if (a.length === 0) return b;
  const more = b.filter((one) => !a.includes(one));
  return more.length === 0 || a.length >= max ? a : [...a, ...more].slice(0, max);
}

function unionBy<T>(
  a: readonly T[],
  b: readonly T[],
  isSame: (x: T, y: T) => boolean,
): readonly T[] {
  if (b.length === 0) return a;
  if (a.length === 0) return b;
  const more = b.filter((one) => !a.some((known) => isSame(known, one)));
  return more.length === 0 || a.length >= MAX_PARTS ? a : [...a, ...more].slice(0, MAX_PARTS);
}

/** Returns untrusted data that is harmless to more kinds of sinks. */
export function clearTaints(taints: readonly Taint[], bits: number): readonly Taint[] {
  if (bits === 0 || taints.length === 0) return taints;
  return taints.map((one) => ({ ...one, cleared: one.cleared | bits }));
}

const MAX_STEPS = 40;

/**
 * Returns untrusted data with one more step. A step at the place of the last one replaces nothing
 * and is left out. With `doubt`, the step is a call of an unknown function.
 */
export function stepped(
  taints: readonly Taint[],
  span: Span,
  message: string,
  doubt?: Doubt,
): readonly Taint[] {
  if (taints.length === 0) return taints;
  return taints.map((one) => {
    const { trail } = one;
    if (trail.length >= MAX_STEPS) return one;
    if (trail.message === message && trail.span.start === span.start) return one;
    return {
      ...one,
      trail: { span, message, before: trail, length: trail.length + 1, ...(doubt && { doubt }) },
    };
  });
}

/** Returns texts of parts, one behind another. */
export function joinedParts(parts: readonly Value[]): string {
  return shortened(parts.map((part) => part.text ?? textOfConstant(part) ?? holeOf(part)).join(''));
}

function holeOf({ taints, objects, refs }: Value): string {
  if (taints.length > 0 || objects.length > 0) return HOLE;
  return `${HOLE}${TRUSTED}${refs.some((ref) => NUMBER.test(ref)) ? LISTED : ''}`;
}

/** Results that are numbers, whatever the arguments are. */
const NUMBER = /^(?:int|float|len|round|ord|sum|Number|parseInt|parseFloat)\(\)$/u;

function textOfConstant({ constant, taints }: Value): string | undefined {
  return constant === undefined || taints.length > 0 ? undefined : String(constant);
}

function shortened(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}${HOLE}` : text;
}

const MAX_DEPTH = 6;

/** Returns whether two values are the same as far as anything can be concluded from them. */
export function sameValue(a: Value, b: Value): boolean {
  return (
    a === b ||
    (a.text === b.text &&
      a.constant === b.constant &&
      a.taints.length === b.taints.length &&
      a.taints.every((one, index) => sameTaint(one, b.taints[index])) &&
      sameList(a.refs, b.refs) &&
      sameList(a.objects, b.objects) &&
      a.closures.length === b.closures.length &&
      a.closures.every((one, index) => sameCall(one, b.closures[index], MAX_DEPTH)) &&
      a.classes.length === b.classes.length &&
      a.classes.every((one, index) => one.code === b.classes[index]?.code))
  );
}

function sameCall(a: Closure, b: Closure | undefined, depth: number): boolean {
  return (
    b !== undefined && a.code === b.code && a.frame === b.frame && depth > 0 && a.self === b.self
  );
}

function sameTaint(a: Taint, b: Taint | undefined): boolean {
  return (
    b !== undefined &&
    a.origin.start === b.origin.start &&
    a.source === b.source &&
    a.cleared === b.cleared &&
    a.escapes === b.escapes
  );
}

function sameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a === b || (a.length === b.length && a.every((one, index) => one === b[index]));
}
