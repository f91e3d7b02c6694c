/**
 * NuGet versions: Semantic Versioning with up to four numbers.
 *
 * Source: the NuGet documentation, "Package versioning", sections "Version basics", "Normalized version numbers" and
 * "Version ranges". Labels are compared without regard to case, build metadata does not count, missing numbers are 0.
 * Read more leniently, and refused, as semantic versions are.
 */

import { bracketRanges } from './bracket-range.ts';
import { cacheParsed } from './cache-parsed.ts';
import type { Order, VersionScheme } from './scheme.ts';
import { compareSemantic, formatSemantic, parseSemantic } from './semver.ts';

const GRAMMAR =
  /^[0-9]+(?:\.[0-9]+){0,3}(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;
const REVISION = 3;

const folded = cacheParsed((version) => version.toLowerCase());

export const nuget: VersionScheme = {
  id: 'nuget',
  compare,
  isValid: (version) => GRAMMAR.test(version) && parseSemantic(version) !== undefined,
  isCertain: (version) => parseSemantic(folded(version)) !== undefined,
  normalize(version) {
    const parsed = parseSemantic(version);
    if (parsed === undefined) return version;
    const { numbers } = parsed;
    const isShort = numbers.length === REVISION + 1 && numbers[REVISION] === 0;
    return formatSemantic(isShort ? { ...parsed, numbers: numbers.slice(0, REVISION) } : parsed);
  },
  ranges: bracketRanges(compare, '>='),
};

function compare(a: string, b: string): Order | undefined {
  return a === b ? 0 : compareSemantic(folded(a), folded(b));
}
