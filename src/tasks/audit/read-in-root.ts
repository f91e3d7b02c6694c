/** Reads further files of the directory that is audited, such as called workflows. */

import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';

import { systemCode } from '../../core/base/system-code.ts';

/** Files that people write are smaller. */
const MAX_BYTES = 4 << 20;

/**
 * Returns a function that reads a file by its path from the root, as in `/.github/workflows/a.yml`.
 * It returns `undefined` for what is no regular file, larger than 4 MiB, or outside of the root,
 * also by way of symlinks.
 */
export function readerOf(root: string): (path: string) => Uint8Array | undefined {
  let realRoot: string | undefined;
  return (path) => {
    try {
      realRoot ??= realpathSync(root);
      const real = realpathSync(join(root, path));
      if (!real.startsWith(realRoot.endsWith(sep) ? realRoot : `${realRoot}${sep}`))
        return undefined;
      const found = statSync(real);
      return found.isFile() && found.size <= MAX_BYTES ? readFileSync(real) : undefined;
    } catch (error) {
      if (systemCode(error) === undefined) throw error;
      return undefined;
    }
  };
}
