/**
 * Rules of the user for source code, and what the user knows of libraries: plain data, as files of
 * `--rules` contain it. The form is described in `docs/writing-rules.md`.
 */

import { FLOW_KINDS, type FlowKind } from '../../flow/value/kinds.ts';
import type { SinkCondition } from '../../flow/rules.ts';
import type { Severity } from '../../../core/model/advisory/advisory.ts';
import type { Diagnostic } from '../../../core/model/finding/finding.ts';
import type { Confidence } from '../../../core/model/rule/rule-finding.ts';

/** The languages that rules are written for. JavaScript includes TypeScript. */
export const CODE_LANGUAGES = ['javascript', 'python'] as const;

/** One of {@link CODE_LANGUAGES}. */
export type CodeLanguage = (typeof CODE_LANGUAGES)[number];

/** Conditions that rules of the user may have. The others are about single frameworks. */
export const OWN_CONDITIONS = [
  ...(['sql', 'sql-part', 'html', 'open-host', 'open-target', 'message', 'made'] as const),
] as const satisfies readonly SinkCondition[];

/** The kinds of sinks that rules and sanitizers of the user may name. */
export const OWN_KINDS = FLOW_KINDS;

/** All rules of the user. */
export interface OwnRules {
  readonly rules: readonly OwnRule[];
  readonly sources: readonly OwnSource[];
  readonly sanitizers: readonly OwnSanitizer[];
  readonly handlers: readonly OwnHandler[];
  /**
   * A gap for each rule that is left out, because it has something that this version does not know.
   */
  readonly unread: readonly Diagnostic[];
}

/** A rule of the user. */
export interface OwnRule {
  /** `group/rule`; the group is none of Assay's. */
  readonly id: `${string}/${string}`;
  /** `path:line` of the id. */
  readonly where: string;
  readonly title: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly cwe: readonly number[];
  /** Sanitizers of this kind make data harmless to the rule; absent: only those of all kinds. */
  readonly kind?: FlowKind;
  readonly why: string;
  readonly remedy: string;
  readonly javascript?: OwnPatterns;
  readonly python?: OwnPatterns;
}

/** The patterns of a user's rule in one language. */
export interface OwnPatterns {
  readonly sinks: readonly OwnPattern[];
  readonly search: readonly OwnPattern[];
}

/** A pattern, and what else must hold. */
export interface OwnPattern {
  readonly pattern: string;
  readonly not: readonly string[];
  /** Regular expressions in the syntax of RE2, by the name in the pattern. */
  readonly where: Readonly<Record<string, string>>;
  readonly when?: (typeof OWN_CONDITIONS)[number];
  /** Untrusted data in a part of a map or a list counts too. */
  readonly isDeep: boolean;
}

/** A member or the result of a call that is untrusted. */
export interface OwnSource {
  readonly language: CodeLanguage;
  /** Qualified, as {@link OwnSanitizer.name} too; a call ends with `()`. */
  readonly name: string;
  readonly label: string;
  readonly confidence: Confidence;
}

/** A function whose result is harmless to some kinds. */
export interface OwnSanitizer {
  readonly language: CodeLanguage;
  /** Without the brackets of the call. */
  readonly name: string;
  readonly kinds: readonly FlowKind[] | 'all';
}

/** A decorator of functions whose parameters are untrusted. */
export interface OwnHandler {
  readonly language: CodeLanguage;
  readonly decorator: string;
  readonly label: string;
}
