/**
 * Rules for secrets that a user adds, and what a user allows: the same for all files that they are
 * read from.
 */

import type { Severity } from '../advisory/advisory.ts';

/** The user's settings for secrets. All patterns are in the syntax of RE2. */
export interface SecretSettings {
  readonly rules: readonly UserSecretRule[];
  /** Ids or aliases of kinds that are switched off. */
  readonly disabled: readonly string[];
  /** If it is not empty, only these kinds of the table are looked for. */
  readonly enabled: readonly string[];
  readonly allowances: readonly SecretAllowance[];
  /** Patterns of texts in which nothing is reported. */
  readonly excludedBlocks: readonly string[];
  /** Single findings that are set aside. */
  readonly ignored: readonly IgnoredSecret[];
  /**
   * SHA-256 of the files with the rules, in hexadecimal digits: a rule of the user finds its own
   * pattern in such a file.
   */
  readonly readFrom: readonly string[];
}

/** A rule of the user. */
export interface UserSecretRule {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  /**
   * The access that the secret grants, as the end of the sentence "It opens …"; absent: the rule
   * does not state it.
   */
  readonly opens?: string;
  readonly pattern: string;
  /**
   * The group that is the secret, by name or number; absent: the first group that takes part, else
   * all that matches.
   */
  readonly group?: string | number;
  /** Texts of which the file must contain one, in any case of letters; empty: none. */
  readonly keywords: readonly string[];
  /** A pattern of paths; absent: all. */
  readonly path?: string;
  /** Globs of paths, at least one of which must match. Absent: all paths. */
  readonly globs?: readonly string[];
  /** The least entropy of the secret, in bits for each character. */
  readonly minEntropy?: number;
  readonly allowances: readonly SecretAllowance[];
  readonly excludedBlocks: readonly string[];
}

/** Matches that are not findings. */
export interface SecretAllowance {
  readonly paths: readonly string[];
  /** Globs of paths; absent or empty: they are not condition. */
  readonly globs?: readonly string[];
  readonly patterns: readonly string[];
  /** Texts that the secret contains, in any case of letters. */
  readonly stopwords: readonly string[];
  /** The text that the patterns are matched against. */
  readonly target: 'secret' | 'match' | 'line';
  /** Whether one of the conditions is enough, or all that are given must hold. */
  readonly condition: 'any' | 'all';
  /** Ids of rules that it is for; absent: all. */
  readonly rules?: readonly string[];
}

/** A finding by its place. */
export interface IgnoredSecret {
  readonly path: string;
  readonly rule: string;
  /** Absent: on any line. */
  readonly line?: number;
}

/** Settings that change nothing. */
export const NO_SECRET_SETTINGS: SecretSettings = {
  rules: [],
  disabled: [],
  enabled: [],
  allowances: [],
  excludedBlocks: [],
  ignored: [],
  readFrom: [],
};
