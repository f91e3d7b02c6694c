/**
 * Findings without a severity, a CVSS score or an EPSS score beneath a gate that asks for one.
 *
 * A fixable finding that would meet a condition if only it were severe enough is a gap while no
 * source of ratings has answered for it. Where a source has, and none rates it, the verdict line
 * counts it. A finding that the loaded EPSS data does not name is counted as well; EPSS data that
 * is not loaded is a gap of `unknown-facts.ts`. See `docs/severity.md`.
 */

import { pluralize } from '../../core/base/pluralize.ts';
import type { Coverage } from '../../core/model/advisory/advisory.ts';
import type { Diagnostic, VulnerabilityFinding } from '../../core/model/finding/finding.ts';
import { exitCodeRule, countsForExitCode, ruleOf } from './causes.ts';
import { isScored, meetsCondition, type ConditionSubject } from './condition.ts';
import { isExitCodeGate } from './gate.ts';
import type { FailCondition, PolicyOptions } from './options.ts';

/** Findings that a gate on severities decides, with the ratings that are loaded. */
export interface UnratedInput {
  readonly subjects: readonly ConditionSubject[];
  readonly options: PolicyOptions;
  readonly coverage: readonly Coverage[];
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** Findings that one rule of a gate cannot judge. */
export interface Unrated {
  /** The rule as verdicts name it. */
  readonly rule: string;
  /** The fact that the rule needs. */
  readonly asks: AskedFact;
  /** Findings for which no source of ratings has answered. */
  readonly unasked: readonly VulnerabilityFinding[];
  /** Findings that no source rates. */
  readonly unratedCount: number;
}

/** A fact that a condition compares with a threshold. */
type AskedFact = 'severity' | 'score' | 'prediction';

/** The facts in messages. */
const FACT_NAMES: Readonly<Record<AskedFact, string>> = {
  severity: 'a severity',
  score: 'a CVSS score',
  prediction: 'an EPSS score',
};

/** Ids that a message names before it only counts. */
const NAMED = 3;

/**
 * Returns the rules of a gate that fixable findings without a severity or score could meet, and
 * those that findings without an EPSS score could meet.
 */
export function unratedFindings(question: UnratedInput): readonly Unrated[] {
  const { options } = question;
  return [
    ...options.failOn.flatMap((one) => [
      ...byCondition(one, question),
      ...byPrediction(one, question),
    ]),
    ...byExit(question),
  ];
}

/** Returns one gap for each rule with findings for which no source of ratings has answered. */
export function unratedGaps(unrated: readonly Unrated[]): readonly Diagnostic[] {
  return unrated
    .filter(({ unasked }) => unasked.length > 0)
    .map(({ rule, asks, unasked }): Diagnostic => {
      const ids = [...new Set(unasked.map(({ advisoryId }) => advisoryId))].sort();
      const more = ids.length > NAMED ? ` and ${ids.length - NAMED} more` : '';
      const what = FACT_NAMES[asks];
      const verb = unasked.length === 1 ? 'has' : 'have';
      return {
        stage: 'policy',
        gap: 'unrated',
        message:
          `${rule} asks for ${what}, and ${pluralize(unasked.length, 'fixable finding')} ${verb} none ` +
          `(${ids.slice(0, NAMED).join(', ')}${more}): no source of ratings is loaded for ` +
          `${unasked.length === 1 ? 'it' : 'them'}; "assay db update --with cve,nvd" loads them`,
      };
    });
}

/**
 * Returns the end of a rule's message: the number of findings that it could not judge, for each
 * fact that they lack. Empty for none.
 */
export function unratedText(unrated: readonly Unrated[], rule: string): string {
  return unrated
    .filter((one) => one.rule === rule && one.unratedCount > 0)
    .map(({ asks, unratedCount }) => {
      const noun = asks === 'prediction' ? 'finding' : 'fixable finding';
      const verb = unratedCount === 1 ? 'is' : 'are';
      return `; ${pluralize(unratedCount, noun)} without ${FACT_NAMES[asks]} from any source ${verb} not counted`;
    })
    .join('');
}

function byCondition(condition: FailCondition, question: UnratedInput): readonly Unrated[] {
  const { atLeast, minCvss } = condition;
  const asksSeverity = atLeast !== undefined && atLeast !== 'unknown';
  if (!asksSeverity && minCvss === undefined) return [];
  const open = question.subjects.filter((subject) => couldMeet(condition, subject, question));
  if (areTooFew(open, condition, question)) return [];
  return toUnrated(ruleOf(condition), asksSeverity ? 'severity' : 'score', open);
}

/**
 * Counts the findings that would meet a condition, had they the EPSS score that it asks for.
 * Findings that lack a severity or CVSS score as well are in {@link byCondition}.
 */
function byPrediction(condition: FailCondition, question: UnratedInput): readonly Unrated[] {
  if (condition.minEpss === undefined || !isLoaded('epss', question)) return [];
  const rest: { -readonly [Key in keyof FailCondition]: FailCondition[Key] } = { ...condition };
  delete rest.minEpss;
  const open = question.subjects.filter(
    (subject) =>
      subject.finding.kind === 'vulnerability' &&
      subject.advisory?.epss === undefined &&
      meetsCondition(rest, subject, question.now),
  );
  if (open.length === 0 || areTooFew(open, condition, question)) return [];
  const rule = ruleOf(condition);
  return [{ rule, asks: 'prediction', unasked: [], unratedCount: open.length }];
}

/** Returns whether a condition's `count` is not reached even if all of these findings meet it. */
function areTooFew(
  open: readonly ConditionSubject[],
  condition: FailCondition,
  { subjects, now }: UnratedInput,
): boolean {
  const met = subjects.filter((subject) => meetsCondition(condition, subject, now));
  return met.length + open.length < (condition.minCount ?? 1);
}

/**
 * Returns whether a fixable finding would meet a condition, had it the severity and score that the
 * condition asks for.
 */
function couldMeet(
  condition: FailCondition,
  subject: ConditionSubject,
  question: UnratedInput,
): boolean {
  const { finding, advisory } = subject;
  if (finding.kind !== 'vulnerability' || finding.fixedVersions.length === 0) return false;
  const lacksSeverity = condition.atLeast !== undefined && finding.severity === 'unknown';
  const lacksScore = condition.minCvss !== undefined && !isScored(advisory);
  if (!lacksSeverity && !lacksScore) return false;
  const rest: { -readonly [Key in keyof FailCondition]: FailCondition[Key] } = { ...condition };
  if (lacksSeverity) delete rest.atLeast;
  if (lacksScore) delete rest.minCvss;
  // What is not loaded could be met as well.
  if (!isLoaded('kev', question)) delete rest.isExploited;
  if (advisory?.epss === undefined) delete rest.minEpss;
  return meetsCondition(rest, subject, question.now);
}

function isLoaded(feed: string, { coverage }: UnratedInput): boolean {
  return coverage.some((row) => row.feed === feed);
}

/** `--exit-code` by itself judges the severities that are shown. */
function byExit({ subjects, options }: UnratedInput): readonly Unrated[] {
  if (!isExitCodeGate(options) || options.severities.includes('unknown')) return [];
  const open = subjects.filter(
    (subject) =>
      subject.finding.kind === 'vulnerability' &&
      subject.finding.severity === 'unknown' &&
      subject.finding.fixedVersions.length > 0 &&
      countsForExitCode(subject, options),
  );
  return toUnrated(exitCodeRule(options), 'severity', open);
}

function toUnrated(
  rule: string,
  asks: Unrated['asks'],
  open: readonly ConditionSubject[],
): readonly Unrated[] {
  const findings = open.flatMap(({ finding }) => (finding.kind === 'vulnerability' ? finding : []));
  if (findings.length === 0) return [];
  const unasked = findings.filter(({ lacksRatingSource }) => lacksRatingSource === true);
  return [{ rule, asks, unasked, unratedCount: findings.length - unasked.length }];
}
