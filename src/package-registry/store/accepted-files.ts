/**
 * Stored files that were accepted for a package. A file is found by its digest, so that a registry
 * could name that of another package's file, which was inspected for that one.
 */

import type { Digest } from '../../core/model/artifact/artifact.ts';
import type { StoredContent } from './content-store.ts';
import { refuseOtherFile } from './file-digests.ts';

/** Files of packages that were accepted by this process. */
export interface AcceptedFiles {
  /**
   * Accepts a stored file, once for each package and its digests. @throws AssayError
   * `CONTENT_MISMATCH`, and what `inspect` throws
   */
  accept(
    content: StoredContent,
    of: FileOfPackage,
    inspect: () => Promise<void>,
  ): Promise<StoredContent>;
  /** Records a file that was compared and inspected when it was stored. */
  remember(content: StoredContent, of: FileOfPackage): void;
}

/** The file of a package. `id` names it. */
export interface FileOfPackage {
  readonly id: string;
  readonly digests: readonly Digest[];
}

const MAX_ACCEPTED = 50_000;

/** Knows nothing at first. */
export function createAcceptedFiles(): AcceptedFiles {
  const accepted = new Map<string, Accepted>();
  const isAccepted = ({ sha512 }: StoredContent, { id, digests }: FileOfPackage): boolean => {
    const known = accepted.get(id);
    return known?.sha512 === sha512 && isSame(known.digests, digests);
  };
  const remember = ({ sha512 }: StoredContent, { id, digests }: FileOfPackage): void => {
    if (accepted.size >= MAX_ACCEPTED) accepted.clear();
    accepted.set(id, { sha512, digests });
  };
  return {
    accept: async (content, of, inspect) => {
      if (isAccepted(content, of)) return content;
      await refuseOtherFile(content, of.digests);
      await inspect();
      remember(content, of);
      return content;
    },
    remember,
  };
}

/** What was accepted for a name. */
interface Accepted extends Pick<FileOfPackage, 'digests'> {
  readonly sha512: string;
}

function isSame(a: readonly Digest[], b: readonly Digest[]): boolean {
  return a === b || (a.length === b.length && a.every((digest, at) => digest === b[at]));
}
