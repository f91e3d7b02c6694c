/** From rows to findings: severity, status and fixed versions of each. */

import type {
  Advisory,
  AdvisoryReader,
  Affected,
  AffectedStatus,
} from '../../core/model/advisory/advisory.ts';
import { mayApply } from '../../core/model/advisory/applicability.ts';
import { ECOSYSTEMS, type Ecosystem } from '../../core/model/package/ecosystem.ts';
import type { VulnerabilityFinding } from '../../core/model/finding/finding.ts';
import type { Package } from '../../core/model/package/package.ts';
import { isAffected } from '../../core/version/index.ts';
import { entriesFor } from './evaluate-advisory.ts';
import { findingIds } from './finding-id.ts';
import { fixedVersionsOf } from './fixed-versions.ts';
import type { Hit } from './match-hits.ts';
import { preferredHit, type MatchRow } from './match-rows.ts';
import { orderedRecords } from './merge-advisories.ts';
import { hasScore, createRatingGapCheck } from './extra-ratings.ts';
import { chooseSeverity } from './choose-severity.ts';

/** A finding, and whether a source of ratings could still change its severity. */
export interface RatedFinding {
  readonly finding: VulnerabilityFinding;
  readonly isSettled: boolean;
}

/** The options for choosing severities. */
export interface RatingOptions {
  /** See `MatchOptions.severitySources`. */
  readonly severitySources: readonly string[];
  /** See `MatchOptions.needsScore`. */
  readonly needsScore?: boolean;
  /** The reader of ratings that no record of a package contains. */
  readonly reader: AdvisoryReader;
}

/** Returns the findings of rows in their order. `merged` has the advisory of each vulnerability. */
export function findingsOf(
  rows: readonly MatchRow[],
  merged: ReadonlyMap<string, Advisory>,
  { severitySources, reader, needsScore = false }: RatingOptions,
): readonly RatedFinding[] {
  const lacksSource = createRatingGapCheck(reader);
  const ids = findingIds(
    rows.map((row) => ({ packageId: row.pkg.id, advisoryId: row.vulnerability })),
  );
  const findings: RatedFinding[] = [];
  for (const [index, row] of rows.entries()) {
    const { vulnerability, pkg, owned } = row;
    const advisory = merged.get(vulnerability);
    const hit = preferredHit(row.hits);
    if (advisory === undefined || hit === undefined) continue;
    const entries = entriesFor(advisory, hit.lookup).filter((entry) => mayApply(entry, pkg));
    if (isFixedElsewhere(row, hit, entries)) continue;
    const chosen = chooseSeverity(inRecordOrder(row), advisory, severitySources);
    const isScored = advisory.ratings.some(hasScore);
    const fixedVersions = fixesFor(row, hit, entries);
    const isOpen = chosen.severity === 'unknown' || !isScored;
    const finding: VulnerabilityFinding = {
      id: ids[index] ?? '',
      kind: 'vulnerability',
      packageId: pkg.id,
      advisoryId: vulnerability,
      severity: chosen.severity,
      severityBy: chosen.by,
      matchedVersion: hit.version.shown,
      status: statusOf(row, fixedVersions),
      fixedVersions,
      matchedBy: hit.lookup.matchedBy,
      ...(owned !== undefined && { ownedBy: owned.owner.id }),
      ...(isOpen && lacksSource(vulnerability) && { lacksRatingSource: true }),
    };
    const isOld = reader.hasOldRatings?.(vulnerability) === true;
    const isSettled = !isOld && chosen.isSettled && (isScored || !needsScore);
    findings.push({ finding, isSettled });
  }
  return findings;
}

function fixesFor(
  { pkg, owned }: MatchRow,
  hit: Hit,
  entries: readonly Affected[],
): readonly string[] {
  if (owned !== undefined) return owned.fixedVersions;
  const { kind, scheme } = ECOSYSTEMS[comparedAs(pkg, hit)];
  const fixes = fixedVersionsOf(scheme, hit.version.compared, entries);
  // A release of a distribution has one line of versions: what a later fix replaced is nothing to
  // upgrade to.
  return kind === 'os' ? fixes.slice(0, 1) : fixes;
}

/**
 * Returns the ecosystem by whose order versions are compared: a package of the system may be
 * matched as the program in it.
 */
function comparedAs({ ecosystem }: Package, { lookup }: Hit): Ecosystem {
  return ECOSYSTEMS[ecosystem].kind === 'os' ? lookup.need.ecosystem : ecosystem;
}

/**
 * Distributions first say that a vulnerability has no fix, and announce one later in a record of
 * its own. A package that has the announced fix, and that only statements without one call
 * affected, is not affected.
 */
function isFixedElsewhere(row: MatchRow, hit: Hit, named: readonly Affected[]): boolean {
  const { scheme, purlType } = ECOSYSTEMS[comparedAs(row.pkg, hit)];
  if (purlType !== 'rpm' || row.hits.some(({ entries }) => entries.some(hasFix))) return false;
  const fixing = named.filter(hasFix);
  return (
    fixing.length > 0 &&
    fixing.every(
      ({ ranges, versions }) =>
        isAffected(scheme, hit.version.compared, ranges, versions) === false,
    )
  );
}

function hasFix({ ranges }: Affected): boolean {
  return ranges.some(({ fixed }) => fixed !== undefined);
}

function inRecordOrder(row: MatchRow): readonly Hit[] {
  if (row.hits.length < 2) return row.hits;
  const order = orderedRecords(
    row.vulnerability,
    row.hits.map((hit) => hit.record),
  );
  return [...row.hits].sort((a, b) => order.indexOf(a.record) - order.indexOf(b.record));
}

/** From the most to the least worrying of those that a publisher sets by hand. */
const BY_WORD: readonly AffectedStatus[] = [
  'underInvestigation',
  'deferred',
  'willNotFix',
  'endOfLife',
  'unimportant',
];

/**
 * A row is affected as soon as one record says so, and `fixed` where there is a version to upgrade
 * to. A publisher's word (will not be fixed, unimportant) holds only where all records have one.
 */
function statusOf({ hits, owned }: MatchRow, fixedVersions: readonly string[]): AffectedStatus {
  const statuses = new Set<AffectedStatus>();
  for (const { entries } of hits) for (const { status } of entries) statuses.add(status);
  const isPlain = owned !== undefined || statuses.has('affected') || statuses.has('fixed');
  const word = isPlain ? undefined : BY_WORD.find((status) => statuses.has(status));
  return word ?? (fixedVersions.length > 0 ? 'fixed' : 'affected');
}
