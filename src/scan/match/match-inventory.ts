/**
 * Pairs a whole inventory with the advisories: the entry of this room. Packages are looked up and
 * compared with one record at a time (`match-hits.ts`). The hits of one vulnerability in a package
 * become a row (`match-rows.ts`), and a row becomes a finding (`findings.ts`).
 */

import { appendTo } from '../../core/base/maps.ts';
import type { Advisory, AdvisoryReader } from '../../core/model/advisory/advisory.ts';
import { indexDependencyPaths } from '../../core/model/package/dependency-paths.ts';
import { ECOSYSTEMS } from '../../core/model/package/ecosystem.ts';
import type { Diagnostic, VulnerabilityFinding } from '../../core/model/finding/finding.ts';
import type { Matches } from '../../core/model/advisory/matches.ts';
import type { Inventory } from '../../core/model/package/package.ts';
import { indexVulnerabilities, type VulnerabilityIndex } from './aliases.ts';
import { factNotes } from './fact-notes.ts';
import { factsByVulnerability, withFacts } from './facts.ts';
import { findingsOf, type RatedFinding } from './findings.ts';
import { tooManyFindings, unorderedVersion } from './gaps.ts';
import { planLookups, type PackageType } from './lookups.ts';
import { markMalicious, possibleMalice, type MatchSources } from './mark-malicious.ts';
import { collectHits, type MatchHits } from './match-hits.ts';
import { matchRows, rowKey, type MatchRow } from './match-rows.ts';
import { mergeAdvisory } from './merge-advisories.ts';
import { hasScore, withExtraRatings, type RatingsById } from './extra-ratings.ts';
import { ownershipNotes } from './shipped-packages.ts';

export { needsOf } from './lookups.ts';

/** The options of matching, and the order of rating sources. */
export interface MatchOptions {
  /**
   * `--vuln-severity-source`: whose rating is shown, in order of trust; empty for the default
   * order.
   */
  readonly severitySources: readonly string[];
  /** `--pkg-types`: packages of other types are neither matched nor counted. Absent: both. */
  readonly packageTypes?: readonly PackageType[];
  /** Maximum number of findings; packages that are left then are a gap. Absent: any number. */
  readonly maxFindings?: number;
  /**
   * Whether the run asks for CVSS scores, as `cvss>=8` does: then a word alone does not settle a
   * severity.
   */
  readonly needsScore?: boolean;
}

/**
 * An inventory paired with its advisories, but for severities, which may have to be loaded first.
 */
export interface PreparedMatch {
  /** Vulnerabilities that their own records give no score; ratings elsewhere may count for them. */
  readonly unscoredIds: readonly string[];
  /** Packages that may be malicious, as {@link possibleMalice} returns them. */
  readonly possibleMalice: ReadonlyMap<string, readonly string[]>;
  /**
   * Finishes the match. `elsewhere`: ratings of other records by vulnerability, as
   * `AdvisoryReader.ratingsElsewhere` returns them.
   */
  finish(advisories: AdvisoryReader, elsewhere?: RatingsById): RatedMatch;
}

/** The matches of an inventory, and what further ratings could change. */
export interface RatedMatch {
  readonly matches: Matches;
  /** Vulnerabilities whose severity a source of ratings could still change. */
  readonly unsettledIds: readonly string[];
}

/**
 * Matches an inventory.Pure: no clock, no network, usable on a stored inventory. The order of
 * packages does not matter.
 */
export function matchInventory(
  inventory: Inventory,
  advisories: AdvisoryReader,
  options: MatchOptions,
): Matches {
  return prepareMatch(inventory, advisories, options).finish(advisories).matches;
}

/** Runs {@link matchInventory} in two steps. */
export function prepareMatch(
  inventory: Inventory,
  advisories: AdvisoryReader,
  options: MatchOptions,
): PreparedMatch {
  const questions = planLookups(inventory, options.packageTypes);
  const maxFindings = options.maxFindings ?? Number.POSITIVE_INFINITY;
  const found = collectHits(inventory, questions, advisories, maxFindings);
  const indexOf = indexVulnerabilities(found.records);
  const { rows, leftOut } = matchRows(found, indexOf, maxFindings);
  const unmatched = new Set([...leftOut, ...found.unmatched]);
  const gaps = [
    ...found.diagnostics,
    ...(found.owners === undefined ? [] : ownershipNotes(questions.packages, found.owners)),
    ...(unmatched.size === 0 ? [] : [tooManyFindings(maxFindings, unmatched)]),
    ...unorderedGaps(found, rows, indexOf),
  ];
  return {
    unscoredIds: unscoredIds(rows),
    possibleMalice: possibleMalice(found.unordered),
    finish: (reader, elsewhere = new Map()) => {
      const ids = rows.map((row) => row.vulnerability);
      const facts = withExtraRatings(factsByVulnerability(ids, reader), elsewhere);
      const sources = { named: found.named, indexOf, facts };
      const merged = mergeRows(rows, sources, found.isAskedFor);
      const rated = findingsOf(rows, merged, { ...options, reader });
      const findings = withDependents(
        markMalicious(
          rated.map(({ finding }) => finding),
          rows,
          sources,
        ),
        rows,
        inventory,
      );
      const factsCoverage = reader.factsCoverage();
      const { severitySources } = options;
      const mayNeedNotes =
        severitySources.length > 0 ||
        facts.size > 0 ||
        findings.some(({ severity }) => severity === 'unknown');
      const notes = mayNeedNotes
        ? factNotes({ findings, facts, factsCoverage, sources: severitySources })
        : [];
      return {
        matches: {
          findings,
          advisories: merged,
          diagnostics: [...gaps, ...notes],
          coverage: [...found.coverage, ...factsCoverage],
          coveredPackageCount: found.coveredPackageCount,
          packageCount: questions.packages.length,
        },
        unsettledIds: unsettledIds(rated),
      };
    },
  };
}

/** Returns the vulnerabilities to which no record that names the package gives a score. */
function unscoredIds(rows: readonly MatchRow[]): readonly string[] {
  const ids = new Set<string>();
  for (const { vulnerability, hits } of rows) {
    const isScored = hits.some(
      ({ record, entries }) =>
        record.ratings.some(hasScore) || entries.some(({ ratings }) => ratings.some(hasScore)),
    );
    if (!isScored) ids.add(vulnerability);
  }
  return [...ids];
}

function unsettledIds(rated: readonly RatedFinding[]): readonly string[] {
  const ids = new Set<string>();
  for (const { finding, isSettled } of rated) if (!isSettled) ids.add(finding.advisoryId);
  return [...ids].sort();
}

/** Returns one advisory for each vulnerability that has a row, sorted by id. */
function mergeRows(
  rows: readonly MatchRow[],
  { named, indexOf, facts }: MatchSources,
  keeps: MatchHits['isAskedFor'],
): ReadonlyMap<string, Advisory> {
  const hasRow = new Set(rows.map((row) => row.vulnerability));
  const records = new Map<string, Advisory[]>();
  for (const record of named) {
    for (const vulnerability of indexOf(record)) {
      if (hasRow.has(vulnerability)) appendTo(records, vulnerability, record);
    }
  }
  const merged = new Map<string, Advisory>();
  for (const id of [...records.keys()].sort()) {
    const advisory = mergeAdvisory({ id, records: records.get(id) ?? [], keeps });
    merged.set(id, withFacts(advisory, facts.get(id) ?? []));
  }
  return merged;
}

/** Adds to findings in packages of languages which packages pull these in. */
function withDependents(
  findings: readonly VulnerabilityFinding[],
  rows: readonly MatchRow[],
  inventory: Inventory,
): readonly VulnerabilityFinding[] {
  if (!rows.some(({ pkg }) => ECOSYSTEMS[pkg.ecosystem].kind === 'language')) return findings;
  const paths = indexDependencyPaths(inventory);
  return findings.map((finding) => {
    const pulledInBy = paths.wayTo(finding.packageId);
    return pulledInBy.length === 0 ? finding : { ...finding, pulledInBy };
  });
}

/**
 * Returns the records that could not be compared, unless another record of the same vulnerability
 * already made a row. Of programs, where publishers of all kinds speak of one thing, one that knows
 * the versions is enough to clear it.
 */
function unorderedGaps(
  { unordered, clear, owners }: MatchHits,
  rows: readonly MatchRow[],
  indexOf: VulnerabilityIndex,
): readonly Diagnostic[] {
  if (unordered.length === 0) return [];
  const known = new Set(rows.map(rowKey));
  for (const { pkg, record } of clear) {
    for (const vulnerability of indexOf(record)) known.add(rowKey({ pkg, vulnerability }));
  }
  return unordered.flatMap(({ pkg, version, records }) => {
    const hiding = records.filter((record) =>
      indexOf(record).some((vulnerability) => !known.has(rowKey({ pkg, vulnerability }))),
    );
    if (hiding.length === 0) return [];
    // Of what the distribution ships, its own advisories decide.
    const isGap = owners?.distributionOf(pkg) === undefined;
    return [unorderedVersion(pkg, version, { advisories: hiding, isGap })];
  });
}
