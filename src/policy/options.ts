/** What a gate is asked, as plain data: the command line, the server and the proxy all fill the same form. */

import type { AffectedStatus, Severity } from '../model/advisory.ts';
import type { GapKind } from '../model/finding.ts';
import type { EvidenceLevel } from '../model/package.ts';

/** One alternative of `--fail-on`; all of its parts must hold, as in `high+fixable`. */
export interface FailCondition {
  /** As the user wrote it, for the verdict. */
  readonly text: string;
  readonly atLeast?: Severity;
  readonly isFixable?: boolean;
  readonly isExploited?: boolean;
  /** EPSS probability, 0 to 1. */
  readonly minEpss?: number;
  /** CVSS base score, 0 to 10. */
  readonly minCvss?: number;
  /** More than so many days since the advisory was published; an advisory without a date counts as old. */
  readonly minAgeDays?: number;
}

/** One entry of an ignore file. */
export interface IgnoreEntry {
  /** Advisory id or alias, compared without regard to case. */
  readonly id: string;
  /** The entry counts until midnight UTC at the start of this day, `YYYY-MM-DD`, as in trivy. */
  readonly until?: string;
  readonly reason?: string;
  /** `path:line`, for the report. */
  readonly from: string;
}

export interface PolicyOptions {
  /** `--severity`. Without `--fail-on` it also limits what the gate sees, as in trivy; with it, only the display. */
  readonly severities: readonly Severity[];
  readonly ignoreUnfixed: boolean;
  readonly ignoreStatuses: readonly AffectedStatus[];
  readonly ignore: readonly IgnoreEntry[];
  /** `--fail-on`: any of these fails. */
  readonly failOn: readonly FailCondition[];
  /** `--exit-code`. */
  readonly exitCode?: number;
  /** `--exit-on-eol`. */
  readonly exitOnEol?: number;
  /** `--min-evidence`: every package that is present must have at least this level. */
  readonly minEvidence?: Exclude<EvidenceLevel, 'contradicted'>;
  /** `--fail-on-tamper`: content that contradicts its metadata fails with a code of its own. */
  readonly failOnTamper?: boolean;
  /** `--allow-incomplete[=KIND,...]`. */
  readonly allowIncomplete: readonly GapKind[] | 'all';
  /** The command that the user typed, for "check again with". */
  readonly command: string;
}
