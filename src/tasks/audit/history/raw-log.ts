/**
 * The changes of all commits, as git lists them without contents.
 *
 * Source: git-log(1), "Raw output format" with `-z`, and "Diff format for merges" (`-c`): a merge
 * has the paths that differ from all of its parents.
 */

import type { Context } from '../../../core/base/context.ts';
import { runGit, type GitPlace } from '../../../clients/git/git-command.ts';
import { gitTokens } from '../../../clients/git/git-output.ts';

/** A commit of the history. */
export interface HistoryCommit {
  readonly id: string;
  readonly firstParent: string | undefined;
  /** Seconds since 1970. */
  readonly authoredAt: number;
  readonly author: string;
}

/** A file that a commit adds, changes or removes. */
export interface HistoryChange {
  readonly commit: HistoryCommit;
  readonly path: string;
  /** Absent: the commit removes the file. */
  readonly blob?: string;
  /** Blobs that the commit replaces or removes, one for each parent that has the file. */
  readonly before: readonly string[];
}

const FORMAT = '%x02%H%x01%P%x01%at%x01%an';
const HEADER =
  /^\n?\u0002(?<id>[0-9a-f]{40,64})\u0001(?<parents>[0-9a-f ]*)\u0001(?<at>\d+)\u0001(?<author>[^]*)$/u;
/** Modes of files and symlinks; a submodule has 160000. */
const FILE_MODE = /^(?:100|120)\d{3}$/u;
const ZERO = /^0+$/u;

/**
 * Yields the changes of all commits that a ref or HEAD reaches, parents first. Paths are relative
 * to the directory of the place.
 *
 * @throws AssayError `DAMAGED` if git fails
 */
export async function* historyChanges(
  place: GitPlace,
  context: Context,
): AsyncGenerator<HistoryCommit | HistoryChange> {
  const head = await runGit(['rev-parse', '-q', '--verify', 'HEAD^{commit}'], place, context);
  const refs = head.code === 0 ? ['--all', 'HEAD'] : ['--all'];
  const shape = [
    '-c',
    '--raw',
    '--no-abbrev',
    '--no-renames',
    '--root',
    '-z',
    `--format=${FORMAT}`,
  ];
  const order = ['--topo-order', '--reverse', '--relative', '--no-ext-diff', '--no-show-signature'];
  let commit: HistoryCommit | undefined;
  let raw: string | undefined;
  for await (const token of gitTokens(['log', ...refs, ...order, ...shape, '--'], place, context)) {
    if (raw !== undefined && commit !== undefined) {
      const change = changeOf(raw, token, commit);
      raw = undefined;
      if (change !== undefined) yield change;
      continue;
    }
    const groups = HEADER.exec(token)?.groups;
    if (groups !== undefined) {
      const [firstParent] = (groups['parents'] ?? '').split(' ').filter((id) => id !== '');
      commit = {
        id: groups['id'] ?? '',
        firstParent,
        authoredAt: Number(groups['at']),
        author: groups['author'] ?? '',
      };
      yield commit;
    } else if (/^\n?:/u.test(token)) raw = token.replace(/^\n/u, '');
  }
}

/** `:MODE MODE ID ID STATUS`; of a merge one mode and id more for each further parent. */
function changeOf(raw: string, path: string, commit: HistoryCommit): HistoryChange | undefined {
  const parents = /^:+/u.exec(raw)?.[0].length ?? 1;
  const words = raw.slice(parents).split(' ');
  const modes = words.slice(0, parents + 1);
  const ids = words.slice(parents + 1, 2 * parents + 2);
  const [mode = '', blob = ''] = [modes.at(-1), ids.at(-1)];
  const before = ids
    .slice(0, -1)
    .filter((id, index) => !ZERO.test(id) && FILE_MODE.test(modes[index] ?? ''));
  const isThere = FILE_MODE.test(mode) && !ZERO.test(blob);
  if (!isThere && before.length === 0) return undefined;
  return { commit, path, before, ...(isThere && { blob }) };
}
