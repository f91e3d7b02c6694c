/**
 * Decides whether the tree of a merge is the one that git makes of its parents by itself, so that
 * nothing was added to it.
 *
 * Source: git-merge-tree(1), `--write-tree`; gitrepository-layout(5), `objects/info/alternates`.
 * The merge is made in an empty temporary repository that borrows the objects: merge drivers are
 * programs, and the configuration of the repository and of the user could name some.
 */

import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import type { Context } from '../../core/base/context.ts';
import { runGit, type GitPlace } from '../../clients/git/git-command.ts';
import { gitFailure } from '../../clients/git/git-failure.ts';
import { createTemporaryRepository } from '../../clients/git/temporary-repository.ts';
import type { CommitObject } from './commit-object.ts';
import type { VerifiedRepository } from './repository.ts';

/** Compares merges; the caller closes it. */
export interface MergeComparison {
  /**
   * Returns why a merge of two parents is not the automatic one, as a clause; `undefined` if it is.
   */
  problemOf(merge: CommitObject): Promise<string | undefined>;
  close(): Promise<void>;
}

const WITHOUT_CONFIGURATION = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_ATTR_NOSYSTEM: '1',
};
const CONFLICT = 1;

/** Makes the temporary repository when the first merge is compared. */
export function compareMerges(repository: VerifiedRepository, context: Context): MergeComparison {
  let opened: ReturnType<typeof borrow> | undefined;
  return {
    async problemOf({ tree, parents }) {
      opened ??= borrow(repository, context);
      const { place } = await opened;
      const args = ['merge-tree', '--write-tree', '--no-messages', ...parents];
      const { code, text, stderr } = await runGit(args, place, context);
      if (code === CONFLICT) return 'its parents do not merge without a conflict';
      if (code !== 0) throw gitFailure({ code, stderr }, repository.top);
      return text.trim() === tree
        ? undefined
        : 'its content is not the automatic merge of its parents';
    },
    async close() {
      await (await opened)?.close();
    },
  };
}

async function borrow(
  { place, format, top }: VerifiedRepository,
  context: Context,
): Promise<Awaited<ReturnType<typeof createTemporaryRepository>>> {
  const env = { ...place.env, ...WITHOUT_CONFIGURATION };
  const made = await createTemporaryRepository({ url: top, env, format }, context);
  try {
    const objects = await objectDirectories(place, context, top);
    const [own = ''] = made.place.at;
    const folder = own.replace(/^--git-dir=/u, '');
    await writeFile(join(folder, 'objects/info/alternates'), `${objects.join('\n')}\n`);
    return made;
  } catch (error) {
    await made.close();
    throw error;
  }
}

/**
 * While a push is received, git names the quarantined objects and those of the repository in
 * variables.
 */
async function objectDirectories(
  place: GitPlace,
  context: Context,
  top: string,
): Promise<readonly string[]> {
  const args = ['rev-parse', '--path-format=absolute', '--git-path', 'objects'];
  const own = await runGit(args, place, context);
  if (own.code !== 0) throw gitFailure(own, top);
  const more =
    place.isReceiving === true ? place.env['GIT_ALTERNATE_OBJECT_DIRECTORIES'] : undefined;
  const borrowed = (more ?? '').split(':').filter((path) => path !== '');
  return [own.text.replace(/\n$/u, ''), ...borrowed.map((path) => resolve(top, path))];
}
