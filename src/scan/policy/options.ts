/**
 * The options of a gate, as plain data: the command line, the server and the proxy all fill the
 * same form.
 */

import type { AffectedStatus, Severity } from '../../core/model/advisory/advisory.ts';
import type { GapKind } from '../../core/model/finding/finding.ts';
import type { Origin } from '../../core/model/artifact/origin.ts';
import type { EvidenceLevel } from '../../core/model/package/package.ts';
import { SEVERITIES } from '../../core/model/severity/severity.ts';
import type { Baseline } from './baseline.ts';
import type { ExceptionProblem, ExceptionRules, IgnoreEntry } from './exceptions/exception.ts';
import type { ImplicitSource } from './implicit-files.ts';
import type { VexDocument } from './vex/statement.ts';

export type { ExceptionRules, IgnoreEntry } from './exceptions/exception.ts';

/** The property that a pattern of a condition is matched against; see `words.ts`. */
export type PatternSubject =
  'package' | 'path' | 'purl' | 'id' | 'ecosystem' | 'license' | 'rule' | 'category' | 'cwe';

/** `package=openssl*`: one of the patterns must match or, negated, none. */
export interface PatternTest {
  readonly of: PatternSubject;
  /** Globs; never empty. */
  readonly patterns: readonly string[];
  readonly isNegated: boolean;
}

/**
 * One alternative of `--fail-on`; all of its parts must hold, as in `high+fixable`. The same form
 * with parts about the package alone says what {@link PolicyOptions.forbid} forbids.
 */
export interface FailCondition {
  /** The condition as the user wrote it, for the verdict. */
  readonly text: string;
  /** The source of the condition, as in `policy prod`; absent: the flag. */
  readonly from?: string;
  /** The reason for the condition, for users who meet it. */
  readonly reason?: string;
  readonly atLeast?: Severity;
  readonly isFixable?: boolean;
  readonly isExploited?: boolean;
  /** EPSS probability, 0 to 1. */
  readonly minEpss?: number;
  /** CVSS base score, 0 to 10. */
  readonly minCvss?: number;
  /**
   * More than so many days since the advisory was published; an advisory without a date counts as
   * old.
   */
  readonly minAgeDays?: number;
  /**
   * A fix is known, and more than so many days have passed since the advisory was published; no
   * feed says when a fix came out, so that a late one counts as older than it is. An advisory
   * without a date counts as old.
   */
  readonly minFixAgeDays?: number;
  /** Not in the baseline. */
  readonly isNew?: boolean;
  /**
   * Only of what the distribution ships and does not name; without it such findings meet nothing.
   */
  readonly isOwned?: boolean;
  /** Publishers report the version as malicious. */
  readonly isMalicious?: boolean;
  /** The package's evidence is below this level, or is this one. */
  readonly evidence?: { readonly sign: '<' | '='; readonly level: EvidenceLevel };
  /** The origin of the package; an unknown origin counts as either. */
  readonly origin?: Origin;
  readonly tests?: readonly PatternTest[];
  /** It holds only where at least so many findings meet all the rest. */
  readonly minCount?: number;
}

/** `failure-threshold` of a configuration of hadolint. */
export interface HadolintThreshold {
  /** As it is written. */
  readonly level: string;
  /**
   * The lowest severity of a finding with an id of hadolint that fails; `none`: no such finding
   * fails.
   */
  readonly severity: Severity | 'none';
}

/** The policy of a gate, and the display filters. */
export interface PolicyOptions {
  /**
   * `--severity`. Without `--fail-on` it also limits what the gate sees, as in trivy; with it, only
   * the display.
   */
  readonly severities: readonly Severity[];
  readonly ignoreUnfixed: boolean;
  readonly ignoreStatuses: readonly AffectedStatus[];
  /** Exceptions of ignore files that count at the instant of the run. */
  readonly ignore: readonly IgnoreEntry[];
  /** Problems of other entries of these files. */
  readonly ignoreProblems?: readonly ExceptionProblem[];
  /**
   * Corrections of advisories that count: exceptions for what they removed when the findings were
   * matched.
   */
  readonly overrides?: readonly IgnoreEntry[];
  /** Files that no flag names and that were read from the working directory. */
  readonly implicit?: readonly ImplicitSource[];
  /** From a policy only; absent: an exception needs no more than its subject. */
  readonly exceptionRules?: ExceptionRules;
  /**
   * Comments in files that ask to ignore a finding: which of them count. Absent: none. `implicit`:
   * those of the user's own code, because no configuration is named; the verdict lists their files.
   * `code`: the same, because the policy says so. `all`: those in images and root filesystems as
   * well.
   */
  readonly inlineComments?: 'implicit' | 'code' | 'all';
  /** `--fail-on-stale-ignore`: exceptions without effect fail. */
  readonly failOnStaleIgnore?: boolean;
  /** `--vex`: statements on what does not affect the product. */
  readonly vex?: readonly VexDocument[];
  /** `--baseline`: what was there before; by itself it asks for a gate on what is new. */
  readonly baseline?: Baseline;
  /** `--fail-on`: any of these fails. */
  readonly failOn: readonly FailCondition[];
  /** `--exit-code`. */
  readonly exitCode?: number;
  /**
   * `failure-threshold` of a configuration of hadolint. It counts only where `--exit-code` alone
   * asks for a gate.
   */
  readonly hadolintThreshold?: HadolintThreshold;
  /** `--exit-on-eol`. */
  readonly exitOnEol?: number;
  /** `--min-evidence`: every package that is present must have at least this level. */
  readonly minEvidence?: Exclude<EvidenceLevel, 'contradicted'>;
  /** `--fail-on-tamper`: content that contradicts its metadata fails with a code of its own. */
  readonly failOnTamper?: boolean;
  /**
   * `--policy`: the named gate; it asks for a gate by itself, and `--exit-code` is then only the
   * number.
   */
  readonly policy?: string;
  /** Packages that must not be there at all: any of these fails. Of a policy only. */
  readonly forbid?: readonly FailCondition[];
  /** `--only`: as `severities`, by who brought the package. */
  readonly only?: Origin;
  /** `--dry-run`: the verdict is for looking at. */
  readonly isDryRun?: boolean;
  /** `--allow-incomplete[=KIND,...]`. */
  readonly allowIncomplete: readonly GapKind[] | 'all';
  /** The command that the user typed, for "check again with". */
  readonly command: string;
}

/** The options of a run without a gate and without exceptions, in which every severity is shown. */
export const NO_POLICY = {
  severities: SEVERITIES,
  ignoreUnfixed: false,
  ignoreStatuses: [],
  ignore: [],
  failOn: [],
  allowIncomplete: [],
} as const satisfies Omit<PolicyOptions, 'command'>;
