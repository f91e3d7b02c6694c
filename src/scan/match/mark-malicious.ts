/**
 * Marks rows of known malicious packages. A row is malicious where a record that reports malice
 * affects the version; what such a record says about other versions has no part in it. See
 * `docs/malicious.md`.
 */

import type { Advisory, AdvisoryReader, Affected } from '../../core/model/advisory/advisory.ts';
import { ECOSYSTEMS, type SchemeId } from '../../core/model/package/ecosystem.ts';
import type { VulnerabilityFinding } from '../../core/model/finding/finding.ts';
import {
  hasMaliciousCode,
  MALICIOUS_RATING_SOURCE,
  isMaliciousRecord,
} from '../../core/model/advisory/malicious.ts';
import type { Inventory, Package } from '../../core/model/package/package.ts';
import { compareVersions, isAffected } from '../../core/version/index.ts';
import type { VulnerabilityIndex } from './aliases.ts';
import type { Hit, UnorderableVersion } from './match-hits.ts';
import { preferredHit, type MatchRow } from './match-rows.ts';
import type { FactsById } from './facts.ts';
import { entriesFor, evaluateAdvisory } from './evaluate-advisory.ts';
import { planLookups } from './lookups.ts';

/** The sources beside the records that affect a version. */
export interface MatchSources {
  /** See `MatchHits.named`. */
  readonly named: readonly Advisory[];
  readonly indexOf: VulnerabilityIndex;
  readonly facts: FactsById;
}

/**
 * Returns the findings, of which those of malicious packages are marked. `rows` are the rows that
 * they were made from.
 */
export function markMalicious(
  findings: readonly VulnerabilityFinding[],
  rows: readonly MatchRow[],
  sources: MatchSources,
): readonly VulnerabilityFinding[] {
  const malices = new Map<string, Malice>();
  for (const row of rows) {
    const malice = maliceOf(row, sources);
    if (malice !== undefined) malices.set(`${row.vulnerability} ${row.pkg.id}`, malice);
  }
  if (malices.size === 0) return findings;
  return findings.map((finding) => {
    const malice = malices.get(`${finding.advisoryId} ${finding.packageId}`);
    return malice === undefined ? finding : asMalicious(finding, malice, sources.named);
  });
}

/**
 * Returns the packages of an inventory that a record reports as malicious; nothing else is found
 * out about them.
 */
export function maliciousPackages(
  inventory: Inventory,
  advisories: AdvisoryReader,
): readonly Package[] {
  const found = new Set<Package>();
  for (const { need, byName } of planLookups(inventory).needs) {
    if (advisories.coverage(need).length === 0) continue;
    const askersByName = byName.values();
    for (const records of advisories.byPackages(need, [...byName.keys()])) {
      const { value: askers = [] } = askersByName.next();
      for (const record of records) {
        if (!isMaliciousRecord(record)) continue;
        for (const { pkg, lookup } of askers) {
          if (evaluateAdvisory(pkg, lookup, record).kind === 'affected') found.add(pkg);
        }
      }
    }
  }
  return [...found];
}

/**
 * Returns the packages that may be malicious, by their ids, with the records that report malice:
 * those whose ranges cannot be compared with the version. What other records say of the same
 * vulnerability has no part in it.
 */
export function possibleMalice(
  unordered: readonly UnorderableVersion[],
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const { pkg, records } of unordered) {
    const ids = records.filter(isMaliciousRecord).map(({ id }) => id);
    if (ids.length > 0) found.set(pkg.id, [...(found.get(pkg.id) ?? []), ...ids].sort());
  }
  return found;
}

/** The records by which a row is malicious. */
interface Malice {
  /** The record that decides, as it matched. */
  readonly hit: Hit;
  readonly by: readonly string[];
}

/**
 * Returns `undefined` for an ordinary vulnerability. A weakness that is only known by the id of the
 * CVE names no version. It counts for the versions that the other records affect, unless a record
 * that reports malice says which versions of the package are malicious.
 */
function maliceOf(
  { vulnerability, hits }: MatchRow,
  { named, indexOf, facts }: MatchSources,
): Malice | undefined {
  const reporting = hits.filter(({ record }) => isMaliciousRecord(record));
  const hit = preferredHit(reporting);
  if (hit !== undefined) {
    return { hit, by: [...new Set(reporting.map(({ record }) => record.id))].sort() };
  }
  const isByFacts = facts.get(vulnerability)?.some(({ cwes }) => hasMaliciousCode(cwes));
  const first = preferredHit(hits);
  if (isByFacts !== true || first === undefined) return undefined;
  const isNamedElsewhere = named.some(
    (record) =>
      isMaliciousRecord(record) &&
      indexOf(record).includes(vulnerability) &&
      entriesFor(record, first.lookup).length > 0,
  );
  return isNamedElsewhere ? undefined : { hit: first, by: [vulnerability] };
}

/**
 * Returns a critical finding for the version that is listed. Fixes that are listed as malicious
 * themselves are left out.
 */
function asMalicious(
  finding: VulnerabilityFinding,
  { hit, by }: Malice,
  named: readonly Advisory[],
): VulnerabilityFinding {
  const { ownedBy, ...rest } = finding;
  const { scheme } = ECOSYSTEMS[hit.lookup.need.ecosystem];
  const records = named.filter((record) => entriesFor(record, hit.lookup).length > 0);
  const entriesOf = (record: Advisory): readonly Affected[] =>
    entriesFor(record, hit.lookup).filter(({ status }) => status !== 'notAffected');
  const listed = [...records.filter(isMaliciousRecord).flatMap(entriesOf), ...hit.entries];
  const own = ownedBy === undefined ? finding.fixedVersions : [];
  const fixedVersions = own.filter((fix) => !mayBeIn(scheme, fix, listed));
  const installed = hit.version.compared;
  const lastGood = lastGoodOf(scheme, installed, records.flatMap(entriesOf));
  const goodBelow = lowestListed(scheme, installed, listed);
  return {
    ...rest,
    severity: 'critical',
    severityBy: MALICIOUS_RATING_SOURCE,
    matchedVersion: hit.version.shown,
    status: fixedVersions.length > 0 ? 'fixed' : 'affected',
    fixedVersions,
    malicious: {
      by,
      ...(lastGood !== undefined && { lastGood }),
      ...(goodBelow !== undefined && { goodBelow }),
    },
  };
}

/** Returns whether a version is in one of the entries, or may be. */
function mayBeIn(scheme: SchemeId, version: string, entries: readonly Affected[]): boolean {
  return entries.some(
    ({ ranges, versions }) => isAffected(scheme, version, ranges, versions) !== false,
  );
}

/**
 * Returns the highest release below `installed` that an advisory names as a fix and none affects,
 * malicious or not.
 */
function lastGoodOf(
  scheme: SchemeId,
  installed: string,
  entries: readonly Affected[],
): string | undefined {
  const named = entries.flatMap(({ ranges }) => ranges.flatMap(({ fixed }) => fixed ?? []));
  let best: string | undefined;
  for (const version of new Set(named)) {
    if (compareVersions(scheme, version, installed) !== -1) continue;
    if (best !== undefined && compareVersions(scheme, version, best) !== 1) continue;
    if (!mayBeIn(scheme, version, entries)) best = version;
  }
  return best;
}

/**
 * Returns the lowest version that an entry lists, where all of them have a beginning and an order.
 */
function lowestListed(
  scheme: SchemeId,
  installed: string,
  entries: readonly Affected[],
): string | undefined {
  const starts = entries.flatMap(({ ranges, versions }) => [
    ...ranges.map(({ introduced }) => introduced),
    ...versions,
  ]);
  let lowest = installed;
  for (const start of new Set(starts)) {
    const order = start === '0' ? undefined : compareVersions(scheme, start, lowest);
    if (order === undefined) return undefined;
    if (order === -1) lowest = start;
  }
  return lowest;
}
