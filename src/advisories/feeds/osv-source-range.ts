/**
 * The range of versions as the origin of a record wrote it. Events of OSV have no exclusive
 * beginning, and GitHub leaves the end of a range without a fix out of the events. So the text
 * beside the events decides these two bounds, and nothing else.
 *
 * Sources: `affected[].database_specific.last_known_affected_version_range` of GitHub
 * (github/advisory-database, issue 470), in the notation of its REST API ("Global security
 * advisories", `vulnerable_version_range`: `>= 1.0.8, < 2.0`); `source_range` of records that were
 * converted from GitLab's community advisories (their README, `affected_range`), in the notation of
 * the ecosystem: `>2.0.2`, `(1.0,1.4]`, `>=1.0 <1.4||>2.0`.
 */

import type { VersionRange } from '../../core/model/advisory/advisory.ts';
import type { SchemeId } from '../../core/model/package/ecosystem.ts';
import { compareVersions, isAffected } from '../../core/version/index.ts';
import { textOf, type Fields } from './fields.ts';

const LAST_KNOWN = 'last_known_affected_version_range';
const CONVERTED = 'source_range';
/** The longest text of a published record has some 300 characters. */
const MAX_LENGTH = 2000;

const VERSION = String.raw`[^\s<>=~^,|()[\]]{1,100}`;
const UPPER_BOUND = new RegExp(
  String.raw`^(?:>=? ?${VERSION} ?, ?)?(?<operator><=?) ?(?<version>${VERSION})$`,
);
const AFTER = new RegExp(String.raw`(?:^|[^<])> ?(?<version>${VERSION})`, 'g');
const AFTER_BRACKET = new RegExp(String.raw`\((?<version>${VERSION}) ?,`, 'g');

/**
 * Returns the ranges with the end that GitHub names where the last of them has none: GitHub's
 * records of packages without a fixed release (`xlsx`, "< 0.20.2") would otherwise affect every
 * later release. The end is a limit, not a fix.
 */
export function boundedRanges(
  specific: Fields,
  ranges: readonly VersionRange[],
  scheme: SchemeId,
): readonly VersionRange[] {
  const text = textOf(specific[LAST_KNOWN]);
  const last = ranges.at(-1);
  if (text === undefined || text.length > MAX_LENGTH || last === undefined) return ranges;
  const isOpen = (last.fixed ?? last.lastAffected ?? last.limit) === undefined;
  const { operator, version } = UPPER_BOUND.exec(text.trim())?.groups ?? {};
  if (!isOpen || version === undefined) return ranges;
  if (last.introduced !== '0' && compareVersions(scheme, last.introduced, version) !== -1) {
    return ranges;
  }
  const end = operator === '<' ? { limit: version } : { lastAffected: version };
  return [...ranges.slice(0, -1), { introduced: last.introduced, ...end }];
}

/**
 * Returns the versions at which a range begins without containing them: `>2.0.2` is written as the
 * event `introduced` 2.0.2. A version that another range contains, or that is listed, is left out.
 */
export function excludedStarts(
  specific: Fields,
  ranges: readonly VersionRange[],
  { scheme, versions }: { readonly scheme: SchemeId; readonly versions: readonly string[] },
): readonly string[] {
  const text = textOf(specific[CONVERTED]) ?? textOf(specific[LAST_KNOWN]);
  if (text === undefined || text.length > MAX_LENGTH) return NONE;
  const after = new Set(
    [...text.matchAll(AFTER), ...text.matchAll(AFTER_BRACKET)].map(
      ({ groups }) => groups?.['version'] ?? '',
    ),
  );
  if (after.size === 0) return NONE;
  return [...after].filter((version) => {
    const others = ranges.filter(({ introduced }) => introduced !== version);
    return (
      version !== '0' &&
      others.length < ranges.length &&
      isAffected(scheme, version, others, versions) === false
    );
  });
}

const NONE: readonly string[] = [];
