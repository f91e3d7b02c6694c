/**
 * NuGet versions: Semantic Versioning with up to four numbers.
 *
 * Source: the NuGet documentation, "Package versioning", sections "Version basics", "Normalized
 * version numbers" and "Version ranges". Labels are compared without regard to case, build metadata
 * does not count, missing numbers are 0. Read more leniently, and refused, as semantic versions
 * are.
 */

import { cacheParsed } from './scheme-factories.ts';
import { bracketRanges } from './bracket-range.ts';
import { semanticScheme, formatSemantic, parseSemantic } from './semantic-version.ts';

const GRAMMAR =
  /^[0-9]+(?:\.[0-9]+){0,3}(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;
const REVISION = 3;

const folded = cacheParsed((version) => version.toLowerCase());

export const nuget = semanticScheme({
  id: 'nuget',
  parse: (version) => parseSemantic(folded(version)),
  isValid: (_parsed, version) => GRAMMAR.test(version),
  format(_parsed, version) {
    const parsed = parseSemantic(version);
    if (parsed === undefined) return version;
    const { numbers } = parsed;
    const isShort = numbers.length === REVISION + 1 && numbers[REVISION] === 0;
    return formatSemantic(isShort ? { ...parsed, numbers: numbers.slice(0, REVISION) } : parsed);
  },
  ranges: (compare) => bracketRanges(compare, '>='),
});
