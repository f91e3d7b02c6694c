/**
 * Decides about one version of a package by the policy of a package registry. Pure: the caller
 * passes the clock and what the advisories contain.
 */

import { compileGlobs } from '../../core/base/glob.ts';
import type { VulnerabilityFinding } from '../../core/model/finding/finding.ts';
import type { Package } from '../../core/model/package/package.ts';
import { ECOSYSTEMS } from '../../core/model/package/ecosystem.ts';
import { compareVersions, satisfies } from '../../core/version/index.ts';
import { meetsCondition } from './condition.ts';
import {
  STANDING_RULES,
  type PackageListEntry,
  type PackagePolicy,
  type PackageRule,
  type RuleAction,
  type RuleKind,
} from './package-policy.ts';
import { cause, durationText, HOUR_MS, licenseCauses, maintainerCauses } from './version-causes.ts';
import type { DecisionCause, VersionFacts } from './version-facts.ts';

/** An advisory on a version, whatever the rules are. */
export interface VersionAdvisory {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly severity: VulnerabilityFinding['severity'];
  readonly isMalicious: boolean;
}

/** What is done with a version. */
export interface VersionDecision {
  readonly action: 'serve' | RuleAction;
  /** The cause of the strictest action first. Empty for `serve`. */
  readonly causes: readonly DecisionCause[];
  /** Entries of the list of allowed packages that lifted a cause, as texts. */
  readonly allowedBy: readonly string[];
  /** All advisories on the version. Absent: there is none. */
  readonly advisories?: readonly VersionAdvisory[];
  /**
   * Milliseconds since the Unix epoch, from which on the decision may be another one. Absent: never
   * by time alone.
   */
  readonly changesAt?: number;
}

const STRICTNESS: Readonly<Record<RuleAction, number>> = { hide: 0, refuse: 1, warn: 2 };

/** Decides about a version. `now` is in milliseconds since the Unix epoch. */
export function decideVersion(
  facts: VersionFacts,
  policy: PackagePolicy,
  now: number,
): VersionDecision {
  const allowed = entriesFor(policy.allow, facts.pkg, now);
  const allowedBy = new Set<string>();
  const causes: DecisionCause[] = [];
  const times: number[] = [...expiryTimes(policy, facts.pkg, now)];
  if (facts.unusable !== undefined) {
    causes.push({ rule: 'unusable', action: 'hide', text: facts.unusable });
  }
  for (const entry of entriesFor(policy.block, facts.pkg, now)) {
    const text = `blocked by ${entry.owner}: ${entry.reason}`;
    causes.push({ rule: 'blocked', action: 'hide', text });
  }
  for (const rule of policy.rules) {
    for (const found of causesOf(rule, facts, { allowed, allowedBy, times, now })) {
      const lifting = allowed.find((entry) => lifts(entry, found.rule));
      if (lifting === undefined) causes.push(found);
      else allowedBy.add(textOf(lifting));
    }
  }
  causes.sort((a, b) => STRICTNESS[a.action] - STRICTNESS[b.action]);
  const changesAt = times.length === 0 ? undefined : Math.min(...times);
  return {
    action: causes[0]?.action ?? 'serve',
    causes,
    allowedBy: [...allowedBy],
    ...(facts.findings.length > 0 && { advisories: advisoriesOf(facts) }),
    ...(changesAt !== undefined && { changesAt }),
  };
}

function advisoriesOf({ findings, advisories }: VersionFacts): readonly VersionAdvisory[] {
  return findings.map(({ advisoryId, severity, malicious }) => ({
    id: advisoryId,
    aliases: advisories.get(advisoryId)?.aliases ?? [],
    severity,
    isMalicious: malicious !== undefined,
  }));
}

interface Deciding {
  readonly allowed: readonly PackageListEntry[];
  readonly allowedBy: Set<string>;
  readonly times: number[];
  readonly now: number;
}

function causesOf(
  rule: PackageRule,
  facts: VersionFacts,
  deciding: Deciding,
): readonly DecisionCause[] {
  const { kind } = rule;
  if (isStated(kind)) return about(rule, facts[STATED[kind]]);
  switch (kind) {
    case 'malicious':
      return maliciousCauses(rule, facts);
    case 'vulnerabilities':
      return vulnerabilityCauses(rule, facts, deciding);
    case 'min-age':
      return ageCauses(rule, facts, deciding);
    case 'install-scripts':
      return facts.hasInstallScript ? [cause(rule, scriptsText(facts.pkg))] : [];
    case 'deprecated':
      return about(rule, facts.deprecated, (text) => `it is deprecated: ${text}`);
    case 'denied-licenses':
    case 'allowed-licenses':
      return licenseCauses(rule, facts);
    case 'changed-maintainers':
      return maintainerCauses(rule, facts, deciding);
    case 'unknown-name':
      return facts.isUnknownName === true ? [cause(rule, 'its name is not well-known')] : [];
  }
}

/** Rules about a fact that is a sentence already. */
const STATED = {
  signature: 'signatureProblem',
  attestation: 'attestationProblem',
  unsigned: 'unsigned',
  'lost-provenance': 'lostProvenance',
  'similar-name': 'imitation',
} as const satisfies Partial<Record<RuleKind, keyof VersionFacts>>;

function isStated(kind: RuleKind): kind is keyof typeof STATED {
  return Object.hasOwn(STATED, kind);
}

/** A cause if there is a text. */
function about(
  rule: PackageRule,
  text: string | undefined,
  sentence = (one: string): string => one,
): readonly DecisionCause[] {
  return text === undefined ? [] : [cause(rule, sentence(text))];
}

function scriptsText({ ecosystem }: Package): string {
  return ecosystem === 'pypi'
    ? 'it is a source distribution, which runs its own code when it is installed'
    : 'it runs scripts when it is installed';
}

function maliciousCauses(
  rule: PackageRule,
  { findings, possibleMalice }: VersionFacts,
): readonly DecisionCause[] {
  const ids = findings.flatMap(({ malicious }) => malicious?.by ?? []);
  if (ids.length > 0) return [cause(rule, `it is known to be malicious (${named(ids)})`)];
  if (possibleMalice.length === 0) return [];
  const text = `it may be malicious: its version cannot be compared with ${named(possibleMalice)}`;
  return [cause(rule, text)];
}

function named(ids: readonly string[]): string {
  return [...new Set(ids)].join(', ');
}

function vulnerabilityCauses(
  rule: PackageRule,
  { findings, advisories, pkg, uncertain }: VersionFacts,
  { allowed, allowedBy, times, now }: Deciding,
): readonly DecisionCause[] {
  const counted = findings.filter((finding) => {
    const ids = [finding.advisoryId, ...(advisories.get(finding.advisoryId)?.aliases ?? [])];
    const lifting = allowed.find((entry) => ids.some((id) => entry.lifts?.includes(id) === true));
    if (lifting !== undefined) allowedBy.add(textOf(lifting));
    return lifting === undefined;
  });
  const causes: DecisionCause[] = [];
  for (const condition of rule.conditions ?? []) {
    const met = counted.filter((finding) =>
      meetsCondition(
        condition,
        { finding, advisory: advisories.get(finding.advisoryId), pkg },
        now,
      ),
    );
    if (met.length === 0) continue;
    const ids = met
      .slice(0, MAX_NAMED)
      .map(({ advisoryId, severity }) => `${advisoryId} ${severity}`);
    const more = met.length > MAX_NAMED ? ` and ${met.length - MAX_NAMED} more` : '';
    causes.push(cause(rule, `it has ${ids.join(', ')}${more} ("${condition.text}")`));
  }
  if (
    rule.conditions?.some(({ minAgeDays, minFixAgeDays }) => minAgeDays ?? minFixAgeDays) === true
  )
    times.push(now + HOUR_MS);
  for (const text of uncertain) causes.push({ ...cause(rule, text), rule: 'uncertain' });
  return causes;
}

/** Vulnerabilities that a cause names. */
const MAX_NAMED = 3;

function ageCauses(
  rule: PackageRule,
  { publishedAt }: VersionFacts,
  { times, now }: Deciding,
): readonly DecisionCause[] {
  const minAgeMs = rule.minAgeMs ?? 0;
  const needed = `${durationText(minAgeMs)} are required`;
  if (publishedAt === undefined)
    return [cause(rule, `it has no date of publication, and ${needed}`)];
  const age = now - publishedAt;
  if (age >= minAgeMs) return [];
  times.push(publishedAt + minAgeMs);
  if (age < 0) return [cause(rule, `its date of publication lies in the future, and ${needed}`)];
  return [cause(rule, `it is ${durationText(age)} old, and ${needed}`)];
}

/** Entries of a list that count now for a version. */
function entriesFor(
  entries: readonly PackageListEntry[],
  pkg: Package,
  now: number,
): readonly PackageListEntry[] {
  return entries.filter(
    (entry) => (entry.expiresAt === undefined || now < entry.expiresAt) && isAbout(entry, pkg),
  );
}

function isAbout(
  { package: pattern, versions, ecosystem = 'npm' }: PackageListEntry,
  pkg: Package,
): boolean {
  if (ecosystem !== pkg.ecosystem || !matchesName(pattern, pkg.name)) return false;
  if (versions === undefined || versions === pkg.version) return true;
  const { scheme } = ECOSYSTEMS[pkg.ecosystem];
  if (compareVersions(scheme, pkg.version, versions) === 0) return true;
  return satisfies(scheme, pkg.version, versions, { includePrerelease: true }) === true;
}

function matchesName(pattern: string, name: string): boolean {
  return pattern === name || (pattern.includes('*') && compileGlobs([pattern])(name));
}

function lifts(
  { lifts: kinds, package: pattern }: PackageListEntry,
  rule: DecisionCause['rule'],
): boolean {
  // These are lifted only by an entry that names the package and the rule.
  const isStanding = (STANDING_RULES as ReadonlySet<string>).has(rule);
  if (isStanding) return kinds?.includes(rule) === true && !pattern.includes('*');
  return kinds === undefined || kinds.includes(rule);
}

function expiryTimes(
  { allow, block }: PackagePolicy,
  pkg: Package,
  now: number,
): readonly number[] {
  return [...allow, ...block].flatMap((entry) =>
    entry.expiresAt !== undefined && entry.expiresAt > now && isAbout(entry, pkg)
      ? [entry.expiresAt]
      : [],
  );
}

function textOf({ owner, reason, expiresAt }: PackageListEntry): string {
  const until =
    expiresAt === undefined ? '' : ` until ${new Date(expiresAt).toISOString().slice(0, 10)}`;
  return `allowed by ${owner}${until}: ${reason}`;
}
