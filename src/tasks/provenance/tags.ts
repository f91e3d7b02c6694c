/**
 * Verifies tags themselves: each must be annotated, named as its reference, and signed as commits
 * are. A tag of another tag counts only if that one is signed too.
 *
 * Source: git-for-each-ref(1), `refname`, `objectname`, `objecttype` and `*objectname`;
 * git-check-ref-format(1): a name has no space, and any other white space of Unicode is possible.
 */

import type { Context } from '../../core/base/context.ts';
import { AssayError, ParseError } from '../../core/base/errors.ts';
import { runGit } from '../../clients/git/git-command.ts';
import { gitLines } from '../../clients/git/git-output.ts';
import { ObjectReader } from '../../clients/git/git-objects.ts';
import type { ObjectFormat } from './commit-object.ts';
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

/** git warns when it makes a tag of a tag; real chains have one. */
const MAX_TAGS_OF_TAGS = 10;

/** A tag before it is verified. */
export interface ListedTag {
  /** Without `refs/tags/`. */
  readonly name: string;
  /** Id of the object that it leads to. */
  readonly target: string;
  /** Type of that object, as in `commit`. */
  readonly targetType: string;
}

/** The tags to verify, and the rules. */
export interface TagsRequest {
  readonly repository: VerifiedRepository;
  readonly trust: CommitTrust;
  /** Returns whether a tag is verified. */
  readonly isChosen: (tag: ListedTag) => boolean;
}

/** Yields the tags in the order of their names. @throws AssayError `DAMAGED` */
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
      yield await judgeTag({ id, name }, { reader, format, trust, now: context.now() });
    }
  } finally {
    reader.stop();
  }
}

/** Returns the error for an unreadable tag: a skipped tag would count as verified. */
function unreadable(line: string): AssayError {
  return new AssayError('DAMAGED', `git names a tag in a way that cannot be read: "${line}"`, {
    hint: 'Check the repository: git fsck',
  });
}

/** Yields a tag that no reference has yet. @throws AssayError `DAMAGED` */
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
    yield await judgeTag({ id, name }, { reader, format, trust, now: context.now() });
  } finally {
    reader.stop();
  }
}

/** The readers and rules for tags. */
interface TagJudging {
  readonly reader: ObjectReader;
  readonly format: ObjectFormat;
  readonly trust: CommitTrust;
  readonly now: number;
}

async function judgeTag(
  { id, name }: Pick<JudgedTag, 'id' | 'name'>,
  judging: TagJudging,
): Promise<JudgedTag> {
  const tag = await readTagObject(id, judging);
  if (tag instanceof ParseError) return { name, id, judgment: refused(tag.reason) };
  // Bytes that are no UTF-8 are all decoded to U+FFFD, so that different names would be equal.
  if (name.includes('\ufffd')) return { name, id, tag, judgment: refused('its name is not UTF-8') };
  if (tag.name !== name) {
    return { name, id, tag, judgment: refused(`it was made with the name "${tag.name}"`) };
  }
  const judgment = judgeObject({ ...tag, parentDates: [] }, judging.trust, judging.now);
  const problem = judgment.status === 'allowed' ? await targetProblem(tag, judging) : undefined;
  return { name, id, tag, judgment: problem === undefined ? judgment : refused(problem) };
}

function refused(reason: string): Judgment {
  return { status: 'refused', reason };
}

/**
 * Returns the reason why a tag that the given one leads to does not count. The names of such tags
 * have no reference to be compared with.
 */
async function targetProblem(tag: TagObject, judging: TagJudging): Promise<string | undefined> {
  let { target, targetType } = tag;
  for (let count = 1; targetType === 'tag'; count += 1) {
    if (count > MAX_TAGS_OF_TAGS) {
      return `it leads to a chain of more than ${MAX_TAGS_OF_TAGS} tags`;
    }
    const inner = await readTagObject(target, judging);
    if (inner instanceof ParseError)
      return `it leads to a tag that cannot be read: ${inner.reason}`;
    const judgment = judgeObject({ ...inner, parentDates: [] }, judging.trust, judging.now);
    if (judgment.status !== 'allowed') {
      const why = judgment.status === 'unsigned' ? 'it is not signed' : judgment.reason;
      return `it leads to the tag "${inner.name}", which does not count: ${why}`;
    }
    ({ target, targetType } = inner);
  }
  return undefined;
}

async function readTagObject(
  id: string,
  { reader, format }: TagJudging,
): Promise<TagObject | ParseError> {
  const bytes = await readVerified(reader, id, { type: 'tag', format });
  try {
    return readTag(id, bytes, format);
  } catch (error) {
    if (error instanceof ParseError) return error;
    throw error;
  }
}
