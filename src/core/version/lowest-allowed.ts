/**
 * The lowest version that a range allows, for those who would rather take it than know no version.
 */

import type { SchemeId } from '../model/package/ecosystem.ts';
import { VERSION_SCHEMES } from './list.ts';
import { isAllowed } from './range.ts';
import type { Comparator } from './scheme.ts';

const LOWER: ReadonlySet<Comparator['operator']> = new Set(['=', '>', '>=']);
const UPPER: ReadonlySet<Comparator['operator']> = new Set(['<', '<=']);
const EXCLUDED_SERIES = /!=\s*(?<series>\d[\d.]{0,100}?)\.\*/g;
const LAST_NUMBER = /\d+$/;
/** Series that are skipped one behind another. */
const MAX_SERIES = 20;
const DEVELOPMENT = /\.dev0$/;
const NUMBERS = /^(?<start>\d+\.\d+\.)(?<last>\d+)$/;

/**
 * Returns the lowest version inside a native range: of the alternatives the lowest, of each the
 * highest bound that is itself inside. Behind `>` it is the next release where the scheme counts in
 * three numbers (npm's `minVersion`), else unknown. A range without a lower bound allows everything
 * below; then the highest version that it names and allows is taken. `==2.20.*` begins with the
 * release `2.20`; its development releases count only where the range names one. A version that the
 * range excludes is never the answer. `undefined` where no version is named, the lowest one is
 * excluded, or the range cannot be read.
 */
export function lowestAllowed(scheme: SchemeId, range: string): string | undefined {
  const { compare, ranges } = VERSION_SCHEMES[scheme];
  let lowest: string | undefined;
  for (const comparators of ranges.bounds(range, {}) ?? []) {
    const found = lowestOf(scheme, comparators);
    if (found === undefined) return undefined;
    const version = scheme === 'pypi' ? withoutDevelopment(found, range) : found;
    if (isEmptyRange(scheme, version, comparators)) continue;
    if (isAllowed(compare, version, [comparators]) !== true) return undefined;
    if (lowest === undefined || compare(version, lowest) === -1) lowest = version;
  }
  return scheme === 'pypi' ? withoutExcluded(lowest, range) : lowest;
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

/** The bounds of a prefix (`==2.20.*`) begin with `2.20.dev0`. */
function withoutDevelopment(version: string, range: string): string {
  return range.includes('dev') ? version : version.replace(DEVELOPMENT, '');
}

/**
 * Bounds leave `!=` out. The version behind an excluded series (`!=2.19.*`) is the first of the
 * next one.
 */
function withoutExcluded(lowest: string | undefined, range: string): string | undefined {
  const { ranges } = VERSION_SCHEMES.pypi;
  let version = lowest;
  for (let count = 0; version !== undefined && count < MAX_SERIES; count += 1) {
    const candidate: string = version;
    if (ranges.contains(candidate, range, {}) === true) return candidate;
    const series = [...range.matchAll(EXCLUDED_SERIES)]
      .map(({ groups }) => groups?.['series'] ?? '')
      .find((text) => ranges.contains(candidate, `==${text}.*`, {}) === true);
    version = series?.replace(LAST_NUMBER, (last) => String(Number(last) + 1));
  }
  return undefined;
}

/**
 * Returns whether the alternative ends below the highest of its lower bounds, so that no version is
 * in it.
 */
function isEmptyRange(
  scheme: SchemeId,
  version: string,
  comparators: readonly Comparator[],
): boolean {
  const upper = comparators.filter(({ operator }) => UPPER.has(operator));
  return isAllowed(VERSION_SCHEMES[scheme].compare, version, [upper]) === false;
}

function nextOf(scheme: SchemeId, version: string): string | undefined {
  const parts = scheme === 'npm' ? NUMBERS.exec(version)?.groups : undefined;
  const next = Number(parts?.['last']) + 1;
  return Number.isSafeInteger(next) ? `${parts?.['start'] ?? ''}${next}` : undefined;
}
