/**
 * Turns findings and gaps into a verdict.
 *
 * A gate is asked for by a policy, by `--fail-on`, by an `--exit-code` other than 0, by
 * `--min-evidence` and by `--fail-on-tamper`; `--exit-on-eol` only asks for the system's end of
 * life. With `--exit-code` alone everything fails that the table would show and no exception sets
 * aside, the unimportant as well, as in trivy. With `--fail-on` or a policy only conditions count,
 * and `--severity` chooses what is shown. What could hide findings makes a gate incomplete, unless
 * that is allowed; without a gate it changes nothing. A check of signatures or sources asks for a
 * verdict by itself; its causes come after tampering and before findings.
 */

import type { Coverage } from '../../core/model/advisory/advisory.ts';
import type { Verdict } from '../../core/model/report/report.ts';
import {
  joinedOutcomes,
  joinOutcomes,
  type TrustOutcome,
} from '../../core/model/report/trust-outcome.ts';
import { BaselineIndex } from './baseline.ts';
import { conditionSubjects, isBelowThreshold } from './causes.ts';
import type { ConditionSubject } from './condition.ts';
import { evaluateGate } from './gate-verdict.ts';
import { isExitCodeGate, isGate } from './gate.ts';
import { commentedFiles, implicitFiles, type DecisionEffects } from './implicit-files.ts';
import type { PolicyOptions } from './options.ts';
import { originOutcome } from './origin-causes.ts';
import { endOfLifeNotes, type Decision, type DecisionInput } from './plain-decision.ts';
import { selfNamedBaseWarnings } from './self-named-bases.ts';
import { Suppressor } from './suppress.ts';
import { staleDataWarning } from './stale-data.ts';
import { unknownFactGaps, unknownOwnedGaps } from './unknown-facts.ts';
import { unlookedCategoryGaps, unlookedRuleGaps } from './unlooked-categories.ts';
import { unratedFindings, unratedGaps, unratedText, type Unrated } from './unrated.ts';

/**
 * Returns what exceptions set aside, notes, and the verdict. `now` is in milliseconds since the
 * Unix epoch.
 */
export function decide(input: DecisionInput, options: PolicyOptions, now: number): Decision {
  const decideOn = (one: DecisionInput): Decision => decisionOn(one, options, now);
  const decision = decideOn(input);
  if (decision.verdict.status === 'notAsked') return decision;
  const bases = selfNamedBaseWarnings(decision, input, { options, decideOn });
  const warnings = [...(input.warnings ?? []), ...bases];
  return { ...decision, verdict: withWarnings(decision.verdict, warnings) };
}

function decisionOn(input: DecisionInput, options: PolicyOptions, now: number): Decision {
  const { results, advisories, coverage = [], trust, ruleScanners } = input;
  const suppressor = new Suppressor(options, advisories, now);
  const all = results.flatMap(({ findings }) => findings);
  const baseline = options.baseline && new BaselineIndex(options.baseline, all);
  const surroundings = { advisories, baseline };
  const suppressed = results.map((result) => suppressor.suppressAll(result));
  const subjects = results.flatMap((result, index) => {
    const aside = new Set(suppressed[index]?.map(({ findingId }) => findingId));
    const left = result.findings.filter((finding) => !aside.has(finding.id));
    return conditionSubjects(left, result, surroundings);
  });
  const packages = results.flatMap(({ inventory }) => inventory.packages);
  const conditions = options.failOn;
  const unrated = unratedFindings({ subjects, options, coverage, now });
  const ofTheRun = [
    ...unknownFactGaps({ conditions, subjects, advisories, coverage, now }),
    ...unknownOwnedGaps({ conditions, packages, coverage }),
    ...unratedGaps(unrated),
    ...suppressor.notes(),
  ];
  const diagnostics = results.map((result, index) => [
    ...endOfLifeNotes(result, now),
    ...unlookedCategoryGaps(conditions, result),
    ...unlookedRuleGaps(conditions, result, ruleScanners),
    ...(index === 0 ? ofTheRun : []),
  ]);
  const gaps = [...results.flatMap((result) => result.diagnostics), ...diagnostics.flat()];
  const withoutEffect = suppressor.withoutEffect();
  const attested = heldStatements(suppressor.attestedNotes());
  const origins =
    input.judgesOrigins === true ? originOutcome(subjects.map((one) => one.finding)) : undefined;
  const sources = origins && joinedOutcomes([trust, origins]);
  const judgedTrust = joinOutcomes(sources ?? trust, attested, isGate(options));
  const judged = evaluateGate({
    ...{ subjects, gaps, results, withoutEffect, options, now },
    trust: judgedTrust,
  });
  const verdict = withImplicitFiles(
    withDataAge(withUnrated(judged, unrated), coverage, now),
    options,
    {
      suppressed: suppressed.flat(),
      changedCount: results.reduce((sum, one) => sum + (one.corrected?.changedCount ?? 0), 0),
      filteredCount: filteredCount(subjects, options),
      belowThresholdCount: belowThresholdCount(subjects, options),
    },
  );
  if (baseline === undefined) return { suppressed, diagnostics, verdict };
  const before = results.flatMap((result) =>
    conditionSubjects(result.findings, result, surroundings),
  );
  const compared = baseline.compare(before, subjects, packages);
  return { suppressed, diagnostics, verdict, baseline: compared };
}

/**
 * Returns what a pass says about attested VEX documents; `undefined` if none sets a finding aside.
 */
function heldStatements(notes: readonly string[]): TrustOutcome | undefined {
  if (notes.length === 0) return undefined;
  return { problems: [], held: notes.map((message) => ({ group: 'signature', message })) };
}

/**
 * Adds a warning about old advisory data to the verdict of a gate. Without a gate, only the table
 * shows the age.
 */
function withDataAge(verdict: Verdict, coverage: readonly Coverage[], now: number): Verdict {
  if (verdict.status === 'notAsked') return verdict;
  const warning = staleDataWarning(coverage, now);
  return warning === undefined ? verdict : withWarnings(verdict, [warning]);
}

function withWarnings(verdict: Verdict, added: readonly string[]): Verdict {
  if (added.length === 0) return verdict;
  return { ...verdict, warnings: [...new Set([...(verdict.warnings ?? []), ...added])] };
}

function withImplicitFiles(
  verdict: Verdict,
  { implicit = [], inlineComments }: PolicyOptions,
  effects: DecisionEffects,
): Verdict {
  const files = [
    ...implicitFiles(implicit, effects),
    ...(inlineComments === 'implicit' ? commentedFiles(effects.suppressed) : []),
  ];
  return files.length === 0 ? verdict : { ...verdict, implicitFiles: files };
}

/**
 * Returns the number of findings that `--severity` withholds from a gate of `--exit-code` alone.
 */
function filteredCount(subjects: readonly ConditionSubject[], options: PolicyOptions): number {
  if (options.failOn.length > 0 || options.policy !== undefined || !isExitCodeGate(options))
    return 0;
  return subjects.filter(({ finding }) => !options.severities.includes(finding.severity)).length;
}

/** How many findings `failure-threshold` of hadolint keeps from such a gate. */
function belowThresholdCount(
  subjects: readonly ConditionSubject[],
  options: PolicyOptions,
): number {
  if (!isExitCodeGate(options)) return 0;
  const { hadolintThreshold } = options;
  return subjects.filter(({ finding }) => isBelowThreshold(finding, hadolintThreshold)).length;
}

/** Adds to the causes the number of findings that they could not judge for want of a rating. */
function withUnrated(verdict: Verdict, unrated: readonly Unrated[]): Verdict {
  if (unrated.length === 0) return verdict;
  const causes = verdict.causes.map((cause) => ({
    ...cause,
    message: cause.message + unratedText(unrated, cause.rule),
  }));
  return { ...verdict, causes };
}
