/** Values that have a part which is known to be harmless. */

import type { Expression } from '../form.ts';
import { deepTaints, type Machine } from '../machine.ts';
import { trustOrigins } from '../refine/origins.ts';
import type { Value } from './value.ts';

/**
 * Marks a value as harmless if the checked part of it equals a trusted value, is empty, or has it
 * as one of its elements.
 */
export function trustWhole(
  m: Machine,
  place: Expression,
  { isEmpty = false, isOneOf = false }: { readonly isEmpty?: boolean; readonly isOneOf?: boolean },
): void {
  const { parts } = m.models;
  if (parts === undefined) return;
  const part = m.evaluate(place);
  const model = parts.find(({ ref }) => part.refs.some((one) => ref.test(one)));
  if (model === undefined || (isEmpty && model.mayBeEmpty !== true)) return;
  if (isOneOf && model.isList !== true) return;
  const { argumentRef } = model;
  if (argumentRef !== undefined) {
    if (place.kind !== 'call') return;
    const items = place.args.flatMap(({ value }) =>
      value.kind === 'list' ? value.items.map((item) => item.value) : [value],
    );
    const untrusted = items.map((item) => m.evaluate(item)).filter((one) => !isTrusted(m, one));
    if (untrusted.some(({ refs }) => !refs.some((ref) => argumentRef.test(ref)))) return;
  }
  trustOrigins(m, part, model.clears);
}

/** Returns whether nothing in a value is untrusted. */
export function isTrusted(m: Machine, value: Value): boolean {
  return deepTaints(m, value).length === 0;
}
