/** Revisions that a user names, resolved to commits of a local repository. */

import type { Context } from '../../core/base/context.ts';
import { runGit, type GitPlace } from './git-command.ts';

const WHOLE_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u;

/**
 * Returns the id of the commit that a revision names. `unknown`: git knows no such revision here.
 * `ambiguous`: it is both a tag and a branch. git would take the tag, so a user who can push tags
 * could choose the commit.
 */
export async function resolveNamedCommit(
  revision: string,
  place: GitPlace,
  context: Context,
): Promise<{ readonly id: string } | 'unknown' | 'ambiguous'> {
  const args = [
    ...['-c', 'core.warnAmbiguousRefs=true', 'rev-parse', '--verify'],
    ...['--end-of-options', `${revision}^{commit}`],
  ];
  const { code, text, stderr } = await runGit(args, place, context);
  const id = text.trim();
  if (code !== 0 || !WHOLE_ID.test(id)) return 'unknown';
  return /\bambiguous\b/u.test(stderr) ? 'ambiguous' : { id };
}
