/** Conclusions from checks of the beginning of a text, such as `startsWith`. */

import type { Expression } from '../form.ts';
import { partsOf, type Machine } from '../machine.ts';
import type { GuardModel } from '../models.ts';
import { trustExtended } from './origins.ts';
import { escapeAt, trust } from '../trust.ts';
import { constantOf, HOLE, type Value } from '../value/value.ts';
import { isTrusted } from '../value/whole-values.ts';

/**
 * Returns the texts that a value may be: its own, or those of the elements of a tuple or list.
 * Texts whose beginning is not known are left out.
 */
export function textsOf(m: Machine, value: Value | undefined): readonly string[] {
  if (value === undefined) return [];
  const values = value.text === undefined ? partsOf(m, value) : [value];
  return values.flatMap(({ text }) => (text === undefined || text.startsWith(HOLE) ? [] : [text]));
}

/** Returns the kinds that a guard clears for a value. */
export function limited(
  { clears, limits }: GuardModel,
  made: Value,
  texts: readonly string[],
): number {
  let left = clears;
  for (const limit of limits ?? []) {
    const isNamed = limit.ref === undefined || made.refs.some((ref) => limit.ref?.test(ref));
    const isText = texts.every((text) => limit.text?.test(text) ?? true);
    if (!isNamed || !isText) left &= ~limit.bits;
  }
  return left;
}

/**
 * `x.startsWith('/')` and `!x.startsWith('//')`: only both together keep a redirect on the site.
 * Returns whether it is one of them.
 */
export function refineSlashes(
  m: Machine,
  place: Expression,
  { begin, truth }: { readonly begin: string; readonly truth: boolean },
): boolean {
  if (begin !== '/' && begin !== '//') return false;
  if (truth === (begin === '/')) {
    escapeAt(m, place, truth ? 'redirect begins with /' : 'redirect not with //');
  }
  return true;
}

/**
 * `path.slice(0, root.length) === root` and `path.indexOf(root) === 0` say as much as
 * `path.startsWith(root)`.
 */
export function refineBeginning(m: Machine, place: Expression, other: Value): void {
  if (place.kind !== 'call' || place.callee.kind !== 'member') return;
  const { name, object } = place.callee;
  const [first] = place.args;
  if (first === undefined) return;
  let beginning = other;
  if (m.models.checks.positions.has(name)) {
    if (constantOf(other) !== 0) return;
    beginning = m.evaluate(first.value);
    if (!isTrusted(m, beginning)) return;
  } else if (!m.models.checks.cuts.has(name) || constantOf(m.evaluate(first.value)) !== 0) return;
  const guard = m.models.guards.get('*.startsWith') ?? m.models.guards.get('*.startswith');
  if (guard === undefined) return;
  const checked = m.evaluate(object);
  const clears = limited(guard, checked, textsOf(m, beginning));
  trust(m, object, clears);
  trustExtended(m, checked, clears);
}
