/**
 * The key derivation of encrypted OpenSSH keys.
 *
 * Source: openbsd `lib/libutil/bcrypt_pbkdf.c`; Provos and Mazières, "A Future-Adaptable Password
 * Scheme" (1999), section 4; Schneier, "Description of a New Variable-Length Key, 64-bit Block
 * Cipher (Blowfish)" (1993). The initial tables of Blowfish are the fractional part of pi in
 * binary, so they are computed and not listed.
 */

import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';

const ROUNDS = 16;
const SUBKEYS = ROUNDS + 2;
const BOX_WORDS = 4 * 256;
/** The text that bcrypt encrypts: eight words. */
const TEXT = Buffer.from('OxychromaticBlowfishSwatDynamite', 'latin1');
const HASH_BYTES = TEXT.length;
/** 64 encryptions, as `bcrypt_hash` has them. */
const ENCRYPTIONS = 64;
const EXPANSIONS = 64;

/**
 * Returns a key of the given length. A round takes some 10 ms; between rounds other work goes on,
 * such as that of a signal.
 */
export async function bcryptPbkdf(
  password: Uint8Array,
  salt: Uint8Array,
  rounds: number,
  keyBytes: number,
): Promise<Buffer> {
  const stride = Math.ceil(keyBytes / HASH_BYTES);
  const amount = Math.ceil(keyBytes / stride);
  const hashedPassword = sha512(password);
  const key = Buffer.alloc(keyBytes);
  let left = keyBytes;
  for (let block = 1; left > 0; block += 1) {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(block);
    let last = bcryptHash(hashedPassword, sha512(salt, count));
    const out = Buffer.from(last);
    for (let round = 1; round < rounds; round += 1) {
      await setImmediate();
      last = bcryptHash(hashedPassword, sha512(last));
      for (let at = 0; at < out.length; at += 1) out[at] = (out[at] ?? 0) ^ (last[at] ?? 0);
    }
    let written = 0;
    for (; written < Math.min(amount, left); written += 1) {
      const place = written * stride + (block - 1);
      if (place >= keyBytes) break;
      key[place] = out[written] ?? 0;
    }
    left -= written;
  }
  return key;
}

function sha512(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha512');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function bcryptHash(password: Buffer, salt: Buffer): Buffer {
  const passwordWords = wordsOf(password);
  const saltWords = wordsOf(salt);
  const state = new Blowfish(initialTables());
  state.expand(passwordWords, saltWords);
  for (let round = 0; round < EXPANSIONS; round += 1) {
    state.expand(saltWords);
    state.expand(passwordWords);
  }
  const text = wordsOf(TEXT);
  for (let round = 0; round < ENCRYPTIONS; round += 1) {
    for (let at = 0; at < text.length; at += 2) state.encrypt(text, at);
  }
  const out = Buffer.alloc(HASH_BYTES);
  text.forEach((word, index) => out.writeUInt32LE(word, index * 4));
  return out;
}

function wordsOf(bytes: Buffer): Uint32Array {
  return Uint32Array.from({ length: bytes.length / 4 }, (_, index) =>
    bytes.readUInt32BE(index * 4),
  );
}

/** Blowfish with the key schedule of bcrypt. */
class Blowfish {
  readonly #tables: Uint32Array;

  constructor(tables: Uint32Array) {
    this.#tables = tables;
  }

  /** Mixes a key into the tables, and a salt if there is one. */
  expand(key: Uint32Array, salt?: Uint32Array): void {
    const tables = this.#tables;
    for (let at = 0; at < SUBKEYS; at += 1) {
      tables[at] = (tables[at] ?? 0) ^ (key[at % key.length] ?? 0);
    }
    const pair = new Uint32Array(2);
    let used = 0;
    for (let at = 0; at < SUBKEYS + BOX_WORDS; at += 2) {
      if (salt !== undefined) {
        pair[0] = (pair[0] ?? 0) ^ (salt[used % salt.length] ?? 0);
        pair[1] = (pair[1] ?? 0) ^ (salt[(used + 1) % salt.length] ?? 0);
        used += 2;
      }
      this.encrypt(pair, 0);
      tables[at] = pair[0] ?? 0;
      tables[at + 1] = pair[1] ?? 0;
    }
  }

  /** Encrypts the two words at an index in place. */
  encrypt(words: Uint32Array, at: number): void {
    const t = this.#tables;
    let left = (words[at] ?? 0) ^ (t[0] ?? 0);
    let right = words[at + 1] ?? 0;
    for (let round = 1; round <= ROUNDS; round += 2) {
      right ^= this.#mix(left) ^ (t[round] ?? 0);
      left ^= this.#mix(right) ^ (t[round + 1] ?? 0);
    }
    words[at] = right ^ (t[SUBKEYS - 1] ?? 0);
    words[at + 1] = left;
  }

  #mix(word: number): number {
    const t = this.#tables;
    const a = t[SUBKEYS + (word >>> 24)] ?? 0;
    const b = t[SUBKEYS + 256 + ((word >>> 16) & 0xff)] ?? 0;
    const c = t[SUBKEYS + 512 + ((word >>> 8) & 0xff)] ?? 0;
    const d = t[SUBKEYS + 768 + (word & 0xff)] ?? 0;
    return (((a + b) ^ c) + d) | 0;
  }
}

let computed: Uint32Array | undefined;

function initialTables(): Uint32Array {
  computed ??= fractionOfPi(SUBKEYS + BOX_WORDS);
  return Uint32Array.from(computed);
}

/**
 * Returns the first words of the fractional part of pi, by Machin's formula: pi = 16 arctan(1/5) -
 * 4 arctan(1/239).
 */
function fractionOfPi(words: number): Uint32Array {
  const guardBits = 64n;
  const bits = BigInt(words * 32) + guardBits;
  const one = 1n << bits;
  const pi = 16n * arctanOfInverse(5n, one) - 4n * arctanOfInverse(239n, one);
  const fraction = (pi - 3n * one) >> guardBits;
  const hex = fraction.toString(16).padStart(words * 8, '0');
  return Uint32Array.from({ length: words }, (_, index) =>
    Number.parseInt(hex.slice(index * 8, index * 8 + 8), 16),
  );
}

function arctanOfInverse(x: bigint, one: bigint): bigint {
  let power = one / x;
  let sum = power;
  const square = x * x;
  for (let divisor = 3n, sign = -1n; power > 0n; divisor += 2n, sign = -sign) {
    power /= square;
    sum += sign * (power / divisor);
  }
  return sum;
}
