/**
 * Symlinks with the name of a known format. A check reports those that lead to a file that was not
 * read.
 */

import { realpathSync } from 'node:fs';
import { join } from 'node:path';

import { systemCode } from '../../core/base/system-code.ts';
import type { CollectedFiles } from './collect-files.ts';
import type { ReadingFailure } from './outcome.ts';

/**
 * Returns the symlinks that lead to a file that no reader of their format has read. One that leads
 * nowhere hides nothing.
 */
export function unreadSymlinks({
  root,
  files,
  symlinks,
}: CollectedFiles): readonly ReadingFailure[] {
  if (symlinks.length === 0) return [];
  const read = new Map(files.map(({ path, finders }) => [join(root, path), finders]));
  return symlinks.flatMap(({ path, finders }) => {
    const target = targetOf(join(root, path));
    if (target === undefined) return [];
    const readers = read.get(target);
    if (readers !== undefined && finders.every((row) => readers.includes(row))) return [];
    const message =
      'it is a symlink to a file that is not read; name that file, or exclude the link';
    return [{ path, message }];
  });
}

function targetOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}
