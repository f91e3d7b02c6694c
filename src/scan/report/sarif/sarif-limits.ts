/**
 * GitHub's limits on SARIF files. What is beyond them makes it refuse the whole file, so the least
 * severe is left out.
 *
 * Source: GitHub Docs, "SARIF results exceed one or more limits" (maximum values).
 */

import type { Finding } from '../../../core/model/finding/finding.ts';
import type { ArtifactResult } from '../../../core/model/report/report.ts';
import { SEVERITIES, severityRank } from '../../../core/model/severity/severity.ts';
import type { ListedFinding } from '../findings/listed-findings.ts';

/**
 * The most runs of one SARIF file that GitHub accepts (GitHub Docs, "SARIF support for code
 * scanning").
 */
export const MAX_RUNS = 20;
/** The most results of one run that GitHub accepts. */
export const MAX_RESULTS = 25_000;
/** The most locations of one result that GitHub accepts. */
export const MAX_LOCATIONS = 1000;
/** The most tags of one rule that GitHub accepts. */
export const MAX_TAGS = 20;

/**
 * Returns the artifacts with the most severe findings, in the order of the report, and those beyond
 * the limit.
 */
export function artifactsWithinLimits(results: readonly ArtifactResult[]): {
  readonly kept: readonly ArtifactResult[];
  readonly leftOut: readonly ArtifactResult[];
} {
  if (results.length <= MAX_RUNS) return { kept: results, leftOut: [] };
  const counts = new Map(results.map((result) => [result, bucketCounts(result)]));
  const worstFirst = results.toSorted((a, b) => {
    const [left, right] = [counts.get(a) ?? [], counts.get(b) ?? []];
    for (let bucket = BUCKET_COUNT - 1; bucket >= 0; bucket -= 1) {
      const difference = (right[bucket] ?? 0) - (left[bucket] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  });
  const kept = new Set(worstFirst.slice(0, MAX_RUNS));
  return {
    kept: results.filter((result) => kept.has(result)),
    leftOut: results.filter((result) => !kept.has(result)),
  };
}

/**
 * Returns the findings of an artifact within the limit of results, in their order. Findings that
 * were set aside are left out before others of the same severity. Rules are at most as many as
 * results.
 */
export function findingsWithinLimits(
  findings: () => Generator<ListedFinding>,
  result: ArtifactResult,
): () => Generator<ListedFinding> {
  if (result.findings.length <= MAX_RESULTS) return findings;
  const counts = bucketCounts(result);
  let boundary = BUCKET_COUNT - 1;
  let room = MAX_RESULTS;
  while (boundary > 0 && (counts[boundary] ?? 0) < room) {
    room -= counts[boundary] ?? 0;
    boundary -= 1;
  }
  return function* (): Generator<ListedFinding> {
    let left = room;
    for (const listed of findings()) {
      const bucket = bucketOf(listed.finding, listed.suppressed !== undefined);
      if (bucket < boundary || (bucket === boundary && left <= 0)) continue;
      if (bucket === boundary) left -= 1;
      yield listed;
    }
  };
}

const BUCKET_COUNT = SEVERITIES.length * 2;

function bucketOf({ severity }: Finding, isSuppressed: boolean): number {
  return severityRank(severity) * 2 + (isSuppressed ? 0 : 1);
}

function bucketCounts({ findings, suppressed }: ArtifactResult): readonly number[] {
  const aside = new Set(suppressed.map(({ findingId }) => findingId));
  const counts = Array.from({ length: BUCKET_COUNT }, () => 0);
  for (const finding of findings) {
    const bucket = bucketOf(finding, aside.has(finding.id));
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  return counts;
}
