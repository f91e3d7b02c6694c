/**
 * Asks repositories of actions by git which branches and tags they have, and whether these reach
 * the commits that are used. A repository whose history has every asked commit at the end of a
 * branch or a tag is not fetched.
 */

import type { Context } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import { inParallel } from '../../../core/base/parallel.ts';
import type { RepositoryFacts } from '../../../rules/detect/pipeline/settings.ts';
import { isCommit } from '../../../rules/detect/pipeline/uses.ts';
import { withRemoteHistory } from '../../../clients/git/remote-history.ts';
import { listRemoteRefs, type RemoteRefs } from '../../../clients/git/remote-refs.ts';
import type { Environment } from '../../../core/model/artifact/environment.ts';
import type { UsedActions } from './used-actions.ts';

/** Where repositories are. */
export interface ActionHost {
  /** As in `https://github.com`. */
  readonly actionsUrl: string;
  readonly env: Environment;
}

/** Answers, and why others are missing. */
export interface AskedRepositories {
  readonly facts: ReadonlyMap<string, RepositoryFacts>;
  /** Sentences without a period, one for each repository without an answer. */
  readonly failures: readonly string[];
}

/** Repositories that are asked at the same time. */
const AT_ONCE = 4;
/** Repositories that are asked at all; large projects use some fifty. */
const MAX_REPOSITORIES = 500;

/**
 * Asks all repositories. One that does not answer is a failure; an interrupted run throws. @throws
 * AssayError `INTERRUPTED`
 */
export async function askRepositories(
  used: UsedActions,
  host: ActionHost,
  context: Context,
): Promise<AskedRepositories> {
  const facts = new Map<string, RepositoryFacts>();
  const failures: string[] = [];
  const more = used.size - MAX_REPOSITORIES;
  if (more > 0) failures.push(`${more} of ${used.size} repositories are not asked`);
  await inParallel(AT_ONCE, [...used].slice(0, MAX_REPOSITORIES), async ([repository, refs]) => {
    context.progress({ kind: 'phase', name: `asking ${repository}` });
    try {
      facts.set(repository, await ask(repository, refs, { host, context }));
    } catch (error) {
      if (!(error instanceof AssayError) || error.code === 'INTERRUPTED') throw error;
      failures.push(`${repository} gives no answer: ${error.message}`);
    }
  });
  return { facts, failures: failures.sort() };
}

async function ask(
  repository: string,
  used: readonly string[],
  { host: { actionsUrl, env }, context }: { readonly host: ActionHost; readonly context: Context },
): Promise<RepositoryFacts> {
  const url = `${actionsUrl.replace(/\/+$/u, '')}/${repository}`;
  const refs = await listRemoteRefs(url, env, context);
  const commits = used.filter(isCommit).map((one) => one.toLowerCase());
  const ends = endsOf(refs);
  const reached = new Map(commits.filter((one) => ends.has(one)).map((one) => [one, true]));
  const open = commits.filter((one) => !ends.has(one));
  if (open.length > 0) {
    await withRemoteHistory({ url, env }, context, async (history) => {
      for (const commit of open) {
        const type = await history.typeOf(commit);
        const isReached =
          type === 'commit' &&
          ((await history.isReached(commit, 'branches')) ||
            (await history.isReached(commit, 'tags')));
        reached.set(commit, isReached);
      }
    });
  }
  return {
    source: 'git',
    tags: new Map([...refs.tags].map(([tag, { target }]) => [tag, [target]])),
    branches: refs.branches,
    reached,
  };
}

function endsOf({ branches, tags }: RemoteRefs): ReadonlySet<string> {
  return new Set([...branches.values(), ...[...tags.values()].map(({ target }) => target)]);
}
