/** Verifies a range of commits, and the tags on request, by the rules of a trust file. */

import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import { runGit, type GitPlace } from '../../clients/git/git-command.ts';
import type { StartingPoint } from '../../trust/trust-file/trust-file.ts';
import type { CommitTrust } from './commit-trust.ts';
import {
  OutcomeCollector,
  type CommitsOutcome,
  type JudgedRow,
  type ProblemRow,
} from './outcome.ts';
import type { CommitRange } from './range.ts';
import type { VerifiedRepository } from './repository.ts';
import { verifyPushedTag, verifyTags, type JudgedTag, type ListedTag } from './tags.ts';
import { verifyCommits } from './verify-commits.ts';

/** The verified repository and range. */
export interface RangeVerification {
  readonly repository: VerifiedRepository;
  readonly range: CommitRange;
  readonly trust: CommitTrust;
  /** Whether the tags of the commits are verified as well. */
  readonly withTags: boolean;
  /** Whether a range without commits is an answer, and not an error. */
  readonly allowsEmpty: boolean;
}

/** The result of a verification, with its warnings. */
export interface VerifiedRange extends CommitsOutcome {
  readonly warnings: readonly string[];
}

/**
 * Verifies a range. `onProblem` is called for each commit or tag that does not count, when it is
 * found.
 *
 * @throws AssayError `NOTHING_TO_SCAN` for a range without commits, `DAMAGED`, `LIMIT_EXCEEDED`
 */
export async function verifyRange(
  request: RangeVerification,
  context: Context,
  onProblem?: (row: ProblemRow) => void,
): Promise<VerifiedRange> {
  const { repository, range, trust, withTags, allowsEmpty } = request;
  const { used, warnings } = await usableStartingPoints(trust, repository.place, context);
  const collector = new OutcomeCollector();
  const add = (row: JudgedRow): void => {
    const problem = collector.add(row);
    if (problem !== undefined) onProblem?.(problem);
  };
  const ids = new Set<string>();
  const walk = verifyCommits(
    { repository, range, trust, startingPoints: used.map(({ commit }) => commit) },
    context,
  );
  for await (const { id, commit, judgment } of walk) {
    if (withTags) ids.add(id);
    add({ kind: 'commit', id, judgment, ...(commit !== undefined && { object: commit }) });
  }
  const tags = tagsOf(request, ids, context);
  for await (const { id, name, tag, judgment } of tags ?? []) {
    add({ kind: 'tag', id, name, judgment, ...(tag !== undefined && { object: tag }) });
  }
  const outcome = collector.outcome(
    {
      range: range.text,
      objectFormat: repository.format,
      startingPoints: used.map(({ commit, reason }) => ({ commit, reason })),
    },
    { withTags: tags !== undefined },
  );
  if (outcome.commits.total === 0 && !allowsEmpty) throw emptyRange(range);
  return { ...outcome, warnings: [...warnings, ...trust.rootNotes] };
}

/**
 * Returns the tags that are verified: those of the commits, of `--all` also those of other objects,
 * the one that the range begins at, or the one that is pushed.
 */
function tagsOf(
  { repository, range, trust, withTags }: RangeVerification,
  ids: ReadonlySet<string>,
  context: Context,
): AsyncIterable<JudgedTag> | undefined {
  const { baseTag, tag, isWhole } = range;
  if (tag !== undefined) return verifyPushedTag(tag, { repository, trust }, context);
  if (!withTags && baseTag === undefined) return undefined;
  const isChosen = ({ name, target, targetType }: ListedTag): boolean =>
    name === baseTag || ids.has(target) || (isWhole === true && targetType !== 'commit');
  return verifyTags({ repository, trust, isChosen }, context);
}

function emptyRange({ text }: CommitRange): AssayError {
  return new AssayError('NOTHING_TO_SCAN', `the range ${text} has no commits`, {
    hint: 'Check its ends: git log RANGE. If it may be empty, add --allow-empty.',
  });
}

/** Returns the starting points that this repository has and that have not expired. */
async function usableStartingPoints(
  { startingPoints }: CommitTrust,
  place: GitPlace,
  context: Context,
): Promise<{ readonly used: readonly StartingPoint[]; readonly warnings: readonly string[] }> {
  const used: StartingPoint[] = [];
  const warnings: string[] = [];
  for (const point of startingPoints) {
    const { commit, where, expires } = point;
    const { code } = await runGit(['cat-file', '-e', `${commit}^{commit}`], place, context);
    if (code !== 0) continue;
    if (context.now() < expires) used.push(point);
    else {
      const day = new Date(expires).toISOString().slice(0, 10);
      warnings.push(`the starting point ${commit.slice(0, 12)} (${where}) expired on ${day}`);
    }
  }
  return { used, warnings };
}
