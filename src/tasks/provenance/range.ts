/**
 * The range of commits that is verified.
 *
 * Source: gitrevisions(7), "Specifying ranges". `BASE..HEAD` is everything that HEAD reaches and
 * BASE does not, side branches of merges included. `REVISION` alone is its whole history. `A...B`
 * is refused: it is not what a branch adds.
 */

import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import type { GitPlace } from '../../clients/git/git-command.ts';
import { resolveNamedCommit } from '../../clients/git/named-commit.ts';

/** The commits that the heads reach and the bases do not. */
export interface CommitRange {
  /** For people, as in `origin/main..HEAD`. */
  readonly text: string;
  /** Ids of commits, or options of git-rev-list that name references, as in `--branches`. */
  readonly heads: readonly string[];
  /** Ids of commits. */
  readonly bases: readonly string[];
  /** Set for `--all`: tags that lead to no commit belong to it. */
  readonly isWhole?: true;
  /** The tag that it begins at and that must be signed; absent: the base was named. */
  readonly baseTag?: string;
  /**
   * Options of git-rev-list that name references whose commits are left out, as in `--all`; absent:
   * none.
   */
  readonly knownRefs?: readonly string[];
  /** A tag that a push brings and that must be signed itself. */
  readonly tag?: { readonly name: string; readonly id: string };
}

/** The user's request; all absent: the commits that the branch adds to its upstream. */
export interface RangeRequest {
  readonly range?: string;
  /** The history of HEAD and of all branches and tags. */
  readonly isAll?: boolean;
}

/**
 * Resolves a range.
 * @throws AssayError `USAGE` for a range that is none, `NOT_FOUND` for a missing revision
 */
export async function resolveRange(
  { range, isAll }: RangeRequest,
  place: GitPlace,
  context: Context,
): Promise<CommitRange> {
  if (isAll === true) return wholeHistory(place, context);
  const text = range ?? (await upstreamRange(place, context));
  if (text.includes('...')) {
    throw new AssayError('USAGE', `"${text}" is a symmetric difference`, {
      hint: 'Write BASE..HEAD with two dots, which is what HEAD adds to BASE.',
    });
  }
  const dots = text.indexOf('..');
  if (dots < 0) return { text, heads: [await resolveOne(text, place, context)], bases: [] };
  const [base, head] = [text.slice(0, dots) || 'HEAD', text.slice(dots + 2) || 'HEAD'];
  return {
    text,
    heads: [await resolveOne(head, place, context)],
    bases: [await resolveOne(base, place, context)],
  };
}

async function upstreamRange(place: GitPlace, context: Context): Promise<string> {
  const upstream = await resolveNamedCommit('@{upstream}', place, context);
  if (typeof upstream !== 'string') return '@{upstream}..HEAD';
  throw new AssayError('USAGE', 'HEAD has no upstream branch to compare with', {
    hint: 'Name the range: assay commits origin/main..HEAD. Or verify the whole history: --all.',
  });
}

/** git itself follows the references, of which there can be any number. */
async function wholeHistory(place: GitPlace, context: Context): Promise<CommitRange> {
  const refs = ['--branches', '--tags', '--remotes'];
  const isBorn = (await resolveNamedCommit('HEAD', place, context)) !== 'unknown';
  return { text: '--all', heads: isBorn ? ['HEAD', ...refs] : refs, bases: [], isWhole: true };
}

async function resolveOne(revision: string, place: GitPlace, context: Context): Promise<string> {
  const found = await resolveNamedCommit(revision, place, context);
  if (found === 'unknown') throw missing(revision);
  if (found === 'ambiguous') {
    throw new AssayError('USAGE', `the revision "${revision}" is a tag and a branch`, {
      hint: `Write refs/heads/${revision} or refs/tags/${revision}.`,
    });
  }
  return found.id;
}

function missing(revision: string, detail = 'git knows no such commit here'): AssayError {
  return new AssayError('NOT_FOUND', `there is no revision "${revision}": ${detail}`, {
    hint: 'Fetch it: git fetch origin. In CI set the fetch depth to 0.',
  });
}
