/** Whether a finding meets one alternative of `--fail-on`. */

import type { Advisory, Rating } from '../model/advisory.ts';
import { CvssError, cvssScores } from '../model/cvss.ts';
import type { Finding, VulnerabilityFinding } from '../model/finding.ts';
import { severityRank } from '../model/severity.ts';
import type { FailCondition } from './options.ts';

const DAY_MS = 86_400_000;

/**
 * What is marked unimportant by its distribution is shown, but never meets a condition. Of what is not a
 * vulnerability, only the severity is known. `now` is in milliseconds since the Unix epoch.
 */
export function meets(
  condition: FailCondition,
  finding: Finding,
  advisory: Advisory | undefined,
  now: number,
): boolean {
  const { atLeast } = condition;
  if (atLeast !== undefined && severityRank(finding.severity) < severityRank(atLeast)) return false;
  if (finding.kind !== 'vulnerability') return asksOnlySeverity(condition);
  if (finding.status === 'unimportant') return false;
  return meetsFacts(condition, finding, advisory, now);
}

function meetsFacts(
  { isFixable, isExploited, minEpss, minCvss, minAgeDays }: FailCondition,
  finding: VulnerabilityFinding,
  advisory: Advisory | undefined,
  now: number,
): boolean {
  if (isFixable === true && finding.fixedVersions.length === 0) return false;
  if (isExploited === true && advisory?.exploited === undefined) return false;
  if (minEpss !== undefined && (advisory?.epss ?? -1) < minEpss) return false;
  if (minCvss !== undefined && highestScore(advisory?.ratings ?? []) < minCvss) return false;
  return minAgeDays === undefined || isOlderThan(advisory, minAgeDays, now);
}

function asksOnlySeverity(condition: FailCondition): boolean {
  return Object.keys(condition).every((key) => key === 'text' || key === 'atLeast');
}

/** Whoever rated it: a gate that asks for a score must not depend on whose rating happens to be shown. */
function highestScore(ratings: readonly Rating[]): number {
  return Math.max(-1, ...ratings.map(scoreOf));
}

function scoreOf({ score, vector }: Rating): number {
  if (score !== undefined) return score;
  if (vector === undefined) return -1;
  try {
    return cvssScores(vector).base;
  } catch (error) {
    if (error instanceof CvssError) return -1;
    throw error;
  }
}

/** A time of grace is given to what is known to be new; without a date nobody can say so. */
function isOlderThan(advisory: Advisory | undefined, days: number, now: number): boolean {
  const publishedAt = Date.parse(advisory?.publishedAt ?? '');
  return Number.isNaN(publishedAt) || now - publishedAt > days * DAY_MS;
}
