/**
 * Resolves actions of GitHub and other references to repositories of git: the commit that a tag or
 * branch names now, and whether a commit belongs to the repository at all.
 *
 * Refused are: a name that is both a branch and a tag, the id of a tag object, a commit that
 * neither a branch nor a tag of the repository reaches (an impostor from a fork), and, where it is
 * asked for, one that only a tag reaches.
 *
 * Source: GitHub documentation, "Workflow syntax", `jobs.<job_id>.steps[*].uses`; gitrevisions(7)
 * for names.
 */

import type { Context } from '../../core/base/context.ts';
import { withRemoteHistory, type RemoteHistory } from '../../clients/git/remote-history.ts';
import { isGitUrl, redactGitUrl } from '../../clients/git/git-url.ts';
import { listRemoteRefs, type RemoteRefs } from '../../clients/git/remote-refs.ts';
import { ledgerKey } from '../../trust/ledger/ledger.ts';
import { isPartOfVersion, mostSpecificTag, newestOfMajor } from '../../formats/text/tag-version.ts';
import { RefusedReference, resultOf } from './resolution-problem.ts';
import type {
  MakeResolver,
  ReferenceQuestion,
  Resolution,
  ResolutionNote,
  ResolutionResult,
  Resolver,
  ResolverOptions,
} from './resolvers.ts';

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u;
const SHORT_COMMIT = /^[0-9a-f]{7,39}$/u;
const ACTION = /^(?<owner>[\w.-]+)\/(?<repository>[\w.-]+)(?<path>(?:\/[^@]*)?)@(?<ref>.+)$/u;
const FULL_NAME = /^refs\/(?<kind>heads|tags)\/(?<name>.+)$/u;
const SHOWN_DIGITS = 12;

/** Makes the resolver of actions and of references to repositories of git. */
export const makeGitResolver: MakeResolver = (options) => new GitResolver(options);

/** A reference, taken apart. */
interface GitReference {
  readonly url: string;
  /** The text before the last `@`. */
  readonly name: string;
  readonly ref: string;
  /**
   * The reference without a path inside the repository, as the ledger names it: `owner/repository`.
   */
  readonly repository: string;
  readonly kind: 'action' | 'git';
}

/** A commit, and the name that led to it. */
interface Named {
  readonly commit: string;
  /** The tag or branch; absent where the commit itself is written. */
  readonly name?: string;
  readonly isBranch?: boolean;
}

class GitResolver implements Resolver {
  readonly #options: ResolverOptions;
  readonly #refs = new Map<string, Promise<RemoteRefs>>();
  readonly #origins = new Map<string, Promise<Origin>>();

  constructor(options: ResolverOptions) {
    this.#options = options;
  }

  resolve(question: ReferenceQuestion, context: Context): Promise<ResolutionResult> {
    return resultOf(this.#resolve(question, context));
  }

  async #resolve(question: ReferenceQuestion, context: Context): Promise<Resolution> {
    const reference = parseReference(question, this.#options.actionsUrl);
    const refs = await this.#listRefs(reference.url, context);
    const written = namedBy(reference, refs);
    const named =
      question.mode === 'update' && written.name === undefined
        ? updateOf(reference, written, question, refs)
        : written;
    const origin = await this.#originOf(reference, named, refs, context);
    const notes = [...originNotes(reference, named, origin, this.#options.isBranchOnly)];
    if (written.name === undefined) notes.push(...commentNotes(question, written, refs));
    return resolutionOf(reference, named, refs, notes);
  }

  #listRefs(url: string, context: Context): Promise<RemoteRefs> {
    const known = this.#refs.get(url);
    if (known !== undefined) return known;
    const asking = listRemoteRefs(url, this.#options.env, context);
    this.#refs.set(url, asking);
    return asking;
  }

  async #originOf(
    { url }: GitReference,
    { commit }: Named,
    refs: RemoteRefs,
    context: Context,
  ): Promise<Origin> {
    if ([...refs.branches.values()].includes(commit)) return 'branch';
    const key = `${url} ${commit}`;
    const known = this.#origins.get(key);
    if (known !== undefined) return known;
    const finding = withRemoteHistory({ url, env: this.#options.env }, context, (history) =>
      originIn(history, commit),
    );
    this.#origins.set(key, finding);
    return finding;
  }
}

/** The origin of a commit; `no-commit` for an id of another object. */
type Origin = 'branch' | 'tag' | 'nothing' | 'no-commit';

async function originIn(history: RemoteHistory, commit: string): Promise<Origin> {
  const type = await history.typeOf(commit);
  if (type === undefined) return 'nothing';
  if (type !== 'commit') return 'no-commit';
  if (await history.isReached(commit, 'branches')) return 'branch';
  return (await history.isReached(commit, 'tags')) ? 'tag' : 'nothing';
}

function parseReference({ kind, value }: ReferenceQuestion, actionsUrl: string): GitReference {
  if (kind === 'action') {
    const { owner = '', repository = '', ref } = ACTION.exec(value)?.groups ?? {};
    const isPath = [owner, repository].some((part) => /^\.+$/u.test(part));
    if (ref === undefined || isPath) throw noReference(value, 'OWNER/REPOSITORY@REF');
    const name = value.slice(0, value.indexOf('@'));
    const url = `${actionsUrl.replace(/\/+$/u, '')}/${owner}/${repository}`;
    // GitHub does not distinguish the case of names.
    return { url, name, ref, repository: `${owner}/${repository}`.toLowerCase(), kind };
  }
  const at = value.lastIndexOf('@');
  const url = value.slice(0, Math.max(at, 0));
  const ref = value.slice(at + 1);
  if (ref === '' || !isGitUrl(url)) throw noReference(redactGitUrl(value), 'URL@REF');
  return { url, name: url, ref, repository: redactGitUrl(url), kind: 'git' };
}

/** Finds what a name means in the repository. */
function namedBy(reference: GitReference, refs: RemoteRefs): Named {
  const { kind, name = reference.ref } = FULL_NAME.exec(reference.ref)?.groups ?? {};
  const branch = kind === 'tags' ? undefined : refs.branches.get(name);
  const tag = kind === 'heads' ? undefined : refs.tags.get(name);
  const isCommit = COMMIT.test(reference.ref);
  const meanings = [branch, tag, isCommit || undefined].filter((one) => one !== undefined);
  if (meanings.length > 1) throw ambiguous(reference, refs, isCommit);
  if (branch !== undefined) return { commit: branch, name, isBranch: true };
  if (tag !== undefined) return { commit: tag.target, name };
  if (!isCommit) throw notFound(reference);
  refuseTagObject(reference, refs);
  return { commit: reference.ref };
}

/**
 * The tag object of an annotated tag has an id of its own; tools that expect a commit fail on it.
 */
function refuseTagObject(reference: GitReference, refs: RemoteRefs): void {
  for (const [tag, { object, target }] of refs.tags) {
    if (object !== reference.ref || target === object) continue;
    throw new RefusedReference('refused', {
      id: 'tag-object',
      message: `${shown(reference)} is the id of the tag "${tag}" itself, not of a commit`,
      advice: `Write the commit of the tag: ${reference.name}@${target}`,
    });
  }
}

/** Returns the newest tag of the same major version as a commit that is written. */
function updateOf(
  reference: GitReference,
  written: Named,
  { version, tooYoung = [] }: ReferenceQuestion,
  refs: RemoteRefs,
): Named {
  const branch = version === undefined ? undefined : refs.branches.get(version);
  const isTag = version !== undefined && refs.tags.has(version);
  if (branch !== undefined && version !== undefined && !isTag) {
    return { commit: branch, name: version, isBranch: true };
  }
  // A comment can lie, and must not choose another major version.
  const own = mostSpecificTag(tagsOf(written.commit, refs), version);
  const present = own ?? (isTag ? version : undefined);
  const oldTags = [...refs.tags.keys()].filter((name) => !tooYoung.includes(name));
  const newest = present === undefined ? undefined : newestOfMajor(oldTags, present);
  const tag = newest === undefined ? undefined : refs.tags.get(newest);
  if (tag !== undefined && newest !== undefined) return { commit: tag.target, name: newest };
  // A prerelease without a release behind it, or a tag that is no version.
  if (own !== undefined) return { commit: written.commit, name: own };
  throw new RefusedReference('unresolved', {
    id: 'no-version',
    message: `no tag of ${reference.repository} is the version of ${shown(reference)}`,
    advice: 'Write the version behind the commit, as in "# v4.2.1", or pin a tag.',
  });
}

function originNotes(
  reference: GitReference,
  { commit, name }: Named,
  origin: Origin,
  isBranchOnly: boolean,
): readonly ResolutionNote[] {
  const what = name === undefined ? shown(reference) : `"${name}" of ${reference.repository}`;
  switch (origin) {
    case 'branch':
      return [];
    case 'tag': {
      const message = `only a tag reaches ${what} (${short(commit)}), no branch`;
      if (!isBranchOnly) return [{ id: 'tag-only', message }];
      throw new RefusedReference('refused', {
        id: 'tag-only',
        message,
        advice:
          'Choose a release that a branch contains, or leave out --branch-only if the project releases from tags.',
      });
    }
    case 'no-commit':
      throw new RefusedReference('refused', {
        id: 'not-a-commit',
        message: `${what} names ${short(commit)}, which is not a commit`,
        advice: 'Name a tag or branch that leads to a commit.',
      });
    case 'nothing':
      throw new RefusedReference('refused', {
        id: 'impostor-commit',
        message: `neither a branch nor a tag of ${reference.repository} reaches ${short(commit)}; it may come from a fork`,
        advice: `Check the commit, and pin one of the repository itself: git ls-remote ${redactGitUrl(reference.url)}`,
      });
  }
}

/** Compares the version that a comment names with the tags of the commit. */
function commentNotes(
  { version, value }: ReferenceQuestion,
  { commit }: Named,
  refs: RemoteRefs,
): readonly ResolutionNote[] {
  if (version === undefined || refs.branches.has(version)) return [];
  const tag = refs.tags.get(version);
  if (tag?.target === commit) return [];
  if (tagsOf(commit, refs).some((other) => isPartOfVersion(version, other))) return [];
  const is = tag === undefined ? 'no tag of the repository' : `commit ${short(tag.target)}`;
  const message = `the comment beside ${value} names ${version}, which is ${is}`;
  return [{ id: 'lying-comment', message }];
}

function resolutionOf(
  reference: GitReference,
  named: Named,
  refs: RemoteRefs,
  notes: readonly ResolutionNote[],
): Resolution {
  const { name, repository, url, kind, ref } = reference;
  const like = named.name ?? ref;
  const version =
    mostSpecificTag(tagsOf(named.commit, refs), like) ??
    (named.isBranch === true ? named.name : undefined);
  // A commit is known in the ledger by the version that it was pinned for.
  const known = named.name ?? version;
  return {
    pinned: `${name}@${named.commit}`,
    digest: named.commit,
    source: redactGitUrl(url),
    notes,
    ...(version !== undefined && { version }),
    ...(known !== undefined && { ledgerKey: ledgerKey({ kind, ref: `${repository}@${known}` }) }),
  };
}

function tagsOf(commit: string, refs: RemoteRefs): readonly string[] {
  return [...refs.tags].filter(([, { target }]) => target === commit).map(([tag]) => tag);
}

function ambiguous(reference: GitReference, refs: RemoteRefs, isCommit: boolean): RefusedReference {
  const { ref, repository, name } = reference;
  const branch = refs.branches.get(ref);
  const tag = refs.tags.get(ref)?.target;
  const meanings = [
    ...(isCommit ? ['a commit'] : []),
    ...(branch === undefined ? [] : [`a branch (${short(branch)})`]),
    ...(tag === undefined ? [] : [`a tag (${short(tag)})`]),
  ];
  return new RefusedReference('refused', {
    id: 'ambiguous-ref',
    message: `"${ref}" of ${repository} is ${meanings.join(' and ')}`,
    advice: `Write the commit that is meant: ${name}@${tag ?? branch ?? ref}`,
  });
}

function notFound(reference: GitReference): RefusedReference {
  const { ref, repository, url } = reference;
  const isShort = SHORT_COMMIT.test(ref);
  return new RefusedReference('unresolved', {
    id: 'not-found',
    message: `${repository} has no branch or tag "${ref}"`,
    advice: isShort
      ? 'A commit is written with all of its 40 digits.'
      : `Check the name: git ls-remote ${redactGitUrl(url)}`,
  });
}

function noReference(value: string, form: string): RefusedReference {
  return new RefusedReference('unresolved', {
    id: 'not-a-reference',
    message: `"${value}" is not of the form ${form}`,
    advice: 'Check the spelling.',
  });
}

function shown({ ref, repository }: GitReference): string {
  return COMMIT.test(ref) ? `${repository}@${short(ref)}` : `${repository}@${ref}`;
}

function short(commit: string): string {
  return commit.slice(0, SHOWN_DIGITS);
}
