/**
 * Findings of rules: places in files, in an image's configuration or in an inventory that a rule
 * reports.
 */

import type { Severity } from '../advisory/advisory.ts';
import type { Location } from '../artifact/artifact.ts';

/** Categories of rules. */
export const RULE_CATEGORIES = ['secret', 'misconfiguration', 'code', 'origin', 'license'] as const;

/** One of {@link RULE_CATEGORIES}. */
export type RuleCategory = (typeof RULE_CATEGORIES)[number];

/** Degrees of confidence in a finding, the lowest first. */
export const CONFIDENCES = ['low', 'medium', 'high'] as const;

/** One of {@link CONFIDENCES}. */
export type Confidence = (typeof CONFIDENCES)[number];

/** A span of text. The end is exclusive. */
export interface TextRange {
  /** 1-based, as all lines and columns here. */
  readonly startLine: number;
  /** Columns count UTF-16 code units. */
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** One step of the way that a value takes through a program to the place of the finding. */
export interface FlowStep {
  readonly location: Location;
  readonly range?: TextRange;
  readonly message: string;
}

/** A change that clears a finding. */
export interface RuleFix {
  /** A sentence for people. */
  readonly description: string;
  readonly edits: readonly ByteSplice[];
  /**
   * Set where the edits can change more than the finding, as what a job may do: `--fix=all` makes
   * them.
   */
  readonly isUnsafe?: boolean;
}

/** The replacement of some bytes of a file. */
export interface ByteSplice {
  readonly path: string;
  /** Offset in bytes from the start of the file. */
  readonly startOffset: number;
  /** Exclusive. */
  readonly endOffset: number;
  readonly replacement: string;
}

/**
 * The syntaxes of comments that are read, and `sarif` for suppressions that a SARIF document
 * contains. Bandit and gosec share `nosec`.
 */
export const COMMENT_SYNTAXES = [
  'assay',
  'trivy',
  'hadolint',
  'semgrep',
  'nosec',
  'gitleaks',
  'trufflehog',
  'ggshield',
  'detect-secrets',
  'zizmor',
  'checkov',
  'kics',
  'codeql',
  'sonar',
  'eslint',
  'shellcheck',
  'noqa',
  'sarif',
] as const;

/** A comment beside a finding that asks to ignore it. The policy decides whether it counts. */
export interface IgnoreComment {
  readonly syntax: (typeof COMMENT_SYNTAXES)[number];
  /** The line of the comment, 1-based. */
  readonly line: number;
  /** Ids of rules that the comment names, as it writes them. Empty: it names none. */
  readonly rules: readonly string[];
  /** Absent where the comment gives none. */
  readonly reason?: string;
  /** The day from which the comment no longer counts, `YYYY-MM-DD`; absent where it gives none. */
  readonly until?: string;
}

/** A detector's report about one place: a finding before its id, which depends on equal ones. */
export interface RuleDraft {
  readonly kind: 'rule';
  readonly severity: Severity;
  readonly category: RuleCategory;
  /** `group/rule`, as in `dockerfile/unpinned-base`. */
  readonly rule: string;
  /** Short; the same for all findings of the rule. */
  readonly title: string;
  /** A sentence about this place. */
  readonly message: string;
  readonly location: Location;
  /** Absent where the place is not text. */
  readonly range?: TextRange;
  /** The text of the place on one line of at most 200 characters. Secrets in it are masked. */
  readonly excerpt?: string;
  /** Numbers of the Common Weakness Enumeration. */
  readonly cwe: readonly number[];
  /** Ids that other tools and benchmarks give to the same rule: `DL3002`, `CIS-DI-0001`. */
  readonly aliases: readonly string[];
  /** A sentence that says how to clear the finding. */
  readonly remedy: string;
  readonly helpUri?: string;
  /**
   * 32 hexadecimal digits of a SHA-256 of the rule and of names around the place, and of the value
   * only if its format guarantees 80 random bits. Neither the path nor the line is part of it.
   */
  readonly fingerprint: string;
  /** The analyzer whose SARIF document contains the result; absent for rules of Assay. */
  readonly tool?: string;
  readonly confidence?: Confidence;
  /** The way of a value, the source first. */
  readonly steps?: readonly FlowStep[];
  readonly fix?: RuleFix;
  /** The history command or the instruction of the image configuration concerned. */
  readonly instruction?: string;
  /** Comments beside the place that ask to ignore it. */
  readonly comments?: readonly IgnoreComment[];
  /**
   * The layer that deleted or replaced the file; {@link RuleDraft.location} is in the layer that
   * contains it.
   */
  readonly whitedOutIn?: number;
}

/** A place that a rule reports. */
export interface RuleFinding extends RuleDraft {
  /**
   * See `identifyRuleFindings`: the same for the same content on every machine, whatever the path
   * and the line.
   */
  readonly id: string;
}
