/**
 * Text armor around the bytes of one signature.
 *
 * Source: RFC 7468, section 3 (PEM, which SSH and CMS use); RFC 9580, section 6 (OpenPGP: headers,
 * and a checksum that readers ignore). The whole text must be the one block. Lenient readers skip
 * text around a block and take one of several blocks, so that two of them could read different
 * signatures; all this is refused.
 */

import { ParseError } from '../../core/base/errors.ts';

/** The bytes of a block, and the label of its first line. */
export interface ArmoredBlock {
  readonly label: string;
  readonly bytes: Uint8Array;
}

const BEGIN = /^-----BEGIN (?<label>[A-Z0-9 ]{1,64})-----$/u;
/** ssh-keygen breaks lines between the signs of the padding as well. */
const BASE64_LINE = /^[A-Za-z0-9+/=]{1,128}$/u;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/u;
const CHECKSUM = /^=[A-Za-z0-9+/]{4}$/u;
const HEADER = /^[A-Za-z][A-Za-z0-9-]{0,40}: /u;
const OPENPGP = 'PGP ';

/** Returns the label of the first line; `undefined` if that is not the begin of a block. */
export function armorLabel(text: string): string | undefined {
  return BEGIN.exec(text.split('\n', 1)[0] ?? '')?.groups?.['label'];
}

/** Reads a text that is one block. @throws ParseError */
export function readArmor(path: string, text: string): ArmoredBlock {
  const fail = (what: string): ParseError => new ParseError(path, `no armored signature: ${what}`);
  const lines = text.split('\n').map((line) => line.trimEnd());
  while (lines.at(-1) === '') lines.pop();
  const label = BEGIN.exec(lines[0] ?? '')?.groups?.['label'];
  if (label === undefined) throw fail('it does not begin with a line "-----BEGIN ...-----"');
  if (lines.pop() !== `-----END ${label}-----` || lines.length === 0) {
    throw fail(`it does not end with the line "-----END ${label}-----"`);
  }
  const body = label.startsWith(OPENPGP) ? openPgpBody(lines.slice(1)) : lines.slice(1);
  if (body === undefined || !body.every((line) => BASE64_LINE.test(line))) {
    throw fail('a line is not base64');
  }
  const joined = body.join('');
  if (!BASE64.test(joined) || joined.length % 4 !== 0) throw fail('it is not whole base64');
  return { label, bytes: Buffer.from(joined, 'base64') };
}

/**
 * Returns the lines of base64 between the headers and the checksum; `undefined` without the empty
 * line in between.
 */
function openPgpBody(lines: readonly string[]): readonly string[] | undefined {
  let start = 0;
  while (HEADER.test(lines[start] ?? '')) start += 1;
  if (lines[start] !== '') return undefined;
  const end = CHECKSUM.test(lines.at(-1) ?? '') ? lines.length - 1 : lines.length;
  return lines.slice(start + 1, end);
}
