/** Fetching from another repository, with a bound on what it may send. */

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import { startGit, type GitExit, type GitPlace } from './git-command.ts';

const SIZE_CHECK_MS = 1000;

/**
 * Runs `git fetch` with these arguments in a bare repository whose place is `--git-dir=DIRECTORY`.
 *
 * @throws AssayError `LIMIT_EXCEEDED` if more arrives than a scan may unpack
 */
export async function boundedFetch(
  args: readonly string[],
  place: GitPlace,
  context: Context,
): Promise<GitExit> {
  const git = startGit(['fetch', '--quiet', '--no-recurse-submodules', ...args], place, context);
  git.stdin.end();
  git.stdout.resume();
  const folder = place.at[0]?.slice('--git-dir='.length) ?? '';
  const bound = context.limits.maxUnpackedBytes;
  const found = { isTooLarge: false };
  const timer = setInterval(() => {
    found.isTooLarge = packedBytes(join(folder, 'objects/pack')) > bound;
    if (found.isTooLarge) git.stop();
  }, SIZE_CHECK_MS);
  try {
    const end = await git.end;
    if (found.isTooLarge) {
      throw new AssayError('LIMIT_EXCEEDED', `the repository has more than ${bound} bytes`);
    }
    return end;
  } finally {
    clearInterval(timer);
  }
}

function packedBytes(folder: string): number {
  let sum = 0;
  for (const name of readdirSync(folder)) {
    sum += statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return sum;
}
