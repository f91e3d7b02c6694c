/**
 * PEM of one key.
 *
 * Source: RFC 7468 (textual encodings); RFC 1421, section 4.6 (the headers of keys that older
 * programs encrypt). Text around the block is ignored, and so is a block `EC PARAMETERS`, which
 * `openssl ecparam -genkey` writes in front of a key. Refused: a file without a block, with a
 * further key of any form, without an end, with characters that are not base64, and with bytes
 * behind the DER value.
 */

import { readDer } from '../../formats/crypto/asn1/der.ts';
import { severalKeys, unusableKey } from './key-file.ts';

/** The one block of a key file. */
export interface PemBlock {
  readonly label: string;
  readonly bytes: Uint8Array;
  /** Whether the headers say that it is encrypted, as by `openssl ec -aes256`. */
  readonly isLegacyEncrypted: boolean;
  /** The block as it stands in the file. */
  readonly text: string;
}

const BEGIN = /^-----BEGIN (?<label>[A-Z0-9 ]{1,64})-----[ \t\r]*$/gm;
/** A block as lenient readers find it: indented, or behind other text on its line. */
const ANY_BEGIN = /-----BEGIN (?!EC PARAMETERS-----)/g;
/** A public key of OpenSSH or minisign, which is a single line. */
const KEY_LINE =
  /^[ \t]*(?:(?:ssh-|ecdsa-sha2-|sk-)[a-z0-9@.-]+[ \t]+AAAA|RW[A-Za-z0-9+/]{54}[ \t\r]*$)/m;
const PARAMETERS = 'EC PARAMETERS';
const PRIVATE_LABEL = /^(?:[A-Z0-9]+ )*PRIVATE KEY$/;
const LEGACY_ENCRYPTED = /^Proc-Type:[ \t]*4,[ \t]*ENCRYPTED[ \t\r]*$/m;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const LINE_CHARACTERS = 64;

/** Returns whether the label is that of a private key, encrypted or not. */
export function isPrivateLabel(label: string): boolean {
  return PRIVATE_LABEL.test(label);
}

/** Returns the one block of a text. @throws AssayError `CONFIG_INVALID` */
export function readPem(text: string, name: string, hint: string): PemBlock {
  const found = [...text.matchAll(BEGIN)].filter(({ groups }) => groups?.['label'] !== PARAMETERS);
  const [first] = found;
  if (first === undefined) throw unusableKey(name, 'is not PEM', hint);
  const count = text.match(ANY_BEGIN)?.length ?? 0;
  if (count > 1) throw severalKeys(name, count);
  const label = first.groups?.['label'] ?? '';
  const start = first.index + first[0].length;
  const endMark = `-----END ${label}-----`;
  const end = text.indexOf(endMark, start);
  if (end < 0) throw unusableKey(name, `is cut off: it has no line "${endMark}"`, hint);
  const around = [text.slice(0, first.index), text.slice(end + endMark.length)];
  if (around.some((part) => KEY_LINE.test(part))) throw severalKeys(name, 2);
  const inner = text.slice(start, end);
  const headerEnd = inner.includes(':') ? /\r?\n[ \t]*\r?\n/.exec(inner) : null;
  const headers = headerEnd === null ? '' : inner.slice(0, headerEnd.index);
  const body = headerEnd === null ? inner : inner.slice(headerEnd.index + headerEnd[0].length);
  return {
    label,
    bytes: decoded(body, name, label),
    isLegacyEncrypted: LEGACY_ENCRYPTED.test(headers),
    text: `${text.slice(first.index, end)}${endMark}\n`,
  };
}

/**
 * Returns the bytes of a block that is one DER value.
 * @throws AssayError `CONFIG_INVALID` if it is cut off or something follows
 */
export function wholeDer({ bytes }: PemBlock, name: string): Buffer {
  const value = readDer(bytes);
  if (value?.bytes.length === bytes.length) return Buffer.from(bytes);
  throw unusableKey(name, 'is damaged: its length does not fit its content', 'Get the file again.');
}

/** Writes a block in lines of 64 characters. */
export function writePem(label: string, bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('base64');
  const lines: string[] = [];
  for (let at = 0; at < text.length; at += LINE_CHARACTERS) {
    lines.push(text.slice(at, at + LINE_CHARACTERS));
  }
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

function decoded(body: string, name: string, label: string): Uint8Array {
  const text = body.replaceAll(/[\s]+/g, '');
  if (BASE64.test(text) && text.length % 4 === 0) return Buffer.from(text, 'base64');
  throw unusableKey(name, `is damaged: "${label}" is not base64`, 'Get the file again.');
}
