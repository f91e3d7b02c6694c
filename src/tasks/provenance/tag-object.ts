/**
 * An annotated tag as git stores it, with its signature and the bytes that are signed.
 *
 * Source: git, `Documentation/gitformat-signature.adoc`, "Tag signatures"; gpg-interface.c,
 * `parse_signed_buffer`: the signature follows the message, from the last line on that begins one.
 * Refused: a message in which further lines begin a signature, and a signature in the headers.
 */

import { ParseError } from '../../core/base/errors.ts';
import { objectId, subjectOf, type ObjectFormat, type SignedObject } from './commit-object.ts';
import { readObjectHeaders } from './object-headers.ts';
import { readPerson } from './person.ts';

/** An annotated tag. */
export interface TagObject extends SignedObject {
  /** The name that is signed; the reference could have another one. */
  readonly name: string;
  /** Id of what it points to. */
  readonly target: string;
  /**
   * Type of that object, as in `commit`. git refuses a tag that names another type than the object
   * has.
   */
  readonly targetType: string;
}

/** Only a line feed ends a line of git; `^` would also match behind a carriage return. */
const SIGNATURE_BEGIN =
  /(?<=^|\n)-----BEGIN (?:PGP SIGNATURE|PGP MESSAGE|SIGNED MESSAGE|SSH SIGNATURE)-----/gu;

/** Reads an annotated tag. @throws ParseError */
export function readTag(id: string, bytes: Buffer, format: ObjectFormat): TagObject {
  const { headers, bodyStart } = readObjectHeaders(id, bytes);
  const [object, type, tag, tagger, ...others] = headers;
  if (
    object?.name !== 'object' ||
    type?.name !== 'type' ||
    tag?.name !== 'tag' ||
    tagger?.name !== 'tagger'
  ) {
    throw new ParseError(id, 'it does not begin with object, type, tag and tagger');
  }
  const extra = others[0];
  if (extra !== undefined) throw new ParseError(id, `it has a further header "${extra.name}"`);
  const body = bytes.toString('latin1', bodyStart);
  const begins = [...body.matchAll(SIGNATURE_BEGIN)].map(({ index }) => index);
  if (begins.length > 1) throw new ParseError(id, 'it has more than one signature');
  const [begin] = begins;
  return {
    id,
    name: Buffer.from(tag.value, 'latin1').toString('utf8'),
    target: objectId(id, object, format),
    targetType: type.value,
    maker: readPerson(id, tagger),
    subject: subjectOf(bytes, bodyStart),
    payload: begin === undefined ? bytes : bytes.subarray(0, bodyStart + begin),
    ...(begin !== undefined && { signature: body.slice(begin) }),
  };
}
