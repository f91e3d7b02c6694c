/**
 * Turns findings and gaps into a verdict.
 *
 * A gate is asked for by `--fail-on`, by an `--exit-code` other than 0, by `--min-evidence` and by `--fail-on-tamper`;
 * `--exit-on-eol` only asks for the system's end of life. With `--exit-code` alone everything fails that the table would
 * show and no exception sets aside, the unimportant as well, as in trivy. With `--fail-on` only its conditions count, and
 * `--severity` chooses what is shown. What could hide findings makes a gate incomplete, unless that is allowed; without
 * a gate it changes nothing.
 */

import type { Advisory, Coverage } from '../model/advisory.ts';
import { EXIT_CODES } from '../model/exit-codes.ts';
import type { Diagnostic, Finding, GapKind } from '../model/finding.ts';
import { GAP_NAMES } from '../model/gap.ts';
import type { Package } from '../model/package.ts';
import type { ArtifactResult, Suppressed, Verdict } from '../model/report.ts';
import { SEVERITIES } from '../model/severity.ts';
import { STATUS_NAMES } from '../model/status.ts';
import { meets } from './condition.ts';
import { endOfLifeDiagnostic } from './end-of-life.ts';
import { byMinEvidence, byTampering, passedEvidence } from './evidence.ts';
import type { PolicyOptions } from './options.ts';
import { Suppressor } from './suppress.ts';
import { unknownFacts } from './unknown-facts.ts';

export interface DecisionInput {
  readonly results: readonly Pick<ArtifactResult, 'inventory' | 'findings' | 'diagnostics'>[];
  readonly advisories: ReadonlyMap<string, Advisory>;
  /** What was consulted; tells whether EPSS and KEV are loaded. Absent: nothing but what advisories carry. */
  readonly coverage?: readonly Coverage[];
}

export interface Decision {
  /** One list for each result, in their order. */
  readonly suppressed: readonly (readonly Suppressed[])[];
  /** What deciding found out (end of life, stale exceptions), to be added to each result, in their order. */
  readonly diagnostics: readonly (readonly Diagnostic[])[];
  /** Without a cure; see `remediation/cure.ts`. */
  readonly verdict: Verdict;
}

type Cause = Verdict['causes'][number];

/** What was found, after exceptions; shared by the steps below. */
interface Case {
  readonly findings: readonly Finding[];
  readonly advisories: ReadonlyMap<string, Advisory>;
  readonly gaps: readonly Diagnostic[];
  readonly packages: readonly Package[];
  readonly options: PolicyOptions;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** `now` is in milliseconds since the Unix epoch. */
export function decide(input: DecisionInput, options: PolicyOptions, now: number): Decision {
  const suppressor = new Suppressor(options, input.advisories);
  const suppressed = input.results.map(({ findings }) =>
    findings.map((finding) => suppressor.suppress(finding)).filter((one) => one !== undefined),
  );
  const findings = input.results.flatMap((result, index) => {
    const aside = new Set(suppressed[index]?.map(({ findingId }) => findingId));
    return result.findings.filter((finding) => !aside.has(finding.id));
  });
  const facts = unknownFacts({
    conditions: options.failOn,
    findings,
    advisories: input.advisories,
    coverage: input.coverage ?? [],
    now,
  });
  const ofTheRun = [...facts, ...suppressor.staleNotes()];
  const diagnostics = input.results.map(({ inventory: { distro } }, index) => {
    const endOfLife = distro === undefined ? undefined : endOfLifeDiagnostic(distro, now);
    return [...(endOfLife === undefined ? [] : [endOfLife]), ...(index === 0 ? ofTheRun : [])];
  });
  const gaps = [...input.results.flatMap((result) => result.diagnostics), ...diagnostics.flat()];
  const packages = input.results.flatMap(({ inventory }) => inventory.packages);
  const verdict = judge({ findings, advisories: input.advisories, gaps, packages, options, now });
  return { suppressed, diagnostics, verdict };
}

function judge(run: Case): Verdict {
  const { options, packages } = run;
  const tampering = byTampering(run.findings, options);
  const findings = [
    ...(options.failOn.length > 0 ? byConditions(run) : byExitCode(run)),
    ...byMinEvidence(packages, options),
  ];
  const endOfLife = byEndOfLife(run);
  const incomplete = isGate(options) ? byGaps(run) : [];
  const causes = [...tampering, ...findings, ...endOfLife, ...incomplete];
  // The order of the exit codes: tampering, findings, end of life, incomplete.
  if (tampering.length > 0) return { status: 'fail', exitCode: EXIT_CODES.tampered, causes };
  if (findings.length > 0) {
    return { status: 'fail', exitCode: options.exitCode ?? EXIT_CODES.findings, causes };
  }
  if (endOfLife.length > 0) {
    return { status: 'fail', exitCode: options.exitOnEol ?? EXIT_CODES.findings, causes };
  }
  if (incomplete.length > 0) {
    return { status: 'incomplete', exitCode: EXIT_CODES.incomplete, causes };
  }
  if (!isGate(options)) return { status: 'notAsked', exitCode: EXIT_CODES.pass, causes };
  return { status: 'pass', exitCode: EXIT_CODES.pass, causes: passed(run) };
}

/** Whether a gate is asked for: anything that a gap must keep from passing. */
export function isGate(options: PolicyOptions): boolean {
  const { failOn, failOnTamper, minEvidence } = options;
  return (
    failOn.length > 0 || hasExitCode(options) || failOnTamper === true || minEvidence !== undefined
  );
}

function hasExitCode({ exitCode }: PolicyOptions): boolean {
  return exitCode !== undefined && exitCode !== 0;
}

/** One cause for each condition that findings meet; a finding that meets several stands in each. */
function byConditions({ findings, advisories, options, now }: Case): readonly Cause[] {
  return options.failOn.flatMap((condition) => {
    const met = findings.filter((finding) => {
      if (finding.kind === 'integrity') return false;
      const advisory =
        finding.kind === 'vulnerability' ? advisories.get(finding.advisoryId) : undefined;
      return meets(condition, finding, advisory, now);
    });
    if (met.length === 0) return [];
    const verb = met.length === 1 ? 'meets' : 'meet';
    return [
      {
        rule: `--fail-on ${condition.text}`,
        findingIds: idsOf(met),
        message: `${count(met.length, 'finding')} ${verb} "${condition.text}"`,
      },
    ];
  });
}

/** Why a gate passed: what was asked and met by nothing, and the gaps that were let pass. */
function passed({ gaps, options }: Case): readonly Cause[] {
  const asked = options.failOn.map(({ text }) => ({
    rule: `--fail-on ${text}`,
    message: 'no finding meets it',
  }));
  if (asked.length === 0 && hasExitCode(options)) {
    asked.push({ rule: exitCodeRule(options), message: leftText([], options) });
  }
  asked.push(...passedEvidence(options));
  const kinds = new Set(gaps.flatMap(({ gap }) => gap ?? []));
  const named = [...kinds].filter((kind) => isNamedAllowed(kind, options));
  if (named.length > 0) {
    const names = named.map((kind) => GAP_NAMES[kind]).sort();
    asked.push({ rule: '--allow-incomplete', message: `gaps let pass: ${names.join(', ')}` });
  }
  if (kinds.size > named.length) {
    const message = hasExitCode(options)
      ? 'a system past its end of life is only a warning, as in trivy'
      : 'a system past its end of life says nothing of its content';
    asked.push({ rule: hasExitCode(options) ? exitCodeRule(options) : '--exit-on-eol', message });
  }
  return asked.map((cause) => ({ ...cause, findingIds: [] }));
}

/** As in trivy: whatever is left of the severities shown. Contradicted content has a gate of its own. */
function byExitCode({ findings, options }: Case): readonly Cause[] {
  if (!hasExitCode(options)) return [];
  const left = findings.filter(
    ({ kind, severity }) => kind !== 'integrity' && options.severities.includes(severity),
  );
  if (left.length === 0) return [];
  return [
    { rule: exitCodeRule(options), findingIds: idsOf(left), message: leftText(left, options) },
  ];
}

function exitCodeRule({ exitCode }: PolicyOptions): string {
  return `--exit-code ${exitCode ?? EXIT_CODES.findings}`;
}

function leftText(left: readonly Finding[], options: PolicyOptions): string {
  const howMany = left.length === 0 ? 'no finding' : count(left.length, 'finding');
  const filters = filtersOf(options);
  if (filters === '') return `${howMany} of any severity`;
  return `${howMany} ${left.length > 1 ? 'are' : 'is'} left after ${filters}`;
}

/** Empty where nothing is filtered. */
function filtersOf({ severities, ignoreUnfixed, ignoreStatuses, ignore }: PolicyOptions): string {
  const filters: string[] = [];
  if (severities.length < SEVERITIES.length) {
    filters.push(`--severity ${severities.join(',').toUpperCase()}`);
  }
  if (ignoreUnfixed) filters.push('--ignore-unfixed');
  if (ignoreStatuses.length > 0) {
    const names = ignoreStatuses.map((status) => STATUS_NAMES[status]);
    filters.push(`--ignore-status ${names.join(',')}`);
  }
  if (ignore.length > 0) filters.push(count(ignore.length, 'exception'));
  return filters.join(', ');
}

function byEndOfLife({ gaps, options }: Case): readonly Cause[] {
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
function byGaps({ gaps, options }: Case): readonly Cause[] {
  const byKind = new Map<GapKind, Diagnostic[]>();
  for (const diagnostic of gaps) {
    if (diagnostic.gap === undefined || isAllowed(diagnostic.gap, options)) continue;
    const known = byKind.get(diagnostic.gap);
    if (known === undefined) byKind.set(diagnostic.gap, [diagnostic]);
    else known.push(diagnostic);
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
  return options.failOn.length === 0 || (options.exitOnEol ?? 0) !== 0;
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

/** Each once: two artifacts of one run may share a finding. */
function idsOf(findings: readonly Finding[]): readonly string[] {
  return [...new Set(findings.map(({ id }) => id))];
}

function count(number: number, one: string): string {
  return `${number} ${number === 1 ? one : `${one}s`}`;
}
