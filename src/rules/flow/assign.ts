/** Giving values to variables, members and the parts of patterns. */

import { union } from './value/combine.ts';
import type { Expression, Target, TargetEntry, TargetItem, VariableTarget } from './form.ts';
import { findVariable, type Machine } from './machine.ts';
import {
  elementOf,
  listOf,
  readIndex,
  readMember,
  withStep,
  writeField,
  UNDER_KEY,
} from './value/objects.ts';
import { bitsOf } from './value/kinds.ts';
import { ALL_KINDS } from './models.ts';
import { ASSUMED } from './value/state.ts';
import {
  clearTaints,
  constantOf,
  joinValues,
  UNKNOWN,
  type Frame,
  type Slot,
  type Value,
} from './value/value.ts';

/** Gives a value to a target. */
export function assign(m: Machine, target: Target, value: Value): void {
  switch (target.kind) {
    case 'variable': {
      const stored = withStep(value, target.span, `stored in "${target.name}"`);
      const slot = frameFor(m, target).slot(target.name);
      m.state.setVariable(slot, stored);
      m.activation.question?.assigned.add(slot);
      forget(m, slot.frame, target);
      watchAssignment(m, {
        refs: isLocal(m, slot) ? [] : [target.name],
        name: target.name,
        target,
        value,
      });
      return;
    }
    case 'member':
    case 'index':
      assignPart(m, target, value);
      return;
    case 'record-target':
      assignEntries(m, target.entries, value);
      return;
    case 'list-target':
      target.items.forEach((item, index) => {
        if (item !== undefined) assignItem(m, item, { index, value });
      });
  }
}

/** In JavaScript, a variable of a function or block is none of the page, such as `location`. */
function isLocal(m: Machine, { frame }: Slot): boolean {
  return m.program.language === 'javascript' && frame.parent !== undefined;
}

function watchAssignment(
  m: Machine,
  at: {
    readonly refs: readonly string[];
    readonly name: string;
    readonly target: Target;
    readonly value: Value;
  },
): void {
  const { refs, name, target, value } = at;
  const within = m.activation.code?.name ?? '';
  m.watch({ kind: 'assign', refs, name, value, span: target.span, within });
}

function frameFor(m: Machine, { name, declares }: VariableTarget): Frame {
  if (declares === 'block') return m.frame;
  if (declares === 'function') return m.frame.owner ?? m.frame;
  return findVariable(m, name)?.slot.frame ?? outermost(m.frame);
}

function outermost(frame: Frame): Frame {
  let at = frame;
  while (at.parent !== undefined) at = at.parent;
  return at;
}

function assignPart(
  m: Machine,
  target: Extract<Target, { kind: 'member' | 'index' }>,
  value: Value,
): void {
  forget(m, m.activation.frame, target);
  const base = m.evaluate(target.object);
  const keyValue = target.kind === 'member' ? undefined : m.evaluate(target.key);
  const key =
    keyValue === undefined && target.kind === 'member'
      ? target.name
      : keyValue && constantOf(keyValue);
  const name = key === undefined ? '[]' : String(key);
  if (keyValue !== undefined && base.refs.includes(UNDER_KEY)) {
    const args = [{ value: keyValue, span: target.span }];
    const within = m.activation.code?.name ?? '';
    m.watch({
      kind: 'call',
      refs: ['code:write'],
      receiver: base,
      args,
      span: target.span,
      isNew: false,
      within,
    });
  }
  const refs = (base.refs.length === 0 ? ['?'] : base.refs).map((ref) => `${ref}.${name}`);
  watchAssignment(m, { refs, name, target, value });
  const stored = withStep(inAddress(base, name, value), target.span, `stored in "${name}"`);
  const changed = writeField(m, base, key === undefined ? undefined : name, stored);
  if (changed !== base) keep(m, target.object, changed);
}

/** Addresses that are taken apart, and the parts of them that lead to no other server. */
const ADDRESS = /(?:^URL$|\burl\.parse\(\)$|(?:^|\.)parseU(?:rl|RL)\(\)$)/u;
const BEHIND_HOST: ReadonlySet<string> = new Set(['pathname', 'search', 'query', 'hash']);

/** A part behind the host of a trusted address leaves the server what it is. */
function inAddress({ refs, taints }: Value, name: string, value: Value): Value {
  if (value.taints.length === 0 || taints.length > 0 || !BEHIND_HOST.has(name)) return value;
  if (!refs.some((ref) => ADDRESS.test(ref))) return value;
  return { ...value, taints: clearTaints(value.taints, bitsOf('redirect', 'url')) };
}

/** Gives a place the value that has become an object. */
function keep(
  m: Machine,
  place: Extract<Target, { kind: 'member' }>['object'],
  value: Value,
): void {
  if (place.kind === 'name') {
    const found = findVariable(m, place.name);
    if (found !== undefined) m.state.setVariable(found.slot, value);
  } else if (place.kind === 'member' || place.kind === 'index') {
    const base = m.evaluate(place.object);
    const key = place.kind === 'member' ? place.name : constantOf(m.evaluate(place.key));
    const changed = writeField(m, base, key === undefined ? undefined : String(key), value);
    if (changed !== base) keep(m, place.object, changed);
  }
}

/** Changes what is known of the value at a place, without an assignment of the program. */
export function reassume(
  m: Machine,
  place: Extract<Target, { kind: 'member' }>['object'],
  change: (value: Value) => Value,
): void {
  if (place.kind !== 'name' && place.kind !== 'member' && place.kind !== 'index') return;
  const known = m.evaluate(place);
  const changed = change(known);
  if (changed !== known) keep(m, place, changed);
}

/**
 * Assumes of a part of something that is not of the program, such as `request.args['next']`, that
 * what is read there again is harmless to some kinds.
 */
export function assume(m: Machine, place: Expression, clears: number): void {
  const frame = frameOf(m, place);
  if (frame === undefined) return;
  const slot = frame.slot(assumptionOf(m, place));
  frame.hasAssumptions = true;
  const known = m.state.variable(slot)?.constant;
  const bits = typeof known === 'number' ? known | clears : clears;
  m.state.setVariable(slot, { ...UNKNOWN, constant: bits });
}

/** Returns a value that was read at a place, with what is assumed of the place. */
export function assumed(m: Machine, place: Expression, value: Value): Value {
  if (value.taints.length === 0) return value;
  const frame = frameOf(m, place);
  if (frame?.hasAssumptions !== true) return value;
  const slot = frame.known(assumptionOf(m, place));
  const bits = slot && m.state.variable(slot)?.constant;
  if (typeof bits !== 'number') return value;
  return { ...value, taints: bits === ALL_KINDS ? [] : clearTaints(value.taints, bits) };
}

/** Forgets what is assumed of a place that gets a value, and of its parts. */
function forget(m: Machine, frame: Frame, { span }: Target): void {
  for (const one of new Set([frame, m.activation.frame])) {
    if (!one.hasAssumptions) continue;
    const place = `${ASSUMED}${m.text.slice(span.start, span.end).replaceAll('"', "'")}`;
    for (const slot of one.slots()) {
      if (slot.name.startsWith(place) && m.state.variable(slot) !== undefined)
        m.state.setVariable(slot, UNKNOWN);
    }
  }
}

function assumptionOf(m: Machine, { span }: Expression): string {
  return `${ASSUMED}${m.text.slice(span.start, span.end).replaceAll('"', "'")}`;
}

/** Nothing is assumed of longer places, whose texts would cost too much. */
const MAX_PLACE = 200;

/**
 * Returns the frame for what is assumed of a part: that of the variable which it begins with, or of
 * the call for imported names.
 */
function frameOf(m: Machine, place: Expression): Frame | undefined {
  const root = rootOf(place);
  if (root === place || place.span.end - place.span.start > MAX_PLACE) return undefined;
  if (root.kind === 'symbol') return m.activation.frame;
  const frame = root.kind === 'name' ? findVariable(m, root.name)?.slot.frame : undefined;
  return frame?.parent === undefined ? m.activation.frame : frame;
}

function rootOf(place: Expression): Expression {
  if (place.kind === 'member' || place.kind === 'index') return rootOf(place.object);
  return place.kind === 'call' ? rootOf(place.callee) : place;
}

/** Returns whether a place is a part of something that the program did not make. */
export function isOutside(m: Machine, place: Expression): boolean {
  const root = rootOf(place);
  if (root === place) return false;
  if (root.kind === 'symbol') return true;
  const value = root.kind === 'name' ? findVariable(m, root.name)?.value : undefined;
  return value?.objects.length === 0 && value.refs.some((ref) => /[.:]/u.test(ref));
}

function assignEntries(m: Machine, entries: readonly TargetEntry[], value: Value): void {
  for (const { key, target, fallback } of entries) {
    if (key === undefined) {
      m.assign(target, value);
      continue;
    }
    const name = constantOf(m.evaluate(key));
    const part =
      typeof name === 'string'
        ? readMember(m, value, name, target.span)
        : readIndex(m, value, m.evaluate(key), target.span);
    m.assign(target, withFallback(m, part, fallback));
  }
}

function withFallback(m: Machine, part: Value, fallback: TargetEntry['fallback']): Value {
  if (fallback === undefined) return part;
  const value = m.evaluate(fallback);
  return part === UNKNOWN ? value : joinValues(part, value);
}

function assignItem(
  m: Machine,
  { target, fallback, isRest }: TargetItem,
  { index, value }: { readonly index: number; readonly value: Value },
): void {
  if (isRest) {
    const rest = listOf(m, elementOf(m, value));
    m.assign(target, { ...rest, taints: union(m, [value]).taints });
    return;
  }
  const key = { ...UNKNOWN, constant: index };
  const part = readIndex(m, value, key, target.span);
  m.assign(target, withFallback(m, part, fallback));
}
