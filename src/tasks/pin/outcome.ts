/**
 * The result of `assay pin`, as plain data: tables, JSON, SARIF and annotations are written from
 * it.
 */

import type { Severity } from '../../core/model/advisory/advisory.ts';
import type { ReferenceKind } from './finder.ts';
import type { ObstacleId } from './obstacles.ts';
import type { ResolutionNote } from './resolvers.ts';

/**
 * The result for a reference.
 *
 * - `pinned`: it has a digest or commit already, and stays.
 * - `mutable`: it has none. Only `--check` leaves it at that.
 * - `pin`, `update`: a digest is written, or a newer one.
 * - `waiting`: a newer digest exists, which is not old enough for `--min-age`.
 * - `rejected`: a newer digest exists, which the gate does not accept.
 * - `blocked`: the place cannot carry a digest; see {@link ReferenceRow.obstacle}.
 * - `exempt`: an inline comment exempts it, with a reason.
 * - `excluded`: `--exclude` leaves it out.
 * - `unresolved`: no registry, repository or index answered. `refused`: the answer cannot be
 *   trusted.
 */
export type ReferenceState =
  | 'pinned'
  | 'mutable'
  | 'pin'
  | 'update'
  | 'waiting'
  | 'rejected'
  | 'blocked'
  | 'exempt'
  | 'excluded'
  | 'unresolved'
  | 'refused';

/** A reference of a file and what becomes of it. */
export interface ReferenceRow {
  /** Relative to the root, with `/` between its parts. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly kind: ReferenceKind;
  /** The place in the file for people. */
  readonly where: string;
  /** The value in the file. */
  readonly value: string;
  readonly state: ReferenceState;
  /** The new value, of `pin`, `update`, `waiting` and `rejected`. */
  readonly pinned?: string;
  /** The most specific version of the commit. */
  readonly version?: string;
  /** Reason why it cannot be pinned; only for `blocked`. */
  readonly obstacle?: ObstacleId;
  /** Reason for this state, as a sentence without a period at its end. */
  readonly reason?: string;
  /** The advice: a sentence. */
  readonly advice?: string;
  readonly notes: readonly ResolutionNote[];
  /** The new findings of a rejected digest. */
  readonly findings?: readonly RejectedFinding[];
}

/** Returns whether a reference gets a new value. */
export function isWritten({ state }: Pick<ReferenceRow, 'state'>): boolean {
  return state === 'pin' || state === 'update';
}

/** A finding that a newer digest brings and the gate does not accept. */
export interface RejectedFinding {
  /** The id, as in `CVE-2024-1234`. */
  readonly name: string;
  readonly severity: Severity;
  readonly package: string;
  readonly version: string;
  readonly fixedVersions: readonly string[];
}

/** A file that has references to write. */
export interface FileRow {
  readonly path: string;
  /** `changes`: it would change. `changed`: it was written. `failed`: it was left as it was. */
  readonly state: 'changes' | 'changed' | 'failed';
  /** Number of references that are written. */
  readonly referenceCount: number;
  /** Reason for leaving it unchanged. */
  readonly message?: string;
}

/** Something that could not be read. */
export interface ReadingFailure {
  readonly path: string;
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}

/** Parts of the target that were not searched. */
export interface LeftOut {
  /**
   * Directories of installed packages, version control and vendored code, in the order of the walk.
   */
  readonly directories: readonly string[];
  /** Paths that `--exclude` leaves out. */
  readonly excluded: readonly string[];
  /** Symlinks with names of files that contain references. */
  readonly symlinks: readonly string[];
}

/** The result of `assay pin`. */
export interface PinOutcome {
  /** The target as the user named it. */
  readonly target: string;
  /**
   * The directory that paths are relative to, as the user named it: the target, or the directory of
   * a file.
   */
  readonly folder: string;
  readonly mode: PinMode;
  readonly isUpdate: boolean;
  /** Number of files that were read. */
  readonly fileCount: number;
  /** In the order of paths and places. */
  readonly references: readonly ReferenceRow[];
  readonly files: readonly FileRow[];
  readonly failures: readonly ReadingFailure[];
  readonly leftOut: LeftOut;
  /** All changes as one unified diff; empty if nothing changes. */
  readonly diff: string;
  /** Remarks on the run as a whole, for people. */
  readonly notices: readonly string[];
}

/** `show` writes nothing, `apply` writes files, `check` uses no network. */
export type PinMode = 'show' | 'apply' | 'check';
