/**
 * An exception: what it sets aside, who says so, why, and until when. All forms of files are read
 * into this one.
 */

import type { PackageUrl } from '../../../core/model/purl/purl.ts';
import type { RuleCategory } from '../../../core/model/rule/rule-finding.ts';

/**
 * One entry of an ignore file. All that it names must hold of a finding; an entry that names
 * nothing cannot be made.
 */
export interface IgnoreEntry {
  /**
   * Id or alias of an advisory or a rule, id of a finding, or fingerprint, compared without regard
   * to case. Absent: every vulnerability and every finding of a rule that {@link IgnoreEntry.scope}
   * names.
   */
  readonly id?: string;
  readonly scope?: ExceptionScope;
  /**
   * The entry counts until this instant; a date `YYYY-MM-DD` stands for midnight UTC at its start,
   * as in trivy.
   */
  readonly until?: string;
  readonly reason?: string;
  /** The person responsible for it. */
  readonly owner?: string;
  /** `path:line`, for the report. */
  readonly from: string;
}

/** To which findings an exception is limited. */
export interface ExceptionScope {
  /** Kind of finding; absent: whatever has the id. */
  readonly category?: 'vulnerability' | RuleCategory;
  /**
   * Name of the package or of its source package, without regard to case; `*` stands for any
   * characters.
   */
  readonly package?: string;
  /** The version that matched. */
  readonly version?: string;
  /**
   * Ecosystem by any name that people use for it: Assay's id, OSV's, or the type of its package
   * URLs.
   */
  readonly ecosystem?: string;
  /** Any of these; one without a version or qualifier means all of them. */
  readonly purls?: readonly PackageUrl[];
  /** Globs: every place of the package or finding must be matched by one of them. */
  readonly paths?: readonly string[];
  /** Line at which a finding of a rule begins, 1-based. */
  readonly line?: number;
  /** Column at which a finding of a rule begins, 1-based. */
  readonly column?: number;
  /** The fix state, in grype's terms. */
  readonly fixState?: FixState;
  /** Fingerprint of a finding of a rule. */
  readonly fingerprint?: string;
  /** Packages that are for development alone. */
  readonly isDevelopment?: true;
}

/** The fix state that an entry of grype names. */
export type FixState = 'fixed' | 'not-fixed' | 'wont-fix' | 'unknown';

/** Something to be said of an ignore file or one of its entries. */
export interface ExceptionProblem {
  /**
   * `expired`, `unusable` (malformed, or not as the policy wants it): the entry does not count.
   * `note`: it does. Entries that no finding needs are found out later, by `suppress.ts`.
   */
  readonly kind: 'expired' | 'unusable' | 'note';
  /** `path:line`. */
  readonly from: string;
  /** The entry, where it could be read. */
  readonly entry?: IgnoreEntry;
  /** Names the value and the way out; without {@link ExceptionProblem.from}. */
  readonly message: string;
}

/** The content of one ignore file. */
export interface ExceptionFile {
  readonly form: ExceptionForm;
  /** Entries that count at the given instant, in order. */
  readonly entries: readonly IgnoreEntry[];
  readonly problems: readonly ExceptionProblem[];
}

/** The tool whose form a file has. */
export type ExceptionForm =
  | 'trivyignore'
  | 'trivyignore-yaml'
  | 'assayignore'
  | 'assayignore-yaml'
  | 'grype'
  | 'osv'
  | 'harbor';

/** A policy's requirements for exceptions. */
export interface ExceptionRules {
  /** Fields that an exception must have in order to count. */
  readonly requiredFields: readonly ('reason' | 'owner' | 'expiry')[];
  /** The latest day that an expiry may name, in days from the run; absent: any. */
  readonly maxDays?: number;
  /**
   * Comments in files that count; absent: those of the user's own code, unless a configuration is
   * named.
   */
  readonly inlineComments?: 'none' | 'code' | 'all';
}
