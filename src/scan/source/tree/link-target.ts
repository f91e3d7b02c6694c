/** Resolution of the target of a symbolic link to a directory. */

import { posix } from 'node:path';

import { directoryOf, leavesRoot } from '../../../core/base/artifact-path.ts';
import { formatOutsideTarget } from '../../../core/model/artifact/outside-link.ts';

/**
 * Returns the target as it is recorded. A target inside `root` counts from there; any other is
 * marked as outside. Directories on the way that are links themselves are not followed: the merged
 * root does that.
 *
 * @param path of the link, absolute within the root
 * @param root absolute path of the directory; absent for a tree without a place on the disk, as
 * that of a commit
 */
export function linkTarget(path: string, target: string, root?: string): string {
  const base = root === undefined || root === '/' ? '' : root;
  const isAbsolute = target.startsWith('/');
  if (isAbsolute && root === undefined) return formatOutsideTarget(target);
  if (!isAbsolute && !leavesRoot(`${directoryOf(path)}/${target}`)) return target;
  if (root === undefined) return formatOutsideTarget(target);
  const resolved = isAbsolute
    ? posix.normalize(target)
    : posix.resolve(base + posix.dirname(path), target);
  if (base === '') return resolved;
  if (resolved === base) return '/';
  return resolved.startsWith(`${base}/`)
    ? resolved.slice(base.length)
    : formatOutsideTarget(resolved);
}
