/**
 * Verifies a push: the commits that it adds, its tags, deletions and forced updates.
 *
 * Source: githooks(5), `pre-receive` and `pre-push`; git-receive-pack(1), "Quarantine environment".
 * A commit is new if none of the known references reaches it.
 */

import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import { runGit, type GitPlace } from '../../clients/git/git-command.ts';
import { gitFailure } from '../../clients/git/git-failure.ts';
import { matchesText } from '../../trust/trust-file/repository-pattern.ts';
import type { CommitTrust } from './commit-trust.ts';
import { shortName, type ProblemRow } from './outcome.ts';
import type { VerifiedRepository } from './repository.ts';
import { verifyRange } from './verify-range.ts';

/** One reference that a push changes. */
export interface RefUpdate {
  /** Its whole name, as in `refs/heads/main`. */
  readonly ref: string;
  /** Ids before and after; absent: there was none, or there is none any more. */
  readonly before?: string;
  readonly after?: string;
}

/** By which rules a push is verified. */
export interface PushRules {
  readonly trust: CommitTrust;
  /**
   * Patterns of references that may be deleted, and that may be moved to what does not contain the
   * former state.
   */
  readonly mayDelete: readonly string[];
  readonly mayForce: readonly string[];
  /**
   * Options of git-rev-list that name the references which were there before, as in `--branches`.
   */
  readonly knownRefs: readonly string[];
}

/** The result for one reference. */
export interface PushedRef {
  readonly ref: string;
  readonly commitCount: number;
  /** Reason for refusing the reference itself, as a clause; absent: it is not refused. */
  readonly problem?: string;
  readonly rows: readonly ProblemRow[];
}

const REPLACE = 'refs/replace/';
const TAGS = 'refs/tags/';

/** Verifies one reference of a push. @throws AssayError `DAMAGED`, `LIMIT_EXCEEDED` */
export async function verifyPushedRef(
  update: RefUpdate,
  repository: VerifiedRepository,
  rules: PushRules,
  context: Context,
): Promise<PushedRef> {
  const { ref, before, after } = update;
  const { place } = repository;
  const hasBefore = before !== undefined && (await hasObject(before, place, context));
  const problem = await refProblem(update, { place, rules, hasBefore }, context);
  if (after === undefined || problem !== undefined) {
    return { ref, commitCount: 0, rows: [], ...(problem !== undefined && { problem }) };
  }
  const isTag = ref.startsWith(TAGS);
  const { commits, problems } = await verifyRange(
    {
      repository,
      range: {
        text: ref,
        heads: [after],
        // A former state that is not here leaves nothing out.
        bases: hasBefore ? [before] : [],
        knownRefs: rules.knownRefs,
        ...(isTag && { tag: { name: ref.slice(TAGS.length), id: after } }),
      },
      trust: rules.trust,
      withTags: false,
      allowsEmpty: true,
    },
    context,
  );
  return { ref, commitCount: commits.total, rows: problems };
}

/** The place and the rules of a push's verification. */
interface Place {
  readonly place: GitPlace;
  readonly rules: PushRules;
  /**
   * Whether the state before is in the repository. The remote can have one that a clone has not
   * fetched.
   */
  readonly hasBefore: boolean;
}

async function refProblem(
  { ref, before, after }: RefUpdate,
  { place, rules: { mayDelete, mayForce }, hasBefore }: Place,
  context: Context,
): Promise<string | undefined> {
  if (ref.startsWith(REPLACE)) return 'it replaces objects by others';
  const isAmong = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) => matchesText(pattern, ref));
  if (after === undefined) {
    return isAmong(mayDelete) ? undefined : 'it is deleted, which no rule allows';
  }
  const unsignable = ref.startsWith(TAGS) ? undefined : await unsignedType(after, place, context);
  if (unsignable !== undefined) {
    return `it leads to a ${unsignable}, and a reference outside of ${TAGS} may lead to commits only`;
  }
  if (before === undefined || isAmong(mayForce)) return undefined;
  if (ref.startsWith(TAGS)) return 'the tag is moved, which no rule allows';
  if (!hasBefore) {
    return `its former state ${shortName({ id: before })} is not in this repository: git fetch`;
  }
  const isForward = await isAncestor(before, after, place, context);
  return isForward
    ? undefined
    : 'it is moved to a state without the former one, which no rule allows';
}

/**
 * Returns the type of an object that is not a commit, so that no signature of it would be verified.
 */
async function unsignedType(
  id: string,
  place: GitPlace,
  context: Context,
): Promise<string | undefined> {
  const end = await runGit(['cat-file', '-t', id], place, context);
  if (end.code !== 0) throw gitFailure(end, 'the repository');
  const type = end.text.trim();
  return type === 'commit' ? undefined : type;
}

async function hasObject(id: string, place: GitPlace, context: Context): Promise<boolean> {
  const { code } = await runGit(['cat-file', '-e', id], place, context);
  return code === 0;
}

async function isAncestor(
  before: string,
  after: string,
  place: GitPlace,
  context: Context,
): Promise<boolean> {
  const end = await runGit(['merge-base', '--is-ancestor', before, after], place, context);
  if (end.code === 0 || end.code === 1) return end.code === 0;
  throw gitFailure(end, 'the repository');
}

const ZERO = /^0+$/u;
const WHOLE_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u;

/**
 * Reads the lines that git gives a hook.
 * @throws AssayError `USAGE` for a line that is none of them
 */
export function readRefUpdates(
  text: string,
  hook: 'pre-receive' | 'pre-push',
): readonly RefUpdate[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const fields = line.split(' ');
    const [before = '', after = '', ref = ''] =
      hook === 'pre-receive' ? fields : [fields[3], fields[1], fields[2]];
    if (!WHOLE_ID.test(before) || !WHOLE_ID.test(after) || !ref.startsWith('refs/')) {
      throw new AssayError('USAGE', `"${line.slice(0, 200)}" is not a line of the hook ${hook}`, {
        hint: 'git starts this command: assay commits hook install.',
      });
    }
    return {
      ref,
      ...(!ZERO.test(before) && { before }),
      ...(!ZERO.test(after) && { after }),
    };
  });
}
