/** Existence checks of local paths. */

import { stat } from 'node:fs/promises';

import { errnoOf } from './errors.ts';

/**
 * Returns whether an error of the file system means that nothing is at the path, or that its parent
 * is not a directory.
 */
export function isMissing(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === 'ENOENT' || errno === 'ENOTDIR';
}

/**
 * Returns whether something is at a path, links followed. A path that may not be looked at counts:
 * reading it reports why.
 */
export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    return !isMissing(error);
  }
}
