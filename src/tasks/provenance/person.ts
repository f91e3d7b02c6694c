/**
 * The author, committer or tagger of an object.
 *
 * Source: git, ident.c, `fmt_ident`. Refused: a second `<` or `>`, between which readers would
 * choose differently.
 */

import { ParseError } from '../../core/base/errors.ts';

/** The maker of an object, and the time. */
export interface Person {
  readonly name: string;
  /** The address as it is written, which can be any text. */
  readonly email: string;
  /** In milliseconds since the Unix epoch. */
  readonly at: number;
}

const PERSON = /^(?<name>[^<>\n]*)<(?<email>[^<>\n]*)> (?<seconds>\d{1,12}) [+-]\d{4,6}$/u;

/** Reads the value of a header, in which each byte is one character. @throws ParseError */
export function readPerson(
  id: string,
  header: { readonly name: string; readonly value: string },
  encoding?: string,
): Person {
  const { name = '', email = '', seconds } = PERSON.exec(header.value)?.groups ?? {};
  if (seconds === undefined) {
    throw new ParseError(id, `its ${header.name} is not "NAME <ADDRESS> SECONDS ZONE"`);
  }
  return {
    name: decodeText(name, encoding).trim(),
    // Decoders drop escape sequences and byte order marks, and two addresses would become one.
    email: Buffer.from(email, 'latin1').toString('utf8'),
    at: Number(seconds) * 1000,
  };
}

/**
 * Decodes a text for people; `encoding` is that of the object, by default UTF-8. Bytes that do not
 * fit are replaced.
 */
export function decodeText(text: string, encoding = 'utf-8'): string {
  const bytes = Buffer.from(text, 'latin1');
  try {
    return new TextDecoder(encoding).decode(bytes);
  } catch {
    // An unknown encoding is no reason to refuse a signature over bytes.
    return bytes.toString('utf8');
  }
}
