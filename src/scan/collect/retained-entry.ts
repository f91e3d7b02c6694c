/** What is retained of an archive's entries. */

import type { Digest } from '../../core/model/artifact/artifact.ts';

/** A directory or a link. */
export type RetainedEntry =
  | { readonly kind: 'directory' }
  | { readonly kind: 'link'; readonly target: string; readonly isHard: boolean };

/** The directory of a file, and the hashes of its path. */
export interface PathHashParts {
  /** The absolute path of the directory, `''` for the root. */
  readonly folder: string;
  /** The `hashPath` of the directory with a slash at its end. */
  readonly folderHash: number;
  /** The `hashBaseName` of the file. */
  readonly nameHash: number;
}

/** A file whose body was read. */
export interface RetainedFile {
  readonly number: number;
  readonly path: string;
  readonly mode: number;
  readonly isExecutable: boolean;
  readonly setBody: (sizeBytes: number, digests: readonly Digest[]) => void;
}
