/**
 * Pairs a whole inventory with the advisories: the entry of this room. Packages are looked up and judged one advisory
 * at a time (`evidence.ts`); then the records of one vulnerability become one row for each package.
 */

import { compareText } from '../base/compare.ts';
import { appendTo } from '../base/maps.ts';
import type { Advisory, AdvisoryReader, Affected, AffectedStatus } from '../model/advisory.ts';
import { mayApply } from '../model/applicability.ts';
import { ECOSYSTEMS, type Ecosystem } from '../model/ecosystem.ts';
import type { Diagnostic, VulnerabilityFinding } from '../model/finding.ts';
import type { Matches } from '../model/matches.ts';
import type { Inventory, Package } from '../model/package.ts';
import { indexDependencyPaths } from '../model/dependency-paths.ts';
import { indexVulnerabilities, type VulnerabilityIndex } from './aliases.ts';
import { isAffected } from '../version/index.ts';
import { collectHits, type MatchHits, type Hit } from './match-hits.ts';
import { factNotes } from './fact-notes.ts';
import { factsByVulnerability, withFacts, type FactsById } from './facts.ts';
import { findingIds } from './finding-id.ts';
import { fixedVersionsOf } from './fixed-versions.ts';
import { tooManyFindings, unorderedVersion } from './gaps.ts';
import { entriesFor } from './evaluate-advisory.ts';
import { isMaliciousRow, markMalicious } from './malicious.ts';
import { mergeAdvisory, orderedRecords } from './merge-advisories.ts';
import { ownershipNotes, decideOwnership, type OwnershipDecision } from './shipped-packages.ts';
import { planLookups, type PackageType } from './lookups.ts';
import { hasScore, createRatingGapCheck, withExtraRatings, type RatingsById } from './ratings.ts';
import { chooseSeverity } from './severity.ts';

export { needsOf } from './lookups.ts';

export interface MatchOptions {
  /** `--vuln-severity-source`: whose rating is shown, in order of trust; empty for the default order. */
  readonly severitySources: readonly string[];
  /** `--pkg-types`: packages of other types are neither matched nor counted. Absent: both. */
  readonly packageTypes?: readonly PackageType[];
  /** How many findings are made; packages that are left then are a gap. Absent: any number. */
  readonly maxFindings?: number;
  /** Whether the run asks for CVSS scores, as `cvss>=8` does: then a word alone does not settle a severity. */
  readonly needsScore?: boolean;
}

/** All that was found of one vulnerability in one package. */
interface Row {
  readonly vulnerability: string;
  readonly pkg: Package;
  readonly hits: Hit[];
  /** Of what the distribution ships and its advisories do not name. */
  readonly owned?: Extract<OwnershipDecision, { kind: 'owned' }>;
}

/** An inventory paired with its advisories, but for severities, which may have to be loaded first. */
export interface PreparedMatch {
  /** Vulnerabilities that their own records give no score; ratings elsewhere may count for them. */
  readonly unscoredIds: readonly string[];
  /** `elsewhere`: ratings of other records by vulnerability, as `AdvisoryReader.ratingsElsewhere` answers them. */
  finish(advisories: AdvisoryReader, elsewhere?: RatingsById): RatedMatch;
}

export interface RatedMatch {
  readonly matches: Matches;
  /** Vulnerabilities whose severity a source of ratings could still change. */
  readonly unsettledIds: readonly string[];
}

/** Pure: no clock, no network, usable on a stored inventory. The order of packages does not matter. */
export function matchInventory(
  inventory: Inventory,
  advisories: AdvisoryReader,
  options: MatchOptions,
): Matches {
  return prepareMatch(inventory, advisories, options).finish(advisories).matches;
}

/** As {@link matchInventory}, in two steps. */
export function prepareMatch(
  inventory: Inventory,
  advisories: AdvisoryReader,
  options: MatchOptions,
): PreparedMatch {
  const questions = planLookups(inventory, options.packageTypes);
  const maxFindings = options.maxFindings ?? Number.POSITIVE_INFINITY;
  const evidence = collectHits(inventory, questions, advisories, maxFindings);
  const indexOf = indexVulnerabilities(evidence.records);
  const { rows, leftOut } = ruledRows(evidence, indexOf, maxFindings);
  return {
    unscoredIds: [...new Set(rows.filter(isUnscored).map((row) => row.vulnerability))],
    finish: (reader, elsewhere = new Map()) => {
      const ids = rows.map((row) => row.vulnerability);
      const facts = withExtraRatings(factsByVulnerability(ids, reader), elsewhere);
      const merged = mergeRows(rows, { evidence, indexOf, facts });
      const rated = findingsOf(rows, merged, { ...options, reader });
      const found = rated.map(({ finding }) => finding);
      const findings = withWays(
        markMalicious(found, rows, { evidence, indexOf, facts }),
        inventory,
      );
      const factsCoverage = reader.factsCoverage();
      const { severitySources: sources } = options;
      return {
        matches: {
          findings,
          advisories: merged,
          diagnostics: [
            ...evidence.diagnostics,
            ...ownershipNotes(questions.packages, evidence.owners),
            ...tooManyFindings(maxFindings, new Set([...leftOut, ...evidence.unmatched])),
            ...unorderedGaps(evidence, rows, indexOf),
            ...factNotes({ findings, facts, factsCoverage, sources }),
          ],
          coverage: [...evidence.coverage, ...factsCoverage],
          coveredPackageCount: evidence.coveredPackageCount,
          packageCount: questions.packages.length,
        },
        unsettledIds: unsettled(rated),
      };
    },
  };
}

/** Whether no record that names the package gives a score. */
function isUnscored({ hits }: Row): boolean {
  return !hits.some(({ record, entries }) =>
    [...record.ratings, ...entries.flatMap((entry) => entry.ratings)].some(hasScore),
  );
}

function unsettled(rated: readonly RatedFinding[]): readonly string[] {
  const ids = rated.flatMap(({ finding, isSettled }) => (isSettled ? [] : [finding.advisoryId]));
  return [...new Set(ids)].sort();
}

/** One row for each package and vulnerability, sorted by both, and the packages of which rows are left out. */
function rowsOf(
  hits: readonly Hit[],
  indexOf: VulnerabilityIndex,
  maxRows: number,
): { readonly rows: readonly Row[]; readonly leftOut: ReadonlySet<Package> } {
  const rows = new Map<string, Row>();
  const leftOut = new Set<Package>();
  for (const hit of hits) {
    for (const vulnerability of indexOf(hit.record)) {
      const key = rowKey(hit.pkg, vulnerability);
      const known = rows.get(key);
      if (known !== undefined) known.hits.push(hit);
      else if (rows.size < maxRows) rows.set(key, { vulnerability, pkg: hit.pkg, hits: [hit] });
      else leftOut.add(hit.pkg);
    }
  }
  const sorted = [...rows.values()].sort(
    (a, b) => compareText(a.pkg.id, b.pkg.id) || compareText(a.vulnerability, b.vulnerability),
  );
  return { rows: sorted, leftOut };
}

/** The rows without those that the distribution has judged for the owner. */
function ruledRows(
  evidence: MatchHits,
  indexOf: VulnerabilityIndex,
  maxRows: number,
): ReturnType<typeof rowsOf> {
  const all = rowsOf(evidence.hits, indexOf, maxRows);
  const { rows } = all;
  if (!rows.some(({ pkg }) => pkg.ownedBy !== undefined)) return all;
  const ofOwners = rowsOf(evidence.ownerHits, indexOf, maxRows);
  const leftOut = new Set([...all.leftOut, ...ofOwners.leftOut]);
  const reported = new Set(
    [...rows, ...ofOwners.rows].map((row) => rowKey(row.pkg, row.vulnerability)),
  );
  const rule = decideOwnership(evidence.owners, indexOf, (owner, vulnerability) =>
    reported.has(rowKey(owner, vulnerability)),
  );
  const ruled = rows.flatMap((row) => {
    const ruling = rule(row.pkg, row.vulnerability);
    // A distribution does not clear what a record reports as malicious.
    if (ruling.kind !== 'counts' && isMaliciousRow(row)) return [row];
    if (ruling.kind === 'judged') return [];
    return [ruling.kind === 'owned' ? { ...row, owned: ruling } : row];
  });
  return { rows: ruled, leftOut };
}

function rowKey(pkg: Package, vulnerability: string): string {
  return `${vulnerability} ${pkg.id}`;
}

/** One advisory for each vulnerability that has a row, sorted by id. */
function mergeRows(
  rows: readonly Row[],
  from: {
    readonly evidence: MatchHits;
    readonly indexOf: VulnerabilityIndex;
    readonly facts: FactsById;
  },
): ReadonlyMap<string, Advisory> {
  const { evidence, indexOf, facts } = from;
  const hasRow = new Set(rows.map((row) => row.vulnerability));
  const records = new Map<string, Advisory[]>();
  for (const record of evidence.named) {
    for (const vulnerability of indexOf(record)) {
      if (!hasRow.has(vulnerability)) continue;
      appendTo(records, vulnerability, record);
    }
  }
  const merged = new Map<string, Advisory>();
  for (const id of [...records.keys()].sort()) {
    const parts = { id, records: records.get(id) ?? [], keeps: evidence.isAskedFor };
    merged.set(id, withFacts(mergeAdvisory(parts), facts.get(id) ?? []));
  }
  return merged;
}

/** A finding, and whether a source of ratings could still change its severity. */
interface RatedFinding {
  readonly finding: VulnerabilityFinding;
  readonly isSettled: boolean;
}

function findingsOf(
  rows: readonly Row[],
  merged: ReadonlyMap<string, Advisory>,
  options: MatchOptions & { readonly reader: AdvisoryReader },
): readonly RatedFinding[] {
  const { severitySources, reader, needsScore = false } = options;
  const lacksSource = createRatingGapCheck(reader);
  const ids = findingIds(
    rows.map((row) => ({ packageId: row.pkg.id, advisoryId: row.vulnerability })),
  );
  return rows.flatMap((row, index): readonly RatedFinding[] => {
    const advisory = merged.get(row.vulnerability);
    const hit = row.hits.find(({ version }) => version.shown === row.pkg.version) ?? row.hits[0];
    if (advisory === undefined || hit === undefined) return [];
    const spoken = entriesFor(advisory, hit.lookup).filter((entry) => mayApply(entry, row.pkg));
    if (isFixedElsewhere(row, hit, spoken)) return [];
    const chosen = chooseSeverity(inRecordOrder(row), advisory, severitySources);
    const isScored = advisory.ratings.some(hasScore);
    const fixedVersions = row.owned?.fixedVersions ?? fixesFor(row.pkg, hit, spoken);
    const isOpen = chosen.severity === 'unknown' || !isScored;
    const finding: VulnerabilityFinding = {
      id: ids[index] ?? '',
      kind: 'vulnerability',
      packageId: row.pkg.id,
      advisoryId: row.vulnerability,
      severity: chosen.severity,
      severityBy: chosen.by,
      matchedVersion: hit.version.shown,
      status: statusOf(row, fixedVersions),
      fixedVersions,
      matchedBy: hit.lookup.matchedBy,
      ...(row.owned !== undefined && { ownedBy: row.owned.owner.id }),
      ...(isOpen && lacksSource(row.vulnerability) && { lacksRatingSource: true }),
    };
    const isOld = reader.hasOldRatings?.(row.vulnerability) === true;
    return [{ finding, isSettled: !isOld && chosen.isSettled && (isScored || !needsScore) }];
  });
}

function fixesFor(pkg: Package, hit: Hit, spoken: readonly Affected[]): readonly string[] {
  const { kind, scheme } = ECOSYSTEMS[comparedAs(pkg, hit)];
  const fixes = fixedVersionsOf(scheme, hit.version.compared, spoken);
  // A release of a distribution has one line of versions: what a later fix replaced is nothing to upgrade to.
  return kind === 'os' ? fixes.slice(0, 1) : fixes;
}

/** Whose order of versions holds: a package of the system may be matched as the program in it. */
function comparedAs({ ecosystem }: Package, { lookup }: Hit): Ecosystem {
  return ECOSYSTEMS[ecosystem].kind === 'os' ? lookup.need.ecosystem : ecosystem;
}

/** Findings of packages that others pulled in say by which. */
function withWays(
  findings: readonly VulnerabilityFinding[],
  inventory: Inventory,
): readonly VulnerabilityFinding[] {
  const languages = new Set(
    inventory.packages
      .filter(({ ecosystem }) => ECOSYSTEMS[ecosystem].kind === 'language')
      .map(({ id }) => id),
  );
  if (!findings.some(({ packageId }) => languages.has(packageId))) return findings;
  const ways = indexDependencyPaths(inventory);
  return findings.map((finding) => {
    const pulledInBy = ways.wayTo(finding.packageId);
    return pulledInBy.length === 0 ? finding : { ...finding, pulledInBy };
  });
}

/**
 * Distributions first say that a vulnerability has no fix, and announce one later in a record of its own. A package that
 * has the announced fix, and that only statements without one call affected, is not affected.
 */
function isFixedElsewhere(row: Row, hit: Hit, spoken: readonly Affected[]): boolean {
  const { scheme, purlType } = ECOSYSTEMS[comparedAs(row.pkg, hit)];
  if (purlType !== 'rpm' || row.hits.some(({ entries }) => entries.some(hasFix))) return false;
  const fixing = spoken.filter(hasFix);
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

function inRecordOrder(row: Row): readonly Hit[] {
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
 * A row is affected as soon as one record says so, and `fixed` where there is a version to upgrade to. A publisher's
 * word (will not be fixed, unimportant) holds only where all records have one.
 */
function statusOf({ hits, owned }: Row, fixedVersions: readonly string[]): AffectedStatus {
  const statuses = new Set(hits.flatMap(({ entries }) => entries).map(({ status }) => status));
  const isPlain = owned !== undefined || statuses.has('affected') || statuses.has('fixed');
  const word = isPlain ? undefined : BY_WORD.find((status) => statuses.has(status));
  return word ?? (fixedVersions.length > 0 ? 'fixed' : 'affected');
}

/**
 * Records that could not be compared, unless another record of the same vulnerability already made a row. Of programs,
 * where publishers of all kinds speak of one thing, one that knows the versions is enough to clear it.
 */
function unorderedGaps(
  evidence: MatchHits,
  rows: readonly Row[],
  indexOf: VulnerabilityIndex,
): readonly Diagnostic[] {
  const known = new Set(rows.map((row) => rowKey(row.pkg, row.vulnerability)));
  for (const { pkg, record } of evidence.unordered.length === 0 ? [] : evidence.clear) {
    for (const vulnerability of indexOf(record)) known.add(rowKey(pkg, vulnerability));
  }
  return evidence.unordered.flatMap(({ pkg, version, records }) => {
    const hiding = records.filter((record) =>
      indexOf(record).some((vulnerability) => !known.has(rowKey(pkg, vulnerability))),
    );
    if (hiding.length === 0) return [];
    // Of what the distribution ships, its own advisories decide.
    const isGap = evidence.owners.distributionOf(pkg) === undefined;
    return [unorderedVersion(pkg, version, { advisories: hiding, isGap })];
  });
}
