/**
 * Long runs of base64 and of hexadecimal digits, which are decoded once and searched again. Every
 * 32nd byte is looked at, so that texts cost little. Lines of base64 that tools break at 64 or 76
 * characters are joined.
 *
 * Source: RFC 4648, sections 4, 5 and 8.
 */

/** A run, and what it decodes to. */
export interface EncodedRun {
  readonly start: number;
  readonly end: number;
  readonly decoded: Buffer;
  readonly encoding: 'base64' | 'hexadecimal digits';
}

/** Shorter runs contain no secret with the text that leads to it. */
const MIN_RUN = 40;
const PROBE_STEP = 32;
/** Lines of at least this length are joined with the next one. */
const MIN_LINE = 60;
/**
 * Longer runs are decoded up to here; the rest of the piece is looked at by the next one, or is
 * data.
 */
const MAX_RUN = 64 * 1024;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const IS_BASE64 = new Uint8Array(256);
const IS_HEX = new Uint8Array(256);
for (const character of `${ALPHABET}-_`) {
  IS_BASE64[character.charCodeAt(0)] = 1;
}
const BASE64_VALUE = new Uint8Array(256);
for (const [value, byte] of Buffer.from(ALPHABET).entries()) BASE64_VALUE[byte] = value;
BASE64_VALUE[0x2d] = 62;
BASE64_VALUE[0x5f] = 63;
for (const character of '0123456789ABCDEFabcdef') IS_HEX[character.charCodeAt(0)] = 1;

/** Yields the runs of some bytes, in their order. */
export function* encodedRuns(bytes: Buffer): Generator<EncodedRun> {
  let at = PROBE_STEP / 2;
  while (at < bytes.length) {
    if (IS_BASE64[bytes[at] as number] === 0) {
      at += PROBE_STEP;
      continue;
    }
    const start = startOf(bytes, at);
    const end = endOf(bytes, at, start);
    if (end - start >= MIN_RUN) {
      const run = decodedRun(bytes, start, end);
      if (run !== undefined) yield run;
    }
    at = Math.max(end, at) + PROBE_STEP;
  }
}

function startOf(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at > 0 && from - at < PROBE_STEP * 2 && IS_BASE64[bytes[at - 1] as number] === 1) at -= 1;
  return at;
}

function endOf(bytes: Uint8Array, from: number, start: number): number {
  let at = from;
  let lineStart = start;
  const limit = Math.min(bytes.length, start + MAX_RUN);
  for (;;) {
    while (at < limit && IS_BASE64[bytes[at] as number] === 1) at += 1;
    if (at >= limit || at - lineStart < MIN_LINE) return at;
    let next = at;
    if (bytes[next] === 0x0d) next += 1;
    if (bytes[next] !== 0x0a) return at;
    next += 1;
    while (next < limit && bytes[next] === 0x20) next += 1;
    if (next >= limit || IS_BASE64[bytes[next] as number] === 0) return at;
    lineStart = next;
    at = next;
  }
}

/** Most runs are names, hashes and images. One that is a text begins with ASCII. */
function decodedRun(bytes: Buffer, start: number, end: number): EncodedRun | undefined {
  if ((end - start) % 2 === 0 && isHexadecimal(bytes, start, end)) {
    if (!beginsInAsciiDigits(bytes, start)) return undefined;
    const decoded = Buffer.from(bytes.toString('latin1', start, end), 'hex');
    return { start, end, decoded, encoding: 'hexadecimal digits' };
  }
  if (!beginsInAscii(bytes, start)) return undefined;
  const decoded = Buffer.from(bytes.toString('latin1', start, end), 'base64');
  return { start, end, decoded, encoding: 'base64' };
}

/** The number of characters that are looked at, which decode to 18 or 12 bytes. */
const LOOKED_AT = 24;

/**
 * The highest bit of each byte lies in one of the four characters: 32 of the first, 8 of the
 * second, 2 of the third.
 */
function beginsInAscii(bytes: Uint8Array, start: number): boolean {
  for (let at = start; at < start + LOOKED_AT; at += 4) {
    const [first = 0, second = 0, third = 0] = [
      BASE64_VALUE[bytes[at] as number],
      BASE64_VALUE[bytes[at + 1] as number],
      BASE64_VALUE[bytes[at + 2] as number],
    ];
    if ((first & 32) !== 0 || (second & 8) !== 0 || (third & 2) !== 0) return false;
  }
  return true;
}

/** Bytes from 0x20 to 0x7f, tabs and line feeds: the first of two digits is 2 to 7 or 0. */
function beginsInAsciiDigits(bytes: Uint8Array, start: number): boolean {
  for (let at = start; at < start + LOOKED_AT; at += 2) {
    const digit = bytes[at] as number;
    if (digit !== 0x30 && (digit < 0x32 || digit > 0x37)) return false;
  }
  return true;
}

function isHexadecimal(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (IS_HEX[bytes[at] as number] === 0) return false;
  return true;
}
