/**
 * The causes that make a gate fail: conditions, findings left by the filters, forbidden packages.
 */

import { indexBy } from '../../core/base/maps.ts';
import { pluralize } from '../../core/base/pluralize.ts';
import type { Advisory } from '../../core/model/advisory/advisory.ts';
import type { Artifact } from '../../core/model/artifact/artifact.ts';
import { EXIT_CODES } from '../../core/model/report/exit-codes.ts';
import type { Diagnostic, Finding } from '../../core/model/finding/finding.ts';
import { categoriesText } from '../../core/model/finding/finding-categories.ts';
import { isMalicious } from '../../core/model/advisory/malicious.ts';
import {
  layerMayHaveOrigin,
  mayHaveOrigin,
  type Origin,
  type OriginSubject,
} from '../../core/model/artifact/origin.ts';
import type { Inventory, Package } from '../../core/model/package/package.ts';
import type { Verdict } from '../../core/model/report/report.ts';
import { SEVERITIES, severityRank } from '../../core/model/severity/severity.ts';
import { STATUS_NAMES } from '../../core/model/finding/status-names.ts';
import type { TrustOutcome } from '../../core/model/report/trust-outcome.ts';
import type { BaselineIndex } from './baseline.ts';
import { matchesPackage, meetsCondition, type ConditionSubject } from './condition.ts';
import { isExitCodeGate } from './gate.ts';
import type { FailCondition, PolicyOptions } from './options.ts';

/** A reason for the status of a verdict. */
export type Cause = Verdict['causes'][number];

/** Packages named in a cause; the rest is counted. */
const MAX_NAMED = 5;

/** The findings after exceptions; shared by all deciding functions. */
export interface GateInput {
  readonly subjects: readonly ConditionSubject[];
  readonly gaps: readonly Diagnostic[];
  readonly results: readonly {
    readonly inventory: Inventory;
    readonly artifact?: Pick<Artifact, 'kind' | 'image'> | undefined;
  }[];
  /** Exceptions without effect, for people. */
  readonly withoutEffect: readonly string[];
  readonly options: PolicyOptions;
  /** The outcome of checking signatures or sources; absent: no check was requested. */
  readonly trust?: TrustOutcome | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** The context in which findings are judged. */
export interface SubjectContext {
  readonly advisories: ReadonlyMap<string, Advisory>;
  readonly baseline: BaselineIndex | undefined;
}

/** Returns the findings of a result with their packages and advisories. */
export function conditionSubjects(
  findings: readonly Finding[],
  result: GateInput['results'][number],
  { advisories, baseline }: SubjectContext,
): readonly ConditionSubject[] {
  const packages = indexBy(result.inventory.packages, 'id');
  return findings.map((finding) => {
    const subject = {
      finding,
      advisory: finding.kind === 'vulnerability' ? advisories.get(finding.advisoryId) : undefined,
      pkg: finding.kind === 'rule' ? undefined : packages.get(finding.packageId ?? ''),
      artifact: result.artifact,
    };
    return baseline === undefined ? subject : { ...subject, isKnown: baseline.has(subject) };
  });
}

/** Returns the name of a condition in a verdict: the flag, or the source of the condition. */
export function ruleOf(
  { text, from }: FailCondition,
  flag: 'fail-on' | 'forbid' = 'fail-on',
): string {
  return from === undefined ? `--${flag} ${text}` : `${from}, ${flag} ${text}`;
}

/**
 * Returns one cause for each condition that findings meet; a finding that meets several stands in
 * each.
 */
export function conditionCauses({ subjects, options, now }: GateInput): readonly Cause[] {
  return options.failOn.flatMap((condition) => {
    const matching = subjects.filter(
      (subject) => subject.finding.kind !== 'integrity' && meetsCondition(condition, subject, now),
    );
    const met = matching.map(({ finding }) => finding);
    if (met.length < (condition.minCount ?? 1)) return [];
    const known = matching.filter(({ isKnown }) => isKnown === true).length;
    const verb = met.length === 1 ? 'meets' : 'meet';
    return [
      {
        rule: ruleOf(condition),
        findingIds: idsOf(met),
        message: `${pluralize(met.length, 'finding')}${categoriesText(met)} ${verb} "${condition.text}"${knownText(known)}${because(condition)}`,
        ...tolerated(condition),
      },
    ];
  });
}

/** The name of the rule that no gate can leave out. */
const MALICIOUS_RULE = 'malicious';

/**
 * Returns a cause for known malicious packages that no exception names. They fail whatever the gate
 * asks for: conditions, severities, statuses and baselines have no part in it.
 */
export function maliciousCauses({ subjects }: GateInput): readonly Cause[] {
  const found = subjects.flatMap(({ finding, pkg }) =>
    isMalicious(finding) ? [{ finding, name: pkg?.name ?? finding.packageId }] : [],
  );
  if (found.length === 0) return [];
  const names = new Set(
    found.map(
      ({ finding, name }) =>
        `${name} ${finding.matchedVersion}`.trim() + ` (${finding.malicious.by.join(', ')})`,
    ),
  );
  const packages = new Set(found.map(({ finding }) => finding.packageId));
  const what = pluralize(packages.size, 'known malicious package');
  return [
    {
      rule: MALICIOUS_RULE,
      findingIds: idsOf(found.map(({ finding }) => finding)),
      message: `${what}: ${listed([...names])}`,
    },
  ];
}

/** Returns one cause for each rule that packages break. */
export function forbiddenCauses({ results, options }: GateInput): readonly Cause[] {
  return (options.forbid ?? []).flatMap((condition) => {
    const found = results.flatMap(({ inventory, artifact }) =>
      inventory.packages.filter((pkg) => matchesPackage(condition, pkg, artifact)),
    );
    if (found.length < (condition.minCount ?? 1)) return [];
    const what = `${pluralize(found.length, 'package')} that must not be there`;
    return [
      {
        rule: ruleOf(condition, 'forbid'),
        findingIds: [],
        message: `${what}: ${named(found)}${because(condition)}`,
        packageIds: [...new Set(found.map(({ id }) => id))],
        ...tolerated(condition),
      },
    ];
  });
}

/**
 * Returns the causes of `--exit-code`, as in trivy: the displayed findings that are left.
 * Contradicted content has a gate of its own.
 */
export function exitCodeCauses({ subjects, options }: GateInput): readonly Cause[] {
  if (!isExitCodeGate(options)) return [];
  const { severities } = options;
  const left = subjects
    .filter(
      (subject) =>
        severities.includes(subject.finding.severity) && countsForExitCode(subject, options),
    )
    .map(({ finding }) => finding);
  if (left.length === 0) return [];
  return [
    {
      rule: exitCodeRule(options),
      findingIds: idsOf(left),
      message: remainingText(left, options),
    },
  ];
}

/** Returns whether only a condition with `owned` counts a finding. */
function isOnlyOwned(finding: Finding): boolean {
  return finding.kind === 'vulnerability' && finding.ownedBy !== undefined;
}

/** Returns whether `--exit-code` judges a finding, whatever its severity. */
export function countsForExitCode(
  { finding, pkg, artifact, isKnown }: ConditionSubject,
  { only, hadolintThreshold }: PolicyOptions,
): boolean {
  return (
    finding.kind !== 'integrity' &&
    !isBelowThreshold(finding, hadolintThreshold) &&
    !isOnlyOwned(finding) &&
    isKnown !== true &&
    (only === undefined || artifact === undefined || isOfOrigin(only, artifact, { finding, pkg }))
  );
}

/** Id of a rule of hadolint. */
const HADOLINT_ID = /^DL\d{4}$/u;

/**
 * Whether `failure-threshold` of hadolint keeps a finding from the gate. Only findings with an id
 * of hadolint can be.
 */
export function isBelowThreshold(
  finding: Finding,
  threshold: PolicyOptions['hadolintThreshold'],
): boolean {
  if (threshold === undefined || finding.kind !== 'rule') return false;
  if (!finding.aliases.some((alias) => HADOLINT_ID.test(alias))) return false;
  const { severity } = threshold;
  return severity === 'none' || severityRank(finding.severity) < severityRank(severity);
}

function isOfOrigin(
  origin: Origin,
  artifact: OriginSubject,
  { finding, pkg }: Pick<ConditionSubject, 'finding' | 'pkg'>,
): boolean {
  if (finding.kind === 'rule') return layerMayHaveOrigin(origin, artifact, finding.location.layer);
  return pkg === undefined || mayHaveOrigin(origin, artifact, pkg);
}

/** Returns the name of the rule that any remaining finding breaks. */
export function exitCodeRule({ exitCode, baseline }: PolicyOptions): string {
  if (baseline !== undefined) return `--baseline ${baseline.name}`;
  return `--exit-code ${exitCode ?? EXIT_CODES.findings}`;
}

/** Describes the findings that the filters leave. */
export function remainingText(left: readonly Finding[], options: PolicyOptions): string {
  const leftCount = left.length;
  const what = options.baseline === undefined ? 'finding' : 'new finding';
  const howMany =
    leftCount === 0 ? `no ${what}` : pluralize(leftCount, what) + categoriesText(left);
  const filters = filtersOf(options);
  if (filters === '') return `${howMany} of any severity`;
  return `${howMany} ${leftCount > 1 ? 'are' : 'is'} left after ${filters}`;
}

/** Returns an empty text where nothing is filtered. */
function filtersOf(options: PolicyOptions): string {
  const { severities, only, ignoreUnfixed, ignoreStatuses, ignore, hadolintThreshold } = options;
  const filters: string[] = [];
  if (severities.length < SEVERITIES.length) {
    filters.push(`--severity ${severities.join(',').toUpperCase()}`);
  }
  if (only !== undefined) filters.push(`--only ${only}`);
  if (hadolintThreshold !== undefined) {
    filters.push(`failure-threshold ${hadolintThreshold.level} of hadolint`);
  }
  if (ignoreUnfixed) filters.push('--ignore-unfixed');
  if (ignoreStatuses.length > 0) {
    const names = ignoreStatuses.map((status) => STATUS_NAMES[status]);
    filters.push(`--ignore-status ${names.join(',')}`);
  }
  if (ignore.length > 0) filters.push(pluralize(ignore.length, 'exception'));
  if ((options.vex ?? []).length > 0) filters.push('--vex');
  return filters.join(', ');
}

function tolerated({ minCount = 1 }: FailCondition): Pick<Cause, 'toleratedCount'> {
  return minCount === 1 ? {} : { toleratedCount: minCount - 1 };
}

/** Returns a hint at `new`: the user of a baseline may have meant only new findings. */
function knownText(known: number): string {
  return known === 0 ? '' : `, ${known} of them in the baseline ("new" leaves these out)`;
}

function because({ reason }: FailCondition): string {
  return reason === undefined ? '' : `: ${reason}`;
}

function named(packages: readonly Package[]): string {
  return listed([...new Set(packages.map(({ name, version }) => `${name} ${version}`))]);
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMED).join(', ');
  return names.length > MAX_NAMED ? `${shown} and ${names.length - MAX_NAMED} more` : shown;
}

/** Returns each once: two artifacts of one run may share a finding. */
function idsOf(findings: readonly Finding[]): readonly string[] {
  return [...new Set(findings.map(({ id }) => id))];
}
