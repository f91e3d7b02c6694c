/** The only version that a range allows, for manifests that pin a version without a lockfile. */

import type { SchemeId } from '../model/package/ecosystem.ts';
import { VERSION_SCHEMES } from './list.ts';
import type { Comparator } from './scheme.ts';

/**
 * Returns the one version inside a native range: every alternative names it with `=`, or has it as
 * lower and upper bound. `undefined` where the range allows several versions, or cannot be read.
 */
export function exactlyAllowed(scheme: SchemeId, range: string): string | undefined {
  const { compare, ranges } = VERSION_SCHEMES[scheme];
  const alternatives = ranges.bounds(range, {}) ?? [];
  const [first, ...others] = alternatives.map(onlyVersion);
  if (first === undefined) return undefined;
  function onlyVersion(comparators: readonly Comparator[]): string | undefined {
    const named = comparators.find(({ operator }) => operator === '=')?.version;
    if (named !== undefined) return comparators.length === 1 ? named : undefined;
    const [low, high, ...rest] = [...comparators].sort((a, b) =>
      a.operator < b.operator ? 1 : -1,
    );
    const isClosed = low?.operator === '>=' && high?.operator === '<=' && rest.length === 0;
    return isClosed && compare(low.version, high.version) === 0 ? low.version : undefined;
  }
  return others.every((other) => other !== undefined && compare(first, other) === 0)
    ? first
    : undefined;
}
