/** The refs that contain a file now, and its blob there. */

import type { Context } from '../../../core/base/context.ts';
import { appendTo } from '../../../core/base/maps.ts';
import { runGit, startGit, type GitPlace } from '../../../clients/git/git-command.ts';
import { gitLines } from '../../../clients/git/git-output.ts';

/** A file at the tip of a ref. */
interface TipFile {
  readonly commit: string;
  readonly blob: string;
  readonly isHead: boolean;
}

/** More questions are not asked: the last commit is then that of the last change. */
const MAX_QUESTIONS = 500_000;

/** Returns the files with some paths at the tips of all refs and of HEAD, which comes first. */
export async function tipsWith(
  paths: readonly string[],
  place: GitPlace,
  context: Context,
): Promise<ReadonlyMap<string, readonly TipFile[]>> {
  const wanted = [...new Set(paths)].filter((path) => !path.includes('\n'));
  if (wanted.length === 0) return new Map();
  const { tips, head } = await tipCommits(place, context);
  const found = new Map<string, TipFile[]>();
  if (wanted.length * tips.length > MAX_QUESTIONS) return found;
  const { text: prefix } = await runGit(['rev-parse', '--show-prefix'], place, context);
  const questions = wanted.flatMap((path) => tips.map((commit) => ({ path, commit })));
  const git = startGit(['cat-file', '--batch-check=%(objectname) %(objecttype)'], place, context);
  git.stdin.end(
    questions.map(({ path, commit }) => `${commit}:${prefix.trim()}${path}\n`).join(''),
  );
  git.stdout.setEncoding('utf8');
  let answers = '';
  for await (const piece of git.stdout as AsyncIterable<string>) answers += piece;
  await git.end;
  for (const [index, line] of answers.split('\n').entries()) {
    const question = questions[index];
    const [blob = '', type] = line.split(' ');
    if (question === undefined || type !== 'blob') continue;
    const { path, commit } = question;
    appendTo(found, path, { commit, blob, isHead: commit === head });
  }
  return found;
}

async function tipCommits(
  place: GitPlace,
  context: Context,
): Promise<{ readonly tips: readonly string[]; readonly head: string | undefined }> {
  const tips = new Set<string>();
  const head = await runGit(['rev-parse', '-q', '--verify', 'HEAD^{commit}'], place, context);
  const named = head.code === 0 ? head.text.trim() : undefined;
  if (named !== undefined) tips.add(named);
  const format = '--format=%(objecttype) %(objectname) %(*objecttype) %(*objectname)';
  for await (const line of gitLines(['for-each-ref', format], place, context)) {
    const [type, id = '', peeledType, peeled = ''] = line.split(' ');
    if (type === 'commit') tips.add(id);
    else if (peeledType === 'commit') tips.add(peeled);
  }
  return { tips: [...tips], head: named };
}
