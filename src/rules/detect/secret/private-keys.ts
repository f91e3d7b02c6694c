/**
 * Private keys in blocks. A key counts if its block can be read: base64 of DER, of the container of
 * OpenSSH or of OpenPGP packets. Blocks also stand in code and in JSON, with escaped line ends,
 * quotes and marks of comments.
 *
 * Sources: RFC 7468 (PEM), RFC 5958 and RFC 8017 (DER), RFC 1421, section 4.6 (encrypted keys),
 * PROTOCOL.key of OpenSSH, RFC 9580 (OpenPGP), appendix C of the PuTTY manual, RFC 7517 (JSON Web
 * Keys).
 */

import { createHash } from 'node:crypto';

import type { SecretMatch } from './secret-format.ts';
import {
  ENCRYPTED_KEY,
  JWK_KEY,
  OPENSSH_KEY,
  PGP_KEY,
  PRIVATE_KEY,
  PUTTY_KEY,
} from './special-kinds.ts';

/** Texts that lead to private keys. */
export const PRIVATE_KEY_LITERALS = [
  'PRIVATE KEY',
  'PuTTY-User-Key-File-',
  '"kty"',
  '"kty\\"',
] as const;

/** A key of RSA with 16,384 bits takes 12,700 characters; larger ones are cut. */
const MAX_BLOCK = 16 * 1024;
const BEGIN_LENGTH = '-----BEGIN ENCRYPTED SIGSTORE '.length;

const BEGIN = /-{4,5} ?BEGIN (?<label>[A-Z0-9 ]{0,24}?) ?PRIVATE KEY(?: BLOCK)? ?-{4,5}$/u;

/** Returns the private key that one of the literals leads to. */
export function privateKeyAt(bytes: Buffer, offset: number): SecretMatch | undefined {
  if (bytes[offset] === QUOTE) return jsonWebKey(bytes, offset);
  if (bytes[offset + 1] === SMALL_U) return puttyKey(bytes, offset);
  const headEnd = endOfDashes(bytes, offset);
  if (headEnd === undefined) return undefined;
  const from = Math.max(0, offset - BEGIN_LENGTH - 2);
  const found = BEGIN.exec(bytes.toString('latin1', from, headEnd));
  if (found === null) return undefined;
  // A body ends at the next dashes, so that each byte is read once.
  const next = bytes.indexOf('----', headEnd);
  const bodyEnd = Math.min(next < 0 ? bytes.length : next, headEnd + MAX_BLOCK);
  const body = bytes.toString('latin1', headEnd, bodyEnd);
  const kind = kindOf(found.groups?.['label'] ?? '', body);
  if (kind === undefined) return undefined;
  const end = next < 0 ? bodyEnd : endOfLastLine(bytes, next, bodyEnd);
  return { kind, start: from + found.index, end, names: [digestOf(base64Of(body))] };
}

const QUOTE = 0x22;
const SMALL_U = 0x75;

/** The end of the dashes behind `PRIVATE KEY` or `PRIVATE KEY BLOCK`. */
function endOfDashes(bytes: Buffer, offset: number): number | undefined {
  const text = bytes.toString('latin1', offset, offset + 30);
  const length = /^PRIVATE KEY(?: BLOCK)? ?-{4,5}/u.exec(text)?.[0].length;
  return length === undefined ? undefined : offset + length;
}

/** The end of the last line of a block, which repeats the label between dashes. */
function endOfLastLine(bytes: Buffer, next: number, bodyEnd: number): number {
  if (next !== bodyEnd) return bodyEnd;
  const text = bytes.toString('latin1', next, next + 60);
  return next + (/^-{4,5} ?END [A-Z0-9 ]{0,40}-{4,5}/u.exec(text)?.[0].length ?? 0);
}

/**
 * Matches characters in the lines of a block that are not base64: escapes, quotes, marks of
 * comments, blanks.
 */
const BETWEEN = /\\+[nrt]|[^A-Za-z0-9+/=]/gu;
const HEADERS = /(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset|MessageID)\s*:[^\r\n\\]*/gu;
/** The checksum at the end of an armor. */
const ARMOR_SUM = /=[A-Za-z0-9+/]{4}(?:\\n|\s)*$/u;
/** The shortest key in DER, of Ed25519, has 48 bytes. */
const MIN_BASE64 = 60;

function base64Of(body: string): string {
  return body.replace(HEADERS, '').replace(BETWEEN, '');
}

function kindOf(label: string, body: string): SecretMatch['kind'] | undefined {
  const base64 = base64Of(body.replace(ARMOR_SUM, ''));
  if (base64.length < MIN_BASE64) return undefined;
  const key = Buffer.from(base64, 'base64');
  if (label === 'OPENSSH') return opensshKind(key);
  if (label === 'PGP') return isPgpSecretKey(key) ? PGP_KEY : undefined;
  if (/ENCRYPTED/u.test(body) || label.startsWith('ENCRYPTED') || label === 'SSH2 ENCRYPTED') {
    return ENCRYPTED_KEY;
  }
  return isDerSequence(key) ? PRIVATE_KEY : undefined;
}

const OPENSSH_MAGIC = 'openssh-key-v1\0';

function opensshKind(key: Buffer): SecretMatch['kind'] | undefined {
  if (key.toString('latin1', 0, OPENSSH_MAGIC.length) !== OPENSSH_MAGIC) return undefined;
  const length = key.length >= 19 ? key.readUInt32BE(15) : 0;
  return key.toString('latin1', 19, 19 + length) === 'none' ? OPENSSH_KEY : ENCRYPTED_KEY;
}

/** Returns whether it is the tag of a secret-key packet: 5, in the old or the new format. */
function isPgpSecretKey(key: Buffer): boolean {
  const tag = key[0] ?? 0;
  return (tag & 0xfc) === 0x94 || tag === 0xc5;
}

/**
 * Returns whether it is a sequence that the bytes fill, with a version or an algorithm as its first
 * element.
 */
function isDerSequence(key: Buffer): boolean {
  if (key[0] !== 0x30) return false;
  const form = key[1] ?? 0;
  const lengthBytes = form < 0x80 ? 0 : form & 0x7f;
  if (lengthBytes > 3) return false;
  const length = lengthBytes === 0 ? form : key.readUIntBE(2, lengthBytes);
  const start = 2 + lengthBytes;
  const isWhole = key.length >= start + length || key.length > 1000;
  return isWhole && length > 32 && (key[start] === 0x02 || key[start] === 0x30);
}

const PUTTY =
  /PuTTY-User-Key-File-\d: [^\r\n]{1,60}\r?\nEncryption: (?<cipher>\S{1,40})[\s\S]{0,8000}?Private-Lines: \d+\r?\n(?<body>[A-Za-z0-9+/=\s]{20,8000})/du;

function puttyKey(bytes: Buffer, offset: number): SecretMatch | undefined {
  const found = PUTTY.exec(bytes.toString('latin1', offset, offset + MAX_BLOCK));
  if (found?.index !== 0) return undefined;
  const kind = found.groups?.['cipher'] === 'none' ? PUTTY_KEY : ENCRYPTED_KEY;
  const names = [digestOf(found.groups?.['body']?.replace(/\s/gu, '') ?? '')];
  return { kind, start: offset, end: offset + found[0].length, names };
}

const JWK_LENGTH = 8000;
const MIN_JWK_LENGTH = 40;
const PRIVATE_PART = /\\?"(?:d|k)\\?"\s{0,8}:\s{0,8}\\?"(?<value>[A-Za-z0-9_-]{22,1400})\\?"/du;

/** Returns the object around `"kty"`: its private part is `d`, and `k` of a symmetric key. */
function jsonWebKey(bytes: Buffer, offset: number): SecretMatch | undefined {
  // Two keys do not stand so close together.
  const near = bytes.indexOf('"kty', offset + 1);
  if (near >= 0 && near - offset < MIN_JWK_LENGTH) return undefined;
  const from = Math.max(0, offset - JWK_LENGTH);
  const text = bytes.toString('latin1', from, offset + JWK_LENGTH);
  const at = offset - from;
  const start = text.lastIndexOf('{', at);
  const close = text.indexOf('}', at);
  if (start < 0) return undefined;
  const object = text.slice(start, close < 0 ? text.length : close + 1);
  const value = PRIVATE_PART.exec(object)?.groups?.['value'];
  const isSymmetric = /"kty\\?"\s*:\s*\\?"oct/u.test(object);
  if (value === undefined || (!isSymmetric && !/"d\\?"\s*:/u.test(object))) return undefined;
  const names = [digestOf(value)];
  return { kind: JWK_KEY, start: from + start, end: from + start + object.length, names };
}

/** A private key has more than 80 random bits, so that its digest may be part of a fingerprint. */
function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
