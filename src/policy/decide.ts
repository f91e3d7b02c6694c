/**
 * Turns findings and gaps into a verdict.
 *
 * A gate is asked for by `--fail-on` or by an `--exit-code` other than 0; `--exit-on-eol` only asks for the system's
 * end of life. With `--exit-code` alone everything fails that the table would show and no exception sets aside, the
 * unimportant as well, as in trivy. With `--fail-on` only its conditions count, and `--severity` chooses what is shown.
 * What could hide findings makes a gate incomplete, unless that is allowed; without a gate it changes nothing.
 */

import type { Advisory, Coverage } from '../model/advisory.ts';
import { EXIT_CODES } from '../model/exit-codes.ts';
import type { Diagnostic, Finding, GapKind } from '../model/finding.ts';
import type { ArtifactResult, Suppressed, Verdict } from '../model/report.ts';
import { meets } from './condition.ts';
import { endOfLifeDiagnostic } from './end-of-life.ts';
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
  const verdict = judge({ findings, advisories: input.advisories, gaps, options, now });
  return { suppressed, diagnostics, verdict };
}

function judge(run: Case): Verdict {
  const { options } = run;
  const findings = options.failOn.length > 0 ? byConditions(run) : byExitCode(run);
  const endOfLife = byEndOfLife(run);
  const incomplete = isGate(options) ? byGaps(run) : [];
  const causes = [...findings, ...endOfLife, ...incomplete];
  // The order of the exit codes is that of product.md: findings, end of life, incomplete.
  if (findings.length > 0) {
    return { status: 'fail', exitCode: options.exitCode ?? EXIT_CODES.findings, causes };
  }
  if (endOfLife.length > 0) {
    return { status: 'fail', exitCode: options.exitOnEol ?? EXIT_CODES.findings, causes };
  }
  if (incomplete.length > 0) {
    return { status: 'incomplete', exitCode: EXIT_CODES.incomplete, causes };
  }
  return { status: isGate(options) ? 'pass' : 'notAsked', exitCode: EXIT_CODES.pass, causes };
}

function isGate({ failOn, exitCode }: PolicyOptions): boolean {
  return failOn.length > 0 || (exitCode !== undefined && exitCode !== 0);
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

/** As in trivy: whatever is left of the severities shown. Contradicted content has a gate of its own. */
function byExitCode({ findings, options }: Case): readonly Cause[] {
  if (!isGate(options)) return [];
  const left = findings.filter(
    ({ kind, severity }) => kind !== 'integrity' && options.severities.includes(severity),
  );
  if (left.length === 0) return [];
  const verb = left.length === 1 ? 'is' : 'are';
  return [
    {
      rule: `--exit-code ${options.exitCode ?? EXIT_CODES.findings}`,
      findingIds: idsOf(left),
      message: `${count(left.length, 'finding')} ${verb} left after ${filtersOf(options)}`,
    },
  ];
}

function filtersOf({ severities, ignoreUnfixed, ignoreStatuses, ignore }: PolicyOptions): string {
  const filters = [`--severity ${severities.join(',').toUpperCase()}`];
  if (ignoreUnfixed) filters.push('--ignore-unfixed');
  if (ignoreStatuses.length > 0) filters.push(`--ignore-status ${ignoreStatuses.join(',')}`);
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
    rule: `incomplete/${kind}`,
    findingIds: [],
    message: summary(diagnostics),
  }));
}

/**
 * End of life is only a warning with `--exit-code` alone, as in trivy, and a cause of its own with `--exit-on-eol`.
 */
function isAllowed(kind: GapKind, options: PolicyOptions): boolean {
  if (options.allowIncomplete === 'all' || options.allowIncomplete.includes(kind)) return true;
  if (kind !== 'endOfLife') return false;
  return options.failOn.length === 0 || (options.exitOnEol ?? 0) !== 0;
}

function summary(diagnostics: readonly Diagnostic[]): string {
  const [first, ...more] = diagnostics;
  const where = first?.location === undefined ? '' : `${first.location.path}: `;
  const rest = more.length === 0 ? '' : ` (and ${more.length} more)`;
  return `${where}${first?.message ?? ''}${rest}`;
}

/** Each once: two artifacts of one run may share a finding. */
function idsOf(findings: readonly Finding[]): readonly string[] {
  return [...new Set(findings.map(({ id }) => id))];
}

function count(number: number, one: string): string {
  return `${number} ${number === 1 ? one : `${one}s`}`;
}
