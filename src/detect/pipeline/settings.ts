/** What users say about the rules of pipelines, and what is known of the references in them. */

import type { Severity } from '../../model/advisory.ts';
import type { TrustFile } from '../../trust/trust-file.ts';
import { patternRank, type RepositoryPattern } from './repository-pattern.ts';
import type { UsedRepository } from './uses.ts';

/**
 * Who wants to see a finding: `regular` shows what is most probably a fault, `pedantic` also what is a matter of hygiene,
 * `auditor` everything. The names and their meaning are those of zizmor's documentation.
 */
export const PERSONAS = ['regular', 'pedantic', 'auditor'] as const;

/** See {@link PERSONAS}. */
export type Persona = (typeof PERSONAS)[number];

/** How a reference to a repository must be pinned. `ref`: any tag, branch or commit. */
export const PIN_POLICIES = ['hash-pin', 'ref-pin', 'any'] as const;

/** See {@link PIN_POLICIES}. */
export type PinPolicy = (typeof PIN_POLICIES)[number];

/** The settings of the rules of pipelines. What is absent asks for nothing. */
export interface PipelineSettings {
  /** Absent: `regular`. */
  readonly persona?: Persona;
  /** How actions must be pinned, by pattern; what no pattern matches needs a commit. */
  readonly pins?: readonly (readonly [RepositoryPattern, PinPolicy])[];
  /** Which actions may be used: only those, or all but those. */
  readonly uses?: {
    readonly mode: 'allow' | 'deny';
    readonly patterns: readonly RepositoryPattern[];
  };
  /** Least number of days that updates wait; absent: 7. */
  readonly cooldownDays?: number;
  /** Names of secrets, in lower case, that need no environment. */
  readonly secretsWithoutEnvironment?: ReadonlySet<string>;
  /** Severities of rules by alias. */
  readonly severities?: ReadonlyMap<string, Severity>;
  /** What a ledger knows of references; absent: nothing is known. */
  readonly references?: KnownReferences;
  /** The trust file, by which images are judged. */
  readonly trust?: TrustFile;
  /** Returns the bytes of another file of what is judged, by its path from the root; absent: no other file is known. */
  readonly read?: (path: string) => Uint8Array | undefined;
}

/** What was seen of repositories of actions. */
export interface KnownReferences {
  /** The commits that were seen under a tag or branch, by `owner/repository@ref` in lower case up to `@`. */
  commitsOf(repository: string, ref: string): readonly string[];
  /** The tags and branches under which a commit was seen. */
  refsOf(repository: string, commit: string): readonly string[];
  /** Whether anything was seen of a repository. */
  knows(repository: string): boolean;
}

/** Settings of a run without any. */
export const NO_SETTINGS: PipelineSettings = {};

/** Returns the policy for a reference: that of the most specific pattern. */
export function pinPolicy(uses: UsedRepository, { pins = [] }: PipelineSettings): PinPolicy {
  let best: { readonly rank: number; readonly policy: PinPolicy } | undefined;
  for (const [pattern, policy] of pins) {
    const rank = patternRank(pattern, uses);
    if (rank !== undefined && (best === undefined || rank > best.rank)) best = { rank, policy };
  }
  return best?.policy ?? 'hash-pin';
}
