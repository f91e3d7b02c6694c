/** Facts about a version of a package, and reasons for a decision about it. */

import type { Advisory } from '../../core/model/advisory/advisory.ts';
import type { VulnerabilityFinding } from '../../core/model/finding/finding.ts';
import type { Package } from '../../core/model/package/package.ts';
import type { RuleAction, RuleKind } from './package-policy.ts';

/** Facts about a version. */
export interface VersionFacts {
  readonly pkg: Package;
  /** Findings of this version alone. */
  readonly findings: readonly VulnerabilityFinding[];
  /** Advisories of the findings, by id. */
  readonly advisories: ReadonlyMap<string, Advisory>;
  /**
   * Reasons why the version could not be compared with advisories, as sentences without a final
   * period.
   */
  readonly uncertain: readonly string[];
  /**
   * Advisories that report malware in the package, in a range that cannot be compared with the
   * version, by their ids.
   */
  readonly possibleMalice: readonly string[];
  /**
   * When the version was published, in milliseconds since the Unix epoch. Absent: no date is known.
   */
  readonly publishedAt?: number;
  /** Whether installing it runs scripts of the package. */
  readonly hasInstallScript: boolean;
  /** The text of its deprecation. Absent: it is not deprecated. */
  readonly deprecated?: string;
  /**
   * Licenses that it states, each a name or an expression. Empty: none is stated. Absent: they are
   * not known yet.
   */
  readonly licenses?: readonly string[];
  /** A sentence about stronger evidence of origin that an earlier version has. Absent: none has. */
  readonly lostProvenance?: string;
  /**
   * The publication of the version. Absent: nothing is known about people, and rules on them do not
   * apply.
   */
  readonly publication?: Publication;
  /** Publications of all versions of the package, the oldest first. */
  readonly publications?: readonly Publication[];
  /**
   * A sentence about the well-known name that the name of the package imitates. Absent: it imitates
   * none.
   */
  readonly imitation?: string;
  /** Whether the name of the package is neither well-known nor owned. */
  readonly isUnknownName?: boolean;
  /**
   * A sentence about a signature of its registry that is wrong. Absent: none is, or none could be
   * compared.
   */
  readonly signatureProblem?: string;
  /**
   * A sentence about an attestation that is wrong. Absent: none is known to be, or none was
   * verified.
   */
  readonly attestationProblem?: string;
  /**
   * A sentence about a signature that is missing although its registry publishes keys. Absent: none
   * is.
   */
  readonly unsigned?: string;
  /** Reason why the version cannot be served at all, whatever the policy. Absent: it can. */
  readonly unusable?: string;
}

/** Who published a version, as its registry states it. */
export interface Publication {
  readonly version: string;
  /** Milliseconds since the Unix epoch. Absent: no date is known. */
  readonly publishedAt?: number;
  /** The account that published it. Absent: it is not known. */
  readonly publisher?: string;
  /**
   * Whether a trusted publisher, such as a workflow of the project, published it and not a person.
   */
  readonly isByTrustedPublisher: boolean;
  /** Accounts that could publish versions at that time. Absent: they are not known. */
  readonly maintainers?: readonly string[];
}

/** A reason why a version is not simply served. */
export interface DecisionCause {
  readonly rule: RuleKind | 'blocked' | 'unusable' | 'uncertain';
  readonly action: RuleAction;
  /** A sentence without a period at its end. It does not name the version. */
  readonly text: string;
}
