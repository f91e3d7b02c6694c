/**
 * Verifies tags themselves: each must be annotated, named as its reference, and signed as commits are.
 *
 * Source: git-for-each-ref(1), `refname`, `objectname`, `objecttype` and `*objectname`; git-check-ref-format(1): a name has no
 * space, and any other white space of Unicode is possible.
 */

import type { Context } from '../base/context.ts';
import { AssayError, ParseError } from '../base/errors.ts';
import { runGit } from '../git/git-command.ts';
import { gitLines } from '../git/git-lines.ts';
import { ObjectReader } from '../git/git-objects.ts';
import type { CommitTrust } from './commit-trust.ts';
import { judgeObject, type Judgment } from './judge.ts';
import type { VerifiedRepository } from './repository.ts';
import { readTag, type TagObject } from './tag-object.ts';
import { readVerified } from './verify-commits.ts';

/** A tag and what was found. */
export interface JudgedTag {
  /** Without `refs/tags/`. */
  readonly name: string;
  readonly id: string;
  readonly judgment: Judgment;
  /** Absent for a lightweight tag, and for one that cannot be read. */
  readonly tag?: TagObject;
}

/** The last two fields are the object that an annotated tag leads to; empty for others. */
const FORMAT = '%(objecttype) %(objectname) %(refname) %(*objectname) %(*objecttype)';
const ROW =
  /^(?<type>[a-z]+) (?<id>[0-9a-f]{40,64}) refs\/tags\/(?<name>[^ ]+) (?<peeled>[0-9a-f]*) (?<peeledType>[a-z]*)$/u;

/** A tag before it is verified. */
export interface ListedTag {
  /** Without `refs/tags/`. */
  readonly name: string;
  /** Id of the object that it leads to. */
  readonly target: string;
  /** Type of that object, as in `commit`. */
  readonly targetType: string;
}

/** Which tags are verified, and by which rules. */
export interface TagsRequest {
  readonly repository: VerifiedRepository;
  readonly trust: CommitTrust;
  /** Whether a tag is verified. */
  readonly isChosen: (tag: ListedTag) => boolean;
}

/** Returns the tags in the order of their names. @throws AssayError `DAMAGED` */
export async function* verifyTags(
  { repository, trust, isChosen }: TagsRequest,
  context: Context,
): AsyncGenerator<JudgedTag> {
  const { place, format } = repository;
  const args = ['for-each-ref', `--format=${FORMAT}`, 'refs/tags/'];
  const reader = new ObjectReader(place, context);
  try {
    for await (const line of gitLines(args, place, context)) {
      const { type = '', id, name, peeled, peeledType } = ROW.exec(line)?.groups ?? {};
      if (id === undefined || name === undefined) throw unreadable(line);
      const [target, targetType] = [peeled || id, peeledType || type];
      // git before 2.45 follows a tag of a tag by one step only, so that its commit is not known.
      if (targetType !== 'tag' && !isChosen({ name, target, targetType })) continue;
      if (type !== 'tag') {
        yield { name, id, judgment: { status: 'unsigned' } };
        continue;
      }
      const bytes = await readVerified(reader, id, { type: 'tag', format });
      yield { name, id, ...judgeTag({ id, name, bytes, format }, trust, context.now()) };
    }
  } finally {
    reader.stop();
  }
}

/** A tag that is skipped would count as verified. */
function unreadable(line: string): AssayError {
  return new AssayError('DAMAGED', `git names a tag in a way that cannot be read: "${line}"`, {
    hint: 'Check the repository: git fsck',
  });
}

/** Returns a tag that no reference has yet. @throws AssayError `DAMAGED` */
export async function* verifyPushedTag(
  { id, name }: { readonly id: string; readonly name: string },
  { repository, trust }: Omit<TagsRequest, 'isChosen'>,
  context: Context,
): AsyncGenerator<JudgedTag> {
  const { place, format } = repository;
  const { text } = await runGit(['cat-file', '-t', id], place, context);
  if (text.trim() !== 'tag') {
    yield { name, id, judgment: { status: 'unsigned' } };
    return;
  }
  const reader = new ObjectReader(place, context);
  try {
    const bytes = await readVerified(reader, id, { type: 'tag', format });
    yield { name, id, ...judgeTag({ id, name, bytes, format }, trust, context.now()) };
  } finally {
    reader.stop();
  }
}

function judgeTag(
  {
    id,
    name,
    bytes,
    format,
  }: { id: string; name: string; bytes: Buffer; format: 'sha1' | 'sha256' },
  trust: CommitTrust,
  now: number,
): Pick<JudgedTag, 'judgment' | 'tag'> {
  let tag: TagObject;
  try {
    tag = readTag(id, bytes, format);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { judgment: { status: 'refused', reason: error.reason } };
  }
  // Bytes that are no UTF-8 are all decoded to U+FFFD, so that different names would be equal.
  if (name.includes('\ufffd')) {
    return { tag, judgment: { status: 'refused', reason: 'its name is not UTF-8' } };
  }
  if (tag.name !== name) {
    const reason = `it was made with the name "${tag.name}"`;
    return { tag, judgment: { status: 'refused', reason } };
  }
  return { tag, judgment: judgeObject({ ...tag, parentDates: [] }, trust, now) };
}
