/** Writes the files of keys: none is overwritten, and only their owner reads private ones. */

import { existsSync } from 'node:fs';
import { open, unlink } from 'node:fs/promises';

import { AssayError, errnoOf, errorMessage } from '../../core/base/errors.ts';

/** Only the owner reads and writes. */
const PRIVATE_MODE = 0o600;
const PUBLIC_MODE = 0o644;

/** A file to write. */
export interface NewFile {
  /** Absolute. */
  readonly path: string;
  /** The path as the user wrote it, for messages. */
  readonly name: string;
  readonly content: string;
  readonly isPrivate: boolean;
}

/**
 * Refuses names that are taken. {@link writeKeyFiles} does so again when it writes; this one comes
 * before a password is asked.
 *
 * @throws AssayError `USAGE`
 */
export function refuseTaken(files: readonly Pick<NewFile, 'path' | 'name'>[]): void {
  const taken = files.find(({ path }) => existsSync(path));
  if (taken !== undefined) throw isTaken(taken.name);
}

/**
 * Writes files, all or none.
 *
 * @throws AssayError `USAGE` if one is there, `ACCESS_DENIED` if one cannot be written
 */
export async function writeKeyFiles(files: readonly NewFile[]): Promise<void> {
  const written: string[] = [];
  try {
    for (const file of files) {
      await writeNew(file, written);
    }
  } catch (error) {
    for (const path of written) await unlink(path).catch(() => undefined);
    throw error;
  }
}

async function writeNew(file: NewFile, written: string[]): Promise<void> {
  const { path, name, content, isPrivate } = file;
  const mode = isPrivate ? PRIVATE_MODE : PUBLIC_MODE;
  try {
    // Exclusive: neither a file nor a symlink is followed or truncated.
    const handle = await open(path, 'wx', mode);
    written.push(path);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') throw isTaken(name, error);
    throw new AssayError('ACCESS_DENIED', `cannot write "${name}": ${errorMessage(error)}`, {
      hint: 'Name a file in a directory that can be written to.',
      cause: error,
    });
  }
}

function isTaken(name: string, cause?: unknown): AssayError {
  return new AssayError('USAGE', `"${name}" exists, and no key is overwritten`, {
    hint: 'Choose another name, or move the file away first.',
    cause,
  });
}
