/** Writes values in DER. Source: ITU-T X.690, sections 8.1, 8.3 and 10.1; `der.ts` reads them. */

import { DER_TAG } from './der.ts';

/** The value NULL. */
export const DER_NULL = Buffer.from('0500', 'hex');

/** Writes a sequence of encoded values. */
export function derSequence(...parts: readonly Uint8Array[]): Buffer {
  return tagged(DER_TAG.sequence, Buffer.concat(parts));
}

/** Writes an octet string. */
export function derOctets(bytes: Uint8Array): Buffer {
  return tagged(DER_TAG.octetString, bytes);
}

/** Writes an integer that is not negative. */
export function derInteger(value: number | bigint): Buffer {
  const bytes = bytesOf(value);
  const isNegative = (bytes[0] ?? 0) >= 0x80;
  return tagged(DER_TAG.integer, isNegative ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes);
}

function tagged(tag: number, content: Uint8Array): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const count = bytesOf(length);
  return Buffer.concat([Buffer.from([tag, 0x80 + count.length]), count, content]);
}

function bytesOf(value: number | bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
}
