/**
 * The contract of resolvers: each finds out what a reference of one kind names now. A resolver
 * returns a problem for everything that concerns one reference, so that the others are still
 * resolved; it throws only if the run is interrupted.
 */

import type { Context } from '../../core/base/context.ts';
import type { RegistryOptions } from '../../clients/oci/index.ts';
import type { ReferenceKind } from './finder.ts';

/** A reference that is to be resolved. Equal questions are asked once. */
export interface ReferenceQuestion {
  readonly kind: ReferenceKind;
  /** The value, see `FoundReference.value`; may contain a digest or a commit already. */
  readonly value: string;
  /** The version that a comment names beside a commit. */
  readonly version?: string;
  /** `--platform`, or the platform that the file asks for where its pin is one of a platform. */
  readonly platform?: string;
  /**
   * `pin`: what the tag or version that is written names now; a value with a digest is checked.
   * `update`: what the newest tag of the same major version names now, whatever digest is written;
   * of a requirement, all files of the version.
   */
  readonly mode: 'pin' | 'update';
  /** Tags that are not taken, because they are not old enough; only in the mode `update`. */
  readonly tooYoung?: readonly string[];
  /**
   * Only the digest can be written at the place, so that the tag stays; only in the mode `update`.
   */
  readonly keepsTag?: boolean;
}

/** The options of resolvers beside the context. */
export interface ResolverOptions {
  readonly registry: RegistryOptions;
  /** `--branch-only`: a commit that only a tag reaches is refused. */
  readonly isBranchOnly: boolean;
  /** Base address of the repositories of actions, as in `https://github.com`. */
  readonly actionsUrl: string;
  /** Environment and working directory for package configuration and git. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** Resolves the references of one kind. */
export interface Resolver {
  resolve(question: ReferenceQuestion, context: Context): Promise<ResolutionResult>;
}

/** Makes the resolver of a kind for one run. Connections and answers are shared within the run. */
export type MakeResolver = (options: ResolverOptions, context: Context) => Resolver;

/** A resolved reference, or why it is not resolved. */
export type ResolutionResult =
  ({ readonly ok: true } & Resolution) | ({ readonly ok: false } & ResolutionProblem);

/** The current target of a reference. */
export interface Resolution {
  /**
   * The whole new value: `name:tag@sha256:…`, `owner/repository@COMMIT`,
   * `name==1.2 --hash=sha256:…`.
   */
  readonly pinned: string;
  /** The digest or commit alone; several hashes of a requirement are separated by a space. */
  readonly digest: string;
  /** The most specific tag of the commit; of an image, a newer tag than the one that is written. */
  readonly version?: string;
  /**
   * Key of the reference in the ledger, without the digest: `image docker.io/library/debian:12`.
   */
  readonly ledgerKey?: string;
  /** The origin of the answer: a registry or a repository. */
  readonly source?: string;
  readonly notes: readonly ResolutionNote[];
}

/** A remark on a resolved reference, for people. */
export interface ResolutionNote {
  readonly id: NoteId;
  /** A sentence without a period at its end. */
  readonly message: string;
}

/**
 * `unqualified`: the name has no registry, and the message names the one that answered. `tag-only`:
 * only a tag reaches the commit. `lying-comment`: the comment names another version than the commit
 * has. `moved`: the tag names something else than the pinned digest. `gone`: the registry no longer
 * has the pinned digest. `incomplete`: hashes of some files only. `unlisted`: the registry does not
 * list its tags, so that only the digest of the present tag is known.
 */
export type NoteId =
  | 'unqualified'
  | 'tag-only'
  | 'lying-comment'
  | 'moved'
  | 'gone'
  | 'platform-digest'
  | 'incomplete'
  | 'unlisted';

/** The reason for an unresolved reference. */
export interface ResolutionProblem {
  /**
   * `unresolved`: no answer (registry down, tag gone, login refused). `refused`: the answer cannot
   * be trusted.
   */
  readonly status: 'unresolved' | 'refused';
  /**
   * Stable id: `not-found`, `denied`, `network`, `impostor-commit`, `ambiguous-ref`, `tag-object`,
   * `tag-only` ...
   */
  readonly id: string;
  /** The failure, with the value. */
  readonly message: string;
  /** The advice: a sentence. */
  readonly advice: string;
}
