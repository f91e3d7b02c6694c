/**
 * The range of commits since the last release.
 *
 * Source: git-describe(1). Only annotated tags are looked at, and the tag must be signed by the
 * rules of the trust file: a range that begins at a tag which anybody can push would leave out what
 * that person wants.
 */

import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import { runGit, type GitPlace } from '../../clients/git/git-command.ts';
import { resolveRange, type CommitRange } from './range.ts';

/**
 * Returns the range from the nearest annotated tag before HEAD. A tag of HEAD itself is the release
 * that is made.
 *
 * @throws AssayError `NOT_FOUND` if there is no such tag
 */
export async function sinceTag(place: GitPlace, context: Context): Promise<CommitRange> {
  const own = await runGit(['tag', '--no-column', '--points-at', 'HEAD'], place, context);
  const excluded = own.text
    .split('\n')
    .filter((name) => name !== '')
    .map((name) => `--exclude=${name}`);
  const args = ['describe', '--abbrev=0', ...excluded, 'HEAD'];
  const { code, text } = await runGit(args, place, context);
  const tag = text.replace(/\n$/u, '');
  if (code !== 0 || tag === '') {
    throw new AssayError('NOT_FOUND', 'no annotated tag is before HEAD', {
      hint: 'Fetch the tags: git fetch --tags. Or name the range: assay commits BASE..HEAD.',
    });
  }
  const range = await resolveRange({ range: `refs/tags/${tag}..HEAD` }, place, context);
  return { ...range, text: `${tag}..HEAD`, baseTag: tag };
}
