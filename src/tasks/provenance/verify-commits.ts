/**
 * Verifies every commit of a range.
 *
 * git lists the commits, and each is read from its raw object, whose hash is computed again. The
 * parents in the objects are compared with the list, so that a commit that git leaves out is an
 * error.
 */

import { createHash } from 'node:crypto';

import type { Context } from '../../core/base/context.ts';
import { AssayError, ParseError } from '../../core/base/errors.ts';
import { gitLines } from '../../clients/git/git-output.ts';
import { ObjectReader } from '../../clients/git/git-objects.ts';
import { compareMerges, type MergeComparison } from './automatic-merge.ts';
import { readCommit, type CommitObject } from './commit-object.ts';
import type { CommitTrust } from './commit-trust.ts';
import { judgeObject, type Judgment } from './judge.ts';
import type { CommitRange } from './range.ts';
import type { VerifiedRepository } from './repository.ts';

/** A commit and what was found. */
export interface JudgedCommit {
  readonly id: string;
  readonly judgment: Judgment;
  /** Absent: the object cannot be read as a commit. */
  readonly commit?: CommitObject;
}

/** The commits to verify, and the rules. */
export interface VerifyRequest {
  readonly repository: VerifiedRepository;
  readonly range: CommitRange;
  readonly trust: CommitTrust;
  /** Commits that begin the verified history: they and what they reach are left out. */
  readonly startingPoints: readonly string[];
}

/** Commits are texts; the largest real ones have some megabytes of merged tags. */
const MAX_OBJECT_BYTES = 32 * 1024 * 1024;

/**
 * Yields the commits of a range, parents before children.
 * @throws AssayError `DAMAGED`, `LIMIT_EXCEEDED`
 */
export async function* verifyCommits(
  { repository, range, trust, startingPoints }: VerifyRequest,
  context: Context,
): AsyncGenerator<JudgedCommit> {
  const excluded = [...range.bases, ...startingPoints].map((id) => `^${id}`);
  const known = range.knownRefs === undefined ? [] : ['--not', ...range.knownRefs];
  const order = ['rev-list', '--topo-order', '--reverse', '--boundary', '--children'];
  const args = [...order, ...range.heads, ...excluded, ...known];
  const reader = new ObjectReader(repository.place, context);
  const walk = new Walk(repository, reader);
  const merges = compareMerges(repository, context);
  try {
    for await (const line of gitLines(args, repository.place, context)) {
      const [id = '', ...children] = line.split(' ');
      if (id.startsWith('-')) {
        walk.addBoundary(id.slice(1));
        continue;
      }
      const commit = await walk.read(id, children);
      if (commit instanceof ParseError) {
        yield { id, judgment: { status: 'refused', reason: commit.reason } };
        continue;
      }
      const parentDates = await walk.datesOf(commit);
      const judgment = judgeObject({ ...commit, parentDates }, trust, context.now());
      yield { id, commit, judgment: await afterMerge(commit, judgment, merges) };
    }
    walk.refuseHidden();
  } finally {
    reader.stop();
    await merges.close();
  }
}

/** A merge of a forge counts only if it is the automatic one. */
async function afterMerge(
  commit: CommitObject,
  judgment: Judgment,
  merges: MergeComparison,
): Promise<Judgment> {
  if (judgment.status !== 'allowed' || judgment.isAutomaticMerge !== true) return judgment;
  const reason = await merges.problemOf(commit);
  if (reason === undefined) return judgment;
  const { kind, fingerprint, signer } = judgment;
  return { status: 'refused', kind, fingerprint, signer, reason };
}

/** A commit that was read, for its children. */
interface OpenParent {
  /** In milliseconds since the Unix epoch. */
  readonly at: number;
  /** Children that have not been read yet. */
  readonly children: Set<string>;
}

/**
 * Reads commits, and compares their parents with those that were listed. A commit is forgotten once
 * all of its children are read, so that memory grows with the width of the history and not with its
 * length.
 */
class Walk {
  readonly #repository: VerifiedRepository;
  readonly #reader: ObjectReader;
  readonly #open = new Map<string, OpenParent>();
  readonly #boundary = new Set<string>();
  /** Parents outside of the commits that were read, with one of their children. */
  readonly #outside = new Map<string, string>();

  constructor(repository: VerifiedRepository, reader: ObjectReader) {
    this.#repository = repository;
    this.#reader = reader;
  }

  addBoundary(id: string): void {
    this.#boundary.add(id);
  }

  /**
   * Reads a commit of the range; a `ParseError` is returned for one that is malformed. `children`
   * are those that git lists in the range.
   */
  async read(id: string, children: readonly string[]): Promise<CommitObject | ParseError> {
    const bytes = await readVerified(this.#reader, id, {
      type: 'commit',
      format: this.#repository.format,
    });
    try {
      const commit = readCommit(id, bytes, this.#repository.format);
      this.#add(id, commit.maker.at, children);
      for (const parent of commit.parents) {
        if (!this.#open.has(parent)) this.#outside.set(parent, id);
      }
      return commit;
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      this.#add(id, Number.NEGATIVE_INFINITY, children);
      return error;
    }
  }

  #add(id: string, at: number, children: readonly string[]): void {
    if (children.length > 0) this.#open.set(id, { at, children: new Set(children) });
  }

  /**
   * Returns the dates of the parents of a commit; minus infinity for one that is malformed, which
   * bounds nothing.
   */
  async datesOf({ id, parents }: CommitObject): Promise<readonly number[]> {
    const dates: number[] = [];
    for (const parent of parents) dates.push(await this.#dateOf(parent));
    for (const parent of parents) this.#close(parent, id);
    return dates;
  }

  #close(parent: string, child: string): void {
    const open = this.#open.get(parent);
    open?.children.delete(child);
    if (open?.children.size === 0) this.#open.delete(parent);
  }

  async #dateOf(id: string): Promise<number> {
    const known = this.#open.get(id);
    if (known !== undefined) return known.at;
    const { format } = this.#repository;
    const bytes = await readVerified(this.#reader, id, { type: 'commit', format });
    try {
      return readCommit(id, bytes, format).maker.at;
    } catch (error) {
      if (error instanceof ParseError) return Number.NEGATIVE_INFINITY;
      throw error;
    }
  }

  /** @throws AssayError `DAMAGED` if a commit has a parent that git does not list */
  refuseHidden(): void {
    for (const [parent, child] of this.#outside) {
      if (this.#boundary.has(parent)) continue;
      throw new AssayError(
        'DAMAGED',
        `git leaves out the commit ${parent}, which is a parent of ${child}`,
        { hint: 'Its view of the history differs from the objects. Clone the repository anew.' },
      );
    }
  }
}

/**
 * Reads an object and computes its id.
 * @throws AssayError `DAMAGED` if it is missing or another one
 */
export async function readVerified(
  reader: ObjectReader,
  id: string,
  { type, format }: { readonly type: 'commit' | 'tag'; readonly format: 'sha1' | 'sha256' },
): Promise<Buffer> {
  const object = await reader.readWhole(id, MAX_OBJECT_BYTES);
  if (object === undefined) {
    throw new AssayError('DAMAGED', `the ${type} ${id} is missing in the repository`, {
      hint: 'Fetch it: git fetch --refetch origin. A clone with all objects is needed.',
    });
  }
  const { bytes } = object;
  const actual = createHash(format)
    .update(`${object.type} ${bytes.length}\0`)
    .update(bytes)
    .digest('hex');
  if (object.type === type && actual === id) return bytes;
  const what = object.type === type ? `has the hash ${actual}` : `is a ${object.type}`;
  throw new AssayError('DAMAGED', `the object ${id} ${what}, and a ${type} is expected`, {
    hint: 'The repository is damaged or was changed by hand. Check it: git fsck',
  });
}
