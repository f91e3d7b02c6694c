/**
 * A commit as git stores it, with its signature and the bytes that are signed.
 *
 * Source: git, `Documentation/gitformat-signature.adoc`, "Commit signatures"; commit.c,
 * `parse_buffer_signed_by_header`. git leaves out every header whose name begins with `gpgsig` when
 * it computes what is signed, so anybody can add one to a signed commit and git says that the
 * signature is good. Refused: a second header of that kind, one of the other hash, and headers that
 * are there twice or out of order.
 */

import { ParseError } from '../../core/base/errors.ts';
import { onlyHeader, readObjectHeaders, type ObjectHeader } from './object-headers.ts';
import { decodeText, readPerson, type Person } from './person.ts';

/** The hash that names the objects of a repository. */
export type ObjectFormat = 'sha1' | 'sha256';

/** A commit or a tag with the data for a judgment. */
export interface SignedObject {
  readonly id: string;
  /** The maker of the object: the committer or the tagger. */
  readonly maker: Person;
  /** First line of its message. */
  readonly subject: string;
  /** The bytes that a signature covers. */
  readonly payload: Uint8Array;
  /** The armored text; absent: it is not signed. */
  readonly signature?: string;
}

/** A commit. */
export interface CommitObject extends SignedObject {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
}

const SIGNATURE_HEADER: Readonly<Record<ObjectFormat, string>> = {
  sha1: 'gpgsig',
  sha256: 'gpgsig-sha256',
};
const SIGNATURE_PREFIX = /^gpgsig/iu;
const SUBJECT_LENGTH = 200;

/** Reads a commit. @throws ParseError */
export function readCommit(id: string, bytes: Buffer, format: ObjectFormat): CommitObject {
  const parsed = readObjectHeaders(id, bytes);
  const { headers } = parsed;
  const encoding = onlyHeader(id, parsed, 'encoding')?.value;
  const [tree, ...rest] = headers;
  const parents = leading(rest, 'parent');
  const [author, committer, ...others] = rest.slice(parents.length);
  if (tree?.name !== 'tree' || author?.name !== 'author' || committer?.name !== 'committer') {
    throw new ParseError(id, 'it does not begin with tree, parents, author and committer');
  }
  const again = others.find(({ name }) => FIRST_HEADERS.has(name));
  if (again !== undefined) throw new ParseError(id, `it has the header "${again.name}" twice`);
  const signature = signatureHeader(id, others, format);
  return {
    id,
    tree: objectId(id, tree, format),
    parents: parents.map((parent) => objectId(id, parent, format)),
    author: readPerson(id, author, encoding),
    maker: readPerson(id, committer, encoding),
    subject: subjectOf(bytes, parsed.bodyStart, encoding),
    payload: signature === undefined ? bytes : without(bytes, signature),
    ...(signature !== undefined && { signature: signature.value }),
  };
}

const FIRST_HEADERS: ReadonlySet<string> = new Set(['tree', 'parent', 'author', 'committer']);

function leading(headers: readonly ObjectHeader[], name: string): readonly ObjectHeader[] {
  const end = headers.findIndex((header) => header.name !== name);
  return end < 0 ? headers : headers.slice(0, end);
}

/** Returns the value of a header that names an object. @throws ParseError */
export function objectId(id: string, { name, value }: ObjectHeader, format: ObjectFormat): string {
  const isId = format === 'sha1' ? /^[0-9a-f]{40}$/u : /^[0-9a-f]{64}$/u;
  if (isId.test(value)) return value;
  throw new ParseError(id, `its header "${name}" names no object`);
}

function signatureHeader(
  id: string,
  headers: readonly ObjectHeader[],
  format: ObjectFormat,
): ObjectHeader | undefined {
  const [first, second] = headers.filter(({ name }) => SIGNATURE_PREFIX.test(name));
  if (second !== undefined) {
    throw new ParseError(id, 'it has more than one header with a signature');
  }
  const expected = SIGNATURE_HEADER[format];
  if (first !== undefined && first.name !== expected) {
    throw new ParseError(id, `its signature is in "${first.name}" and not in "${expected}"`);
  }
  return first;
}

function without(bytes: Buffer, { start, end }: ObjectHeader): Uint8Array {
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
}

/** Returns the first line of a message that is not empty. */
export function subjectOf(bytes: Buffer, bodyStart: number, encoding?: string): string {
  const start = bytes.toString('latin1', bodyStart, bodyStart + 4 * SUBJECT_LENGTH);
  const [line = ''] = start.trimStart().split('\n', 1);
  return decodeText(line, encoding).slice(0, SUBJECT_LENGTH);
}
