/** The lowest version that a range allows, for those who would rather take it than know no version. */

import type { SchemeId } from '../model/ecosystem.ts';
import { VERSION_SCHEMES } from './list.ts';
import type { Comparator } from './scheme.ts';

const LOWER: ReadonlySet<Comparator['operator']> = new Set(['=', '>', '>=']);
const NUMBERS = /^(?<start>\d+\.\d+\.)(?<last>\d+)$/;

/**
 * The lowest version inside a native range: of the alternatives the lowest, of each the highest bound that is itself
 * inside. Behind `>` it is the next release where the scheme counts in three numbers (npm's `minVersion`), else unknown.
 * A range without a lower bound allows everything below; then the highest version that it names and allows is taken.
 * `undefined` where no version is named, or the range cannot be read.
 */
export function lowestAllowed(scheme: SchemeId, range: string): string | undefined {
  const { compare, ranges } = VERSION_SCHEMES[scheme];
  let lowest: string | undefined;
  for (const comparators of ranges.bounds(range, {}) ?? []) {
    const version = lowestOf(scheme, comparators);
    if (version === undefined) return undefined;
    if (lowest === undefined || compare(version, lowest) === -1) lowest = version;
  }
  return lowest;
}

function lowestOf(scheme: SchemeId, comparators: readonly Comparator[]): string | undefined {
  const { compare } = VERSION_SCHEMES[scheme];
  const highest = (versions: readonly string[]): string | undefined =>
    [...versions].sort((a, b) => compare(a, b) ?? 0).at(-1);
  const lower = comparators.filter(({ operator }) => LOWER.has(operator));
  if (lower.length === 0) {
    return highest(
      comparators.filter(({ operator }) => operator === '<=').map(({ version }) => version),
    );
  }
  const inside = lower.map((one) =>
    one.operator === '>' ? nextOf(scheme, one.version) : one.version,
  );
  return inside.every((version) => version !== undefined) ? highest(inside) : undefined;
}

function nextOf(scheme: SchemeId, version: string): string | undefined {
  const parts = scheme === 'npm' ? NUMBERS.exec(version)?.groups : undefined;
  const next = Number(parts?.['last']) + 1;
  return Number.isSafeInteger(next) ? `${parts?.['start'] ?? ''}${next}` : undefined;
}
