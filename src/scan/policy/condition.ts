/** Evaluates conditions on findings and packages; see `words.ts` for the available words. */

import type { Advisory, Rating } from '../../core/model/advisory/advisory.ts';
import type { Artifact } from '../../core/model/artifact/artifact.ts';
import { CvssError, cvssScores } from '../../core/model/severity/cvss.ts';
import { evidenceRank } from '../../core/model/report/evidence-level.ts';
import type {
  Finding,
  IntegrityFinding,
  VulnerabilityFinding,
} from '../../core/model/finding/finding.ts';
import { layerMayHaveOrigin, mayHaveOrigin } from '../../core/model/artifact/origin.ts';
import type { Package } from '../../core/model/package/package.ts';
import type { RuleFinding } from '../../core/model/rule/rule-finding.ts';
import { severityRank } from '../../core/model/severity/severity.ts';
import type { FailCondition, PatternSubject } from './options.ts';
import { passesTest } from './condition-patterns.ts';

const DAY_MS = 86_400_000;

/** A finding with its package and advisory, as far as they are known. */
export interface ConditionSubject {
  readonly finding: Finding;
  readonly advisory?: Advisory | undefined;
  readonly pkg?: Package | undefined;
  readonly artifact?: Pick<Artifact, 'kind' | 'image'> | undefined;
  /** Whether a baseline has it already; without a baseline everything is new. */
  readonly isKnown?: boolean;
}

/**
 * Returns whether a finding meets a condition. A finding marked unimportant by its distribution is
 * shown, but never meets one. A finding in files that only a package of the distribution ships
 * (`ownedBy`) meets only conditions with `owned`. A finding of a rule meets no condition on facts
 * of a package or an advisory; contradicted content meets those on severity and place. `minCount`
 * is about all findings together and not evaluated here. `now` is in milliseconds since the Unix
 * epoch.
 */
export function meetsCondition(
  condition: FailCondition,
  subject: ConditionSubject,
  now: number,
): boolean {
  const { finding } = subject;
  const { atLeast, isNew } = condition;
  if (atLeast !== undefined && severityRank(finding.severity) < severityRank(atLeast)) return false;
  if (isNew === true && subject.isKnown === true) return false;
  if (finding.kind === 'rule') return meetsAsRule(condition, finding, subject);
  if (finding.kind === 'integrity') return meetsAsContradiction(condition, finding);
  if (finding.status === 'unimportant') return false;
  if (condition.isMalicious === true && finding.malicious === undefined) return false;
  if ((condition.isOwned === true) !== (finding.ownedBy !== undefined)) return false;
  return (
    meetsFacts(condition, finding, subject.advisory, now) &&
    meetsPackage(condition, subject.pkg, subject.artifact) &&
    (condition.tests ?? []).every((test) => passesTest(test, subject))
  );
}

/** Returns whether a package is what the condition describes, by what it asks about packages. */
export function matchesPackage(
  condition: FailCondition,
  pkg: Package,
  artifact: ConditionSubject['artifact'],
): boolean {
  return (
    meetsPackage(condition, pkg, artifact) &&
    (condition.tests ?? []).every((test) => passesTest(test, { pkg }))
  );
}

function meetsFacts(
  { isFixable, isExploited, minEpss, minCvss, minAgeDays, minFixAgeDays }: FailCondition,
  finding: VulnerabilityFinding,
  advisory: Advisory | undefined,
  now: number,
): boolean {
  const needsFix = isFixable === true || minFixAgeDays !== undefined;
  if (needsFix && finding.fixedVersions.length === 0) return false;
  if (isExploited === true && advisory?.exploited === undefined) return false;
  if (minEpss !== undefined && (advisory?.epss ?? -1) < minEpss) return false;
  if (minCvss !== undefined && highestScore(advisory?.ratings ?? []) < minCvss) return false;
  return [minAgeDays, minFixAgeDays].every(
    (days) => days === undefined || isOlderThan(advisory, days, now),
  );
}

function meetsPackage(
  { evidence, origin }: FailCondition,
  pkg: Package | undefined,
  artifact: ConditionSubject['artifact'],
): boolean {
  if (evidence !== undefined) {
    // A finding whose package is not there has no evidence at all.
    const level = pkg?.evidence.level ?? 'claimed';
    const isMet =
      evidence.sign === '<'
        ? evidenceRank(level) < evidenceRank(evidence.level)
        : level === evidence.level;
    if (!isMet) return false;
  }
  if (origin === undefined || pkg === undefined || artifact === undefined) return true;
  return mayHaveOrigin(origin, artifact, pkg);
}

const OF_ANY_FINDING = ['text', 'from', 'reason', 'atLeast', 'isNew', 'minCount', 'tests'] as const;

/** The parts and patterns of conditions that findings of one kind can meet. */
interface Askable {
  readonly parts: ReadonlySet<string>;
  readonly tests: ReadonlySet<PatternSubject>;
}

const OF_RULES: Askable = {
  parts: new Set([...OF_ANY_FINDING, 'origin']),
  tests: new Set(['path', 'id', 'rule', 'category', 'cwe']),
};
const OF_CONTRADICTIONS: Askable = {
  parts: new Set(OF_ANY_FINDING),
  tests: new Set(['path']),
};

function asksOnly(condition: FailCondition, { parts, tests }: Askable): boolean {
  return (
    Object.keys(condition).every((key) => parts.has(key)) &&
    (condition.tests ?? []).every(({ of }) => tests.has(of))
  );
}

function meetsAsRule(
  condition: FailCondition,
  rule: RuleFinding,
  { artifact }: ConditionSubject,
): boolean {
  const { origin, tests = [] } = condition;
  return (
    asksOnly(condition, OF_RULES) &&
    (origin === undefined ||
      artifact === undefined ||
      layerMayHaveOrigin(origin, artifact, rule.location.layer)) &&
    tests.every((test) => passesTest(test, { rule }))
  );
}

function meetsAsContradiction(condition: FailCondition, finding: IntegrityFinding): boolean {
  const { path } = finding.contradiction.location;
  return (
    asksOnly(condition, OF_CONTRADICTIONS) &&
    (condition.tests ?? []).every((test) => passesTest(test, { path }))
  );
}

/**
 * Returns the highest score of all sources: a gate on scores must not depend on which rating is
 * shown.
 */
function highestScore(ratings: readonly Rating[]): number {
  return Math.max(-1, ...ratings.map(scoreOf));
}

/** Returns whether anybody gives a vulnerability a CVSS score. */
export function isScored(advisory: Advisory | undefined): boolean {
  return highestScore(advisory?.ratings ?? []) >= 0;
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

/**
 * Returns whether an advisory is older. The grace period applies only to advisories that are known
 * to be new; without a date they are not.
 */
function isOlderThan(advisory: Advisory | undefined, days: number, now: number): boolean {
  const publishedAt = Date.parse(advisory?.publishedAt ?? '');
  return Number.isNaN(publishedAt) || now - publishedAt > days * DAY_MS;
}
