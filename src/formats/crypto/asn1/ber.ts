/**
 * Values in BER whose length is not written in front, as gpgsm writes them, in the form of DER.
 *
 * Source: ITU-T X.690, section 8.1.3.6. Only the lengths are changed. Strings in parts stay as they
 * are, and readers of DER refuse them.
 */

import { readDer } from './der.ts';

const INDEFINITE = 0x80;
const CONSTRUCTED = 0x20;
/** Real signatures have six levels. */
const MAX_DEPTH = 16;

/**
 * Returns the value at the start with definite lengths, and where it ends; `undefined` where there
 * is none.
 */
export function readBer(
  bytes: Uint8Array,
  at = 0,
  depth = 0,
): { readonly der: Uint8Array; readonly end: number } | undefined {
  const tag = bytes[at];
  if (tag === undefined || depth > MAX_DEPTH) return undefined;
  if (bytes[at + 1] !== INDEFINITE || (tag & CONSTRUCTED) === 0) {
    const value = readDer(bytes, at);
    return value && { der: value.bytes, end: at + value.bytes.length };
  }
  const parts: Uint8Array[] = [];
  let next = at + 2;
  while (bytes[next] !== 0 || bytes[next + 1] !== 0) {
    const child = readBer(bytes, next, depth + 1);
    if (child === undefined) return undefined;
    parts.push(child.der);
    next = child.end;
  }
  const content = Buffer.concat(parts);
  return { der: Buffer.concat([head(tag, content.length), content]), end: next + 2 };
}

function head(tag: number, length: number): Buffer {
  if (length < INDEFINITE) return Buffer.from([tag, length]);
  const digits = length.toString(16);
  const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, INDEFINITE + bytes.length]), bytes]);
}
