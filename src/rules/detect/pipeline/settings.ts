/** What users say about the rules of pipelines, and what is known of the references in them. */

import type { Severity } from '../../../core/model/advisory/advisory.ts';
import type { TrustFile } from '../../../trust/trust-file/trust-file.ts';
import type { Persona } from '../persona.ts';
import { patternRank, type RepositoryPattern } from './repository-pattern.ts';
import type { UsedRepository } from './uses.ts';

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
  /** What git or a ledger knows of references; absent: nothing is known. */
  readonly references?: KnownReferences;
  /**
   * The digests that a ledger has recorded last, by image, as in `docker.io/library/debian:13`;
   * absent: none.
   */
  readonly images?: ReadonlyMap<string, string>;
  /** The trust file, by which images are judged. */
  readonly trust?: TrustFile;
  /**
   * Returns the bytes of another file of what is judged, by its path from the root; absent: no
   * other file is known.
   */
  readonly read?: (path: string) => Uint8Array | undefined;
}

/**
 * What is known of the repository of an action. All of it is data, because it is a part of the key
 * of cached results.
 */
export interface RepositoryFacts {
  /**
   * `git`: the repository was asked, and all its tags and branches are known. `ledger`: only what
   * the ledger has seen.
   */
  readonly source: 'git' | 'ledger';
  /** The commits that a tag names, or has named. */
  readonly tags: ReadonlyMap<string, readonly string[]>;
  /** The names of branches. */
  readonly branches: ReadonlyMap<string, string>;
  /**
   * The commit that the ledger expects under a name, and for one that may move the commit that it
   * has seen last.
   */
  readonly pins?: ReadonlyMap<string, string>;
  /** Whether a branch or a tag reaches a commit; a commit that was not asked for is absent. */
  readonly reached: ReadonlyMap<string, boolean>;
}

/** What is known of repositories of actions, by `owner/repository` in lower case. */
export type KnownReferences = ReadonlyMap<string, RepositoryFacts>;

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
