/**
 * Turns findings and gaps into a verdict.
 *
 * A gate is asked for by a policy, by `--fail-on`, by an `--exit-code` other than 0, by `--min-evidence` and by
 * `--fail-on-tamper`; `--exit-on-eol` only asks for the system's end of life. With `--exit-code` alone everything fails
 * that the table would show and no exception sets aside, the unimportant as well, as in trivy. With `--fail-on` or a
 * policy only conditions count, and `--severity` chooses what is shown. What could hide findings makes a gate
 * incomplete, unless that is allowed; without a gate it changes nothing.
 */

import { appendTo } from '../base/maps.ts';
import type { Advisory, Coverage } from '../model/advisory.ts';
import { EXIT_CODES } from '../model/exit-codes.ts';
import type { Diagnostic, GapKind } from '../model/finding.ts';
import { GAP_NAMES } from '../model/gap-names.ts';
import type { MatchCorrections } from '../model/matches.ts';
import type { ArtifactResult, BaselineResult, Suppressed, Verdict } from '../model/report.ts';
import { BaselineIndex } from './baseline.ts';
import {
  conditionCauses,
  exitCodeCauses,
  forbiddenCauses,
  maliciousCauses,
  exitCodeRule,
  remainingText,
  ruleOf,
  subjectsOf,
  type GateInput,
  type Cause,
} from './causes.ts';
import type { Subject } from './condition.ts';
import { endOfLifeDiagnostic } from './end-of-life.ts';
import { endOfLifeProgramNotes } from './end-of-life-programs.ts';
import {
  minEvidenceCauses,
  staleIgnoreCauses,
  tamperingCauses,
  passedEvidenceRules,
} from './evidence-causes.ts';
import { isExitCodeGate, isGate } from './gate.ts';
import { implicitFiles, type DecisionEffects } from './implicit-files.ts';
import type { PolicyOptions } from './options.ts';
import { Suppressor } from './suppress.ts';
import { staleDataWarning } from './stale-data.ts';
import { unknownFactGaps, unknownOwnedGaps } from './unknown-facts.ts';
import { unratedFindings, unratedGaps, unratedText, type Unrated } from './unrated.ts';

export interface DecisionInput {
  readonly results: readonly (Pick<ArtifactResult, 'inventory' | 'findings' | 'diagnostics'> &
    Partial<Pick<ArtifactResult, 'artifact'>> & {
      readonly corrected?: MatchCorrections;
    })[];
  readonly advisories: ReadonlyMap<string, Advisory>;
  /** What was consulted; tells whether EPSS and KEV are loaded. Absent: nothing but what advisories carry. */
  readonly coverage?: readonly Coverage[];
}

export interface Decision {
  /** One list for each result, in their order. */
  readonly suppressed: readonly (readonly Suppressed[])[];
  /** What deciding found out (end of life, stale exceptions), to be added to each result, in their order. */
  readonly diagnostics: readonly (readonly Diagnostic[])[];
  /** With a baseline: what is new, and what is fixed. */
  readonly baseline?: BaselineResult;
  /** Without a cure; see `remediation/cure.ts`. */
  readonly verdict: Verdict;
}

/** `now` is in milliseconds since the Unix epoch. */
export function decide(input: DecisionInput, options: PolicyOptions, now: number): Decision {
  const suppressor = new Suppressor(options, input.advisories, now);
  const baseline = options.baseline && new BaselineIndex(options.baseline);
  const surroundings = { advisories: input.advisories, baseline };
  const suppressed = input.results.map((result) => suppressor.suppressAll(result));
  const subjects = input.results.flatMap((result, index) => {
    const aside = new Set(suppressed[index]?.map(({ findingId }) => findingId));
    const left = result.findings.filter((finding) => !aside.has(finding.id));
    return subjectsOf(left, result, surroundings);
  });
  const facts = unknownFactGaps({
    conditions: options.failOn,
    subjects,
    advisories: input.advisories,
    coverage: input.coverage ?? [],
    now,
  });
  const owned = unknownOwnedGaps({
    conditions: options.failOn,
    packages: input.results.flatMap(({ inventory }) => inventory.packages),
    coverage: input.coverage ?? [],
  });
  const coverage = input.coverage ?? [];
  const unrated = unratedFindings({ subjects, options, coverage, now });
  const ofTheRun = [...facts, ...owned, ...unratedGaps(unrated), ...suppressor.notes()];
  const diagnostics = input.results.map(({ inventory: { distro, packages } }, index) => {
    const endOfLife = distro === undefined ? undefined : endOfLifeDiagnostic(distro, now);
    return [
      ...(endOfLife === undefined ? [] : [endOfLife]),
      ...endOfLifeProgramNotes(packages, now),
      ...(index === 0 ? ofTheRun : []),
    ];
  });
  const gaps = [...input.results.flatMap((result) => result.diagnostics), ...diagnostics.flat()];
  const withoutEffect = suppressor.withoutEffect();
  const run = { subjects, gaps, results: input.results, withoutEffect, options, now };
  const decided = withUnrated(judge(run), unrated);
  const verdict = withImplicitFiles(withDataAge(decided, coverage, now), options, {
    suppressed: suppressed.flat(),
    changedCount: input.results.reduce((sum, one) => sum + (one.corrected?.changedCount ?? 0), 0),
    filteredCount: filteredCount(subjects, options),
  });
  const all = (): readonly Subject[] =>
    input.results.flatMap((result) => subjectsOf(result.findings, result, surroundings));
  const packages = input.results.flatMap(({ inventory }) => inventory.packages);
  const compared = baseline?.compare(all(), subjects, packages);
  return { suppressed, diagnostics, verdict, ...(compared && { baseline: compared }) };
}

/** Without a gate nobody relies on the data, and the table shows its age. */
function withDataAge(verdict: Verdict, coverage: readonly Coverage[], now: number): Verdict {
  if (verdict.status === 'notAsked') return verdict;
  const warning = staleDataWarning(coverage, now);
  return warning === undefined ? verdict : { ...verdict, warnings: [warning] };
}

function withImplicitFiles(
  verdict: Verdict,
  { implicit = [] }: PolicyOptions,
  effects: DecisionEffects,
): Verdict {
  const files = implicitFiles(implicit, effects);
  return files.length === 0 ? verdict : { ...verdict, implicitFiles: files };
}

/** How many findings `--severity` keeps from a gate that is asked by `--exit-code` alone. */
function filteredCount(subjects: readonly Subject[], options: PolicyOptions): number {
  if (options.failOn.length > 0 || options.policy !== undefined || !isExitCodeGate(options))
    return 0;
  return subjects.filter(({ finding }) => !options.severities.includes(finding.severity)).length;
}

/** The causes, with the number of findings that they could not judge because nobody rates them. */
function withUnrated(verdict: Verdict, unrated: readonly Unrated[]): Verdict {
  if (unrated.length === 0) return verdict;
  const causes = verdict.causes.map((cause) => ({
    ...cause,
    message: cause.message + unratedText(unrated, cause.rule),
  }));
  return { ...verdict, causes };
}

/** Causes of one exit code. */
interface Causes {
  readonly status: 'fail' | 'incomplete';
  readonly exitCode: number;
  readonly causes: readonly Cause[];
}

function judge(run: GateInput): Verdict {
  const { options, results } = run;
  const packages = results.flatMap(({ inventory }) => inventory.packages);
  const isByConditions = options.failOn.length > 0 || options.policy !== undefined;
  const found = [
    ...(isGate(options) ? maliciousCauses(run) : []),
    ...(isByConditions ? conditionCauses(run) : exitCodeCauses(run)),
    ...forbiddenCauses(run),
    ...minEvidenceCauses(packages, options),
    ...staleIgnoreCauses(run.withoutEffect, options),
  ];
  // The order of the exit codes: tampering, findings, end of life, incomplete.
  const all: readonly Causes[] = [
    {
      status: 'fail',
      exitCode: EXIT_CODES.tampered,
      causes: tamperingCauses(
        run.subjects.map(({ finding }) => finding),
        options,
      ),
    },
    { status: 'fail', exitCode: options.exitCode ?? EXIT_CODES.findings, causes: found },
    {
      status: 'fail',
      exitCode: options.exitOnEol ?? EXIT_CODES.findings,
      causes: byEndOfLife(run),
    },
    {
      status: 'incomplete',
      exitCode: EXIT_CODES.incomplete,
      causes: isGate(options) ? byGaps(run) : [],
    },
  ];
  const causes = all.flatMap((group) =>
    group.causes.map((cause) => ({ ...cause, exitCode: group.exitCode })),
  );
  const asked = {
    ...(options.isDryRun === true && { isDryRun: true }),
    ...(options.policy !== undefined && { policy: options.policy }),
  };
  const first = all.find((group) => group.causes.length > 0);
  if (first !== undefined) {
    return { status: first.status, exitCode: first.exitCode, ...asked, causes };
  }
  if (!isGate(options)) {
    return { status: 'notAsked', exitCode: EXIT_CODES.pass, ...asked, causes };
  }
  return { status: 'pass', exitCode: EXIT_CODES.pass, ...asked, causes: passed(run) };
}

/** Why a gate passed: what was asked and met by nothing, and the gaps that were let pass. */
function passed({ gaps, options }: GateInput): readonly Cause[] {
  const asked = options.failOn.map((condition) => ({
    rule: ruleOf(condition),
    message: condition.minCount === undefined ? 'no finding meets it' : 'too few findings meet it',
  }));
  if (isExitCodeGate(options)) {
    asked.push({ rule: exitCodeRule(options), message: remainingText(0, options) });
  }
  for (const condition of options.forbid ?? []) {
    asked.push({ rule: ruleOf(condition, 'forbid'), message: 'no such package is there' });
  }
  asked.push(...passedEvidenceRules(options));
  const kinds = new Set(gaps.flatMap(({ gap }) => gap ?? []));
  const named = [...kinds].filter((kind) => isNamedAllowed(kind, options));
  if (named.length > 0) {
    const names = named.map((kind) => GAP_NAMES[kind]).sort();
    asked.push({ rule: '--allow-incomplete', message: `gaps let pass: ${names.join(', ')}` });
  }
  if (kinds.size > named.length) {
    const message = isExitCodeGate(options)
      ? 'a system past its end of life is only a warning, as in trivy'
      : 'a system past its end of life says nothing of its content';
    asked.push({
      rule: isExitCodeGate(options) ? exitCodeRule(options) : '--exit-on-eol',
      message,
    });
  }
  return asked.map((cause) => ({ ...cause, findingIds: [] }));
}

function byEndOfLife({ gaps, options }: GateInput): readonly Cause[] {
  if (options.exitOnEol === undefined || options.exitOnEol === 0) return [];
  return gaps
    .filter(({ gap }) => gap === 'endOfLife')
    .map(({ message }) => ({
      rule: `--exit-on-eol ${options.exitOnEol ?? 0}`,
      findingIds: [],
      message,
    }));
}

/** One cause for each kind of gap that is not allowed. */
function byGaps({ gaps, options }: GateInput): readonly Cause[] {
  const byKind = new Map<GapKind, Diagnostic[]>();
  for (const diagnostic of gaps) {
    if (diagnostic.gap === undefined || isAllowed(diagnostic.gap, options)) continue;
    appendTo(byKind, diagnostic.gap, diagnostic);
  }
  return [...byKind].map(([kind, diagnostics]) => ({
    rule: `incomplete/${GAP_NAMES[kind]}`,
    findingIds: [],
    message: summary(diagnostics),
  }));
}

/**
 * End of life is only a warning with `--exit-code` alone, as in trivy, and a cause of its own with `--exit-on-eol`.
 */
function isAllowed(kind: GapKind, options: PolicyOptions): boolean {
  if (isNamedAllowed(kind, options)) return true;
  if (kind !== 'endOfLife') return false;
  const isAsked = options.failOn.length > 0 || options.policy !== undefined;
  return !isAsked || (options.exitOnEol ?? 0) !== 0;
}

function isNamedAllowed(kind: GapKind, { allowIncomplete }: PolicyOptions): boolean {
  return allowIncomplete === 'all' || allowIncomplete.includes(kind);
}

function summary(diagnostics: readonly Diagnostic[]): string {
  const [first, ...more] = diagnostics;
  if (first === undefined) return '';
  const { message, location } = first;
  const isNamed = location === undefined || message.includes(location.path);
  const rest = more.length === 0 ? '' : ` (and ${more.length} more)`;
  return `${isNamed ? '' : `${location.path}: `}${message}${rest}`;
}
