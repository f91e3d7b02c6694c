/** The files of a project, read so that no symlink leads out of the target. */

import { lstat } from 'node:fs/promises';
import { join } from 'node:path';

import { readBoundedFile } from '../../core/base/bounded-file.ts';
import { AssayError, errorMessage } from '../../core/base/errors.ts';
import { isMissing } from '../../core/base/exists.ts';

/** A file of the project. */
export interface ProjectFile {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The largest lockfiles that are known have some 20 MB. */
const MAX_FILE_BYTES = 128 * 1024 * 1024;

/** Joins parts of a path, of which any can be empty. */
export function pathIn(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('/');
}

/**
 * Reads a file of the project; `undefined` if it does not exist. @throws AssayError `USAGE` if it
 * cannot be read
 */
export async function readProjectFileIfThere(
  root: string,
  path: string,
): Promise<ProjectFile | undefined> {
  const isThere = await lstat(join(root, path)).then(
    () => true,
    (error: unknown) => {
      if (isMissing(error)) return false;
      throw error;
    },
  );
  return isThere ? readProjectFile(root, path) : undefined;
}

/** Reads a file of the project. @throws AssayError `USAGE` if it cannot be read */
export async function readProjectFile(root: string, path: string): Promise<ProjectFile> {
  try {
    return {
      path,
      bytes: await readBoundedFile(join(root, path), { maxBytes: MAX_FILE_BYTES, within: root }),
    };
  } catch (error) {
    throw new AssayError('USAGE', `"${path}" cannot be read: ${errorMessage(error)}`, {
      hint: 'A project is fixed with its manifest and its lockfile; restore the file, or leave out its directory with --skip-dirs.',
      cause: error,
    });
  }
}
