/**
 * The commits that branches and tags of a repository elsewhere reach.
 *
 * That a server gives a commit by its id proves nothing: servers that keep forks in one store give
 * commits of all of them under each name. So only branches and tags are fetched, and a commit
 * belongs to the repository if it is among what came.
 *
 * Source: git-fetch(1), `--filter`; git-rev-list(1), `tree:0`: commits and tags come without their
 * files where the server can leave them out.
 */

import type { Context } from '../../core/base/context.ts';
import type { Environment } from '../../core/model/artifact/environment.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { runGit, type GitPlace } from './git-command.ts';
import { gitFailure } from './git-failure.ts';
import { refuseOffline } from './remote-refs.ts';
import { createTemporaryRepository } from './temporary-repository.ts';

/**
 * The fetched objects of a repository; usable until the work that they were fetched for has ended.
 */
export interface RemoteHistory {
  /** The type of an object; `undefined` if no branch or tag reaches it. */
  typeOf(id: string): Promise<string | undefined>;
  /**
   * Returns whether a branch, or a tag, reaches a commit that {@link RemoteHistory.typeOf} knows.
   */
  isReached(commit: string, by: 'branches' | 'tags'): Promise<boolean>;
}

const BRANCHES = 'refs/assay/heads';
const TAGS = 'refs/assay/tags';
/** The largest public histories have 1 GB without their files. */
const MAX_HISTORY_BYTES = 4 * 1024 ** 3;
/** Commits without trees, then with the tree at their top. */
const FILTERS = ['tree:0', 'tree:1'];
const INCOMPLETE = /did not send all necessary objects/u;
const TYPES: ReadonlySet<string> = new Set(['commit', 'tag', 'tree', 'blob']);

/**
 * Fetches the history of a repository into a temporary one, which is removed when `work` has ended.
 *
 * @throws AssayError `OFFLINE`, `NOT_FOUND`, `ACCESS_DENIED`, `NETWORK`, `LIMIT_EXCEEDED`, and what
 * `work` throws
 */
export async function withRemoteHistory<T>(
  source: { readonly url: string; readonly env: Environment },
  context: Context,
  work: (history: RemoteHistory) => Promise<T>,
): Promise<T> {
  const { url } = source;
  refuseOffline(url, context);
  const { place, close } = await createTemporaryRepository(source, context);
  try {
    await fetchHistory(url, place, context);
    return await work(historyAt(place, url, context));
  } finally {
    await close();
  }
}

/**
 * A tag that names a tree itself does not come by the first filter, and git refuses the whole
 * answer then.
 */
async function fetchHistory(url: string, place: GitPlace, context: Context): Promise<void> {
  const refs = [`+refs/heads/*:${BRANCHES}/*`, `+refs/tags/*:${TAGS}/*`];
  const { limits } = context;
  const maxUnpackedBytes = Math.min(limits.maxUnpackedBytes, MAX_HISTORY_BYTES);
  const bounded = { ...context, limits: { ...limits, maxUnpackedBytes } };
  for (const filter of FILTERS) {
    const args = [`--filter=${filter}`, '--no-tags', '--', url, ...refs];
    const end = await boundedFetch(args, place, bounded);
    if (end.code === 0) return;
    if (filter === FILTERS.at(-1) || !INCOMPLETE.test(end.stderr)) throw gitFailure(end, url);
  }
}

function historyAt(place: GitPlace, url: string, context: Context): RemoteHistory {
  return {
    async typeOf(id) {
      const { code, text } = await runGit(['cat-file', '-t', id], place, context);
      const type = text.trim();
      return code === 0 && TYPES.has(type) ? type : undefined;
    },
    async isReached(commit, by) {
      const refs = by === 'branches' ? BRANCHES : TAGS;
      const args = ['for-each-ref', '--count=1', `--contains=${commit}`, '--format=1', refs];
      const end = await runGit(args, place, context);
      if (end.code !== 0) throw gitFailure(end, url);
      return end.text.trim() !== '';
    },
  };
}
