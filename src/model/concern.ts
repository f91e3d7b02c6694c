/** Whether what an advisory says of a package's name is about that very build of it. */

import type { Affected } from './advisory.ts';
import { isOfStream, MODULES } from './module-stream.ts';
import type { Package } from './package.ts';

/**
 * `false` for an entry of another architecture or vendor, which is told only where both sides say which, and of another
 * module stream; see {@link isOfStream}.
 */
export function mayConcern(entry: Affected, pkg: Package): boolean {
  if (isOfStream(entry, pkg) === false) return false;
  for (const [key, value] of entry.qualifiers ?? []) {
    if (key === MODULES) continue;
    const own = pkg.qualifiers.get(key);
    if (own !== undefined && own !== value) return false;
  }
  return true;
}
