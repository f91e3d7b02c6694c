/** Giving values to variables, members and the parts of patterns. */

import { union } from './combine.ts';
import type { Target, TargetEntry, TargetItem, VariableTarget } from './form.ts';
import { findVariable, type Machine } from './machine.ts';
import {
  elementOf,
  listOf,
  readIndex,
  readMember,
  withStep,
  writeField,
  UNDER_KEY,
} from './objects.ts';
import { constantOf, joinValues, UNKNOWN, type Frame, type Value } from './value.ts';

/** Gives a value to a target. */
export function assign(m: Machine, target: Target, value: Value): void {
  switch (target.kind) {
    case 'variable': {
      const stored = withStep(value, target.span, `stored in "${target.name}"`);
      const slot = frameFor(m, target).slot(target.name);
      m.state.setVariable(slot, stored);
      m.activation.question?.assigned.add(slot);
      watchAssignment(m, { refs: [target.name], name: target.name, target, value });
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
  const stored = withStep(value, target.span, `stored in "${name}"`);
  const changed = writeField(m, base, key === undefined ? undefined : name, stored);
  if (changed !== base) keep(m, target.object, changed);
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
