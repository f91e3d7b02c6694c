/**
 * Paths that a file names, as files of the directory that is read. Nothing outside of it is read.
 */

import { realpathSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';

import { systemCode } from './system-code.ts';

const OUTSIDE = /^\.\.(?:\/|$)/u;

/**
 * Returns the path of a file below the root, without symlinks; or why there is none, as the end of
 * a sentence.
 */
export function pathInRoot(
  root: string,
  path: string,
): { readonly path: string } | { readonly path?: undefined; readonly problem: string } {
  if (posix.isAbsolute(path) || OUTSIDE.test(path))
    return { problem: 'is outside of the directory' };
  if (path.includes('\0')) return { problem: 'is not a valid path' };
  try {
    const real = relative(root, realpathSync(join(root, path))).replaceAll(sep, '/');
    return OUTSIDE.test(real) ? { problem: 'leads out of the directory' } : { path: real };
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return { problem: 'is not there' };
  }
}
