/**
 * nginx versions and the ranges of its security advisories.
 *
 * Source: nginx.org, "security advisories", whose lists read `0.7.52-0.8.39` (from, to), `1.5.11`
 * (one version) and `1.4.7+` (from this one on), parted by commas; `all` and `none`. Branches with
 * an even second number are the stable ones: `1.4.7+` does not reach into 1.5, while `1.5.12+` has
 * no end, because mainline goes on. The order is that of Semantic Versioning.
 */

import { comparatorRanges, isAllowed, type Compare } from './range.ts';
import type { Alternatives, Comparator, NativeRanges } from './scheme.ts';
import { semanticScheme, parseSemantic } from './semantic-version.ts';

/** Characters of comparators, which advisories of other origin use. */
const COMPARATOR = /[<>=!*|]/;
const ALL = 'all';
const NONE = 'none';

export const nginx = semanticScheme({ id: 'nginx', ranges: nginxRanges });

function nginxRanges(compare: Compare): NativeRanges {
  const comparators = comparatorRanges(compare);
  const bounds = (range: string): Alternatives | undefined =>
    range.trim() === '' || COMPARATOR.test(range)
      ? comparators.bounds(range, {})
      : readList(range.trim());
  return {
    contains(version, range) {
      const alternatives = bounds(range);
      return alternatives && isAllowed(compare, version, alternatives);
    },
    bounds,
    constraints(range) {
      const alternatives = bounds(range);
      // VERS has no words for nothing.
      if (alternatives?.length === 0) return undefined;
      return alternatives?.some((one) => one.length === 0) === true ? [] : alternatives?.flat();
    },
  };
}

function readList(range: string): Alternatives | undefined {
  if (range === ALL) return [[]];
  if (range === NONE) return [];
  const alternatives: (readonly Comparator[])[] = [];
  for (const part of range.split(',')) {
    const alternative = readPart(part.trim());
    if (alternative === undefined) return undefined;
    alternatives.push(alternative);
  }
  return alternatives;
}

function readPart(part: string): readonly Comparator[] | undefined {
  if (part.endsWith('+')) return readOpen(part.slice(0, -1));
  const [from = '', to, ...more] = part.split('-');
  if (!isVersion(from) || more.length > 0) return undefined;
  if (to === undefined) return [{ operator: '=', version: from }];
  if (!isVersion(to)) return undefined;
  return [
    { operator: '>=', version: from },
    { operator: '<=', version: to },
  ];
}

function readOpen(version: string): readonly Comparator[] | undefined {
  const [major, minor] = parseSemantic(version)?.numbers ?? [];
  if (typeof major !== 'number' || typeof minor !== 'number') return undefined;
  const from: Comparator = { operator: '>=', version };
  const isStable = minor % 2 === 0;
  return isStable ? [from, { operator: '<', version: `${major}.${minor + 1}.0` }] : [from];
}

function isVersion(text: string): boolean {
  return parseSemantic(text) !== undefined;
}
