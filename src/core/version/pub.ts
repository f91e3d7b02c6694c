/**
 * Dart package versions: Semantic Versioning in which build metadata counts.
 *
 * Source: the Dart documentation, "Package versioning" and "Package dependencies", and that of the
 * package pub_semver: of two versions that are equal in precedence the one with build metadata is
 * higher, and metadata are compared like pre-releases. In ranges, `^` reaches to the next breaking
 * version and `<2.0.0` does not hold the pre-releases of 2.0.0, unless the range begins among them.
 * Read more leniently, and refused, as semantic versions are.
 */

import { compareText } from '../base/compare.ts';
import { compareDigits, endOfDigits, readDigits, type Digits } from './digits.ts';
import { translatedRanges } from './range.ts';
import type { Order } from './scheme.ts';
import {
  semanticScheme,
  formatSemantic,
  formatWithBuild,
  orderSemantic,
  parseSemantic,
  type SemanticVersion,
} from './semantic-version.ts';

const ANY = 'any';
const CARET = /\^\s*([^\s,|<>=^]+)/g;
const BELOW = /<(?!=)\s*([^\s,|<>=^]+)/g;
/** The lowest pre-release. */
const FIRST = '-0';

export const pub = semanticScheme({
  id: 'pub',
  order: (a, b) => orderSemantic(a, b) || compareBuild(a.build, b.build),
  format: formatWithBuild,
  ranges: (compare) => translatedRanges(compare, translate),
});

function compareBuild(a: string | undefined, b: string | undefined): Order {
  if (a === undefined) return b === undefined ? 0 : -1;
  if (b === undefined) return 1;
  const left = a.split('.').map(readIdentifier);
  const right = b.split('.').map(readIdentifier);
  for (let at = 0; ; at++) {
    const one = left[at];
    const other = right[at];
    if (one === undefined) return other === undefined ? 0 : -1;
    if (other === undefined) return 1;
    const order = compareIdentifier(one, other);
    if (order !== 0) return order;
  }
}

type Identifier = Digits | { readonly word: string };

function readIdentifier(text: string): Identifier {
  const end = endOfDigits(text, 0);
  return text !== '' && end === text.length ? readDigits(text, 0, end) : { word: text };
}

function compareIdentifier(a: Identifier, b: Identifier): Order {
  if (typeof a === 'object') return typeof b === 'object' ? compareText(a.word, b.word) : 1;
  return typeof b === 'object' ? -1 : compareDigits(a, b);
}

/**
 * Spells out `any`, carets, and that an upper bound does not hold its own pre-releases. What cannot
 * be spelled out stays, and is refused because no comparator begins with `^`.
 */
function translate(range: string, isForVers: boolean): string {
  if (range.trim() === ANY) return '*';
  const first = isForVers ? '' : FIRST;
  return range
    .replace(BELOW, (bound, version: string) => {
      const parsed = parseSemantic(version);
      const isOpen = parsed?.prerelease.length === 0 && !beginsAmong(range, version);
      return isOpen ? `<${formatSemantic(parsed)}${first}` : bound;
    })
    .replace(CARET, (caret, version: string) => {
      const ceiling = nextBreaking(parseSemantic(version));
      return ceiling === undefined ? caret : `>=${version} <${ceiling}${first}`;
    });
}

/** Returns whether a lower bound of the range is a pre-release of the version. */
function beginsAmong(range: string, version: string): boolean {
  const start = range.indexOf('>');
  return start !== -1 && range.includes(`${version}-`, start);
}

function nextBreaking(version: SemanticVersion | undefined): string | undefined {
  const [major, minor] = version?.numbers ?? [];
  if (typeof major !== 'number' || typeof minor !== 'number') return undefined;
  return major === 0 ? `0.${minor + 1}.0` : `${major + 1}.0.0`;
}
