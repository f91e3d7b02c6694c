/**
 * The policy of a package registry as plain data: rules on versions of packages, and lists that
 * allow and block some. The section `registry:` of a configuration file is read into it.
 * `decide-version.ts` applies it.
 */

import { isValidVersion, satisfies } from '../../core/version/index.ts';
import type { FailCondition } from './options.ts';

/**
 * The action of a rule on a version. `hide`: it is missing from the metadata and its file is
 * refused. `refuse`: it is listed and its file is refused. `warn`: it is served with a notice.
 */
export type RuleAction = (typeof RULE_ACTIONS)[number];

/** All actions, the strictest first. */
export const RULE_ACTIONS = ['hide', 'refuse', 'warn'] as const;

/** The kinds of rules, by their key in a configuration file. */
export const RULE_KINDS = [
  'malicious',
  'signature',
  'attestation',
  'vulnerabilities',
  'min-age',
  'install-scripts',
  'deprecated',
  'denied-licenses',
  'allowed-licenses',
  'unsigned',
  'lost-provenance',
  'changed-maintainers',
  'similar-name',
  'unknown-name',
] as const;

/** The kind of a rule. */
export type RuleKind = (typeof RULE_KINDS)[number];

/** A rule on versions. */
export interface PackageRule {
  readonly kind: RuleKind;
  readonly action: RuleAction;
  /** Reason for the rule, for people who meet it. */
  readonly reason?: string;
  /** For `vulnerabilities`: any of them counts. */
  readonly conditions?: readonly FailCondition[];
  /** For `min-age` and `changed-maintainers`, in milliseconds. */
  readonly minAgeMs?: number;
  /**
   * For rules on licenses: patterns of SPDX identifiers, in which `*` stands for any characters.
   * `unknown` stands for none.
   */
  readonly licenses?: readonly string[];
}

/** Ecosystems that entries of lists can be about. */
export const LIST_ECOSYSTEMS = ['npm', 'pypi'] as const;

/** An ecosystem that an entry of a list can be about. */
export type ListEcosystem = (typeof LIST_ECOSYSTEMS)[number];

/** An entry of the list of allowed or of blocked packages. */
export interface PackageListEntry {
  /** The name of a package; `*` stands for any characters but a slash, as in `@acme/*`. */
  readonly package: string;
  /** The ecosystem of the package. Absent: `npm`. Names of `pypi` are normalized. */
  readonly ecosystem?: ListEcosystem;
  /** A range in the notation of the package manager. Absent: all versions. */
  readonly versions?: string;
  readonly reason: string;
  readonly owner: string;
  /**
   * Milliseconds since the Unix epoch, from which on the entry has no effect. Absent: it does not
   * expire.
   */
  readonly expiresAt?: number;
  /**
   * For allowed packages: the kinds of rules that are lifted, and ids of vulnerabilities that do
   * not count. Absent: all rules but those in {@link STANDING_RULES}, which have to be named.
   */
  readonly lifts?: readonly string[];
}

/** The policy of a package registry. */
export interface PackagePolicy {
  readonly rules: readonly PackageRule[];
  readonly allow: readonly PackageListEntry[];
  /** Blocked packages have precedence over allowed ones. */
  readonly block: readonly PackageListEntry[];
}

/**
 * The policy where none is configured: known malicious versions and those with a wrong signature or
 * attestation are hidden, and everything else is served.
 */
export const DEFAULT_PACKAGE_POLICY: PackagePolicy = {
  rules: [
    { kind: 'malicious', action: 'hide' },
    { kind: 'signature', action: 'hide' },
    { kind: 'attestation', action: 'hide' },
  ],
  allow: [],
  block: [],
};

/** Rules that always apply, with `hide` unless the policy gives another action. */
export const STANDING_RULES: ReadonlySet<RuleKind> = new Set(
  DEFAULT_PACKAGE_POLICY.rules.map(({ kind }) => kind),
);

/** Returns whether a range in an entry of a list can be read. One that cannot would never match. */
export function isReadableRange(range: string, ecosystem: ListEcosystem): boolean {
  return satisfies(ecosystem, '1.0.0', range) !== undefined || isValidVersion(ecosystem, range);
}

/**
 * Returns whether an entry of a list of allowed packages can lift this: a kind of rule, or the id
 * of an advisory.
 */
export function isLiftable(text: string): boolean {
  return text === 'uncertain' || RULE_KINDS.some((kind) => kind === text) || ADVISORY_ID.test(text);
}

const ADVISORY_ID = /^[A-Za-z]{2,16}-[\w.:-]{2,64}$/u;
