/**
 * The prefilter: finds all occurrences of some hundred literals in one pass over bytes. Every
 * second position is looked at: four bytes, without regard to the case of letters, are hashed into
 * a table of flags. A second table, of the bytes as they are, confirms what the first one flags,
 * and then the literal is compared. Of each literal, the tables have the four bytes at one even and
 * at one odd offset, so that each occurrence is found exactly once. Three bytes of a short literal
 * are joined with each byte that may stand beside them.
 */

const GRAM_LENGTH = 4;
/** 18 bits: a table of 256 KiB, which stays in the second cache of a processor. */
const HASH_BITS = 18;
const MULTIPLIER = 0x9e3779b1;
const SECOND_MULTIPLIER = 0x85ebca6b;
/** Sets the bit that differs between capital and small letters of ASCII. */
const FOLD = 0x20;
const FOLDED = 0x20202020;

/** Takes an occurrence: the number of the literal and the offset of its first byte. */
export type LiteralTaker = (literal: number, offset: number) => void;

interface Candidate {
  readonly literal: number;
  /**
   * Start of the compared bytes, counted from the beginning of the literal; negative: in front of
   * it.
   */
  readonly offset: number;
}

/** A literal. */
export interface Literal {
  readonly text: string;
  /** Whether its letters must have the same case. */
  readonly isExact: boolean;
  /** A table of 256 flags: the bytes that may follow; absent: all. */
  readonly following?: Uint8Array;
}

/** Literals of at least 3 bytes of ASCII, and the table that finds them. */
export class LiteralIndex {
  readonly #flags = new Uint8Array(1 << HASH_BITS);
  readonly #exactFlags = new Uint8Array(1 << HASH_BITS);
  readonly #candidates = new Map<number, Candidate[]>();
  /** In small letters where the case does not count. */
  readonly #literals: readonly Uint8Array[];
  readonly #isExact: readonly boolean[];

  constructor(literals: readonly Literal[]) {
    this.#literals = literals.map(({ text, isExact }) =>
      Buffer.from(isExact ? text : text.toLowerCase(), 'latin1'),
    );
    this.#isExact = literals.map(({ isExact }) => isExact);
    for (const [literal, { following = ANY }] of literals.entries()) this.#add(literal, following);
  }

  /** Finds all occurrences, ordered by their offsets except for neighbors. */
  find(bytes: Uint8Array, take: LiteralTaker): void {
    const flags = this.#flags;
    const exactFlags = this.#exactFlags;
    const end = bytes.length - GRAM_LENGTH;
    const shift = 32 - HASH_BITS;
    let gram = ((bytes[0] as number) << 8) | (bytes[1] as number) | 0;
    for (let at = 0; at <= end; at += 2) {
      gram = (gram << 16) | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
      const hash = Math.imul(gram | FOLDED, MULTIPLIER) >>> shift;
      if (flags[hash] !== 0 && exactFlags[Math.imul(gram, SECOND_MULTIPLIER) >>> shift] !== 0) {
        this.#compare(bytes, at, hash, take);
      }
    }
    this.#findAtEnd(bytes, take);
  }

  /**
   * Looks at the last positions, at which fewer than four bytes are left: zeros stand for the
   * others.
   */
  #findAtEnd(bytes: Uint8Array, take: LiteralTaker): void {
    const { length } = bytes;
    const first = length < GRAM_LENGTH ? 0 : (length - GRAM_LENGTH + 2) & ~1;
    for (let at = first; at < length; at += 2) {
      const hash = hashOf(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]);
      if (this.#flags[hash] !== 0) this.#compare(bytes, at, hash, take);
    }
  }

  #compare(bytes: Uint8Array, at: number, hash: number, take: LiteralTaker): void {
    for (const { literal, offset } of this.#candidates.get(hash) ?? []) {
      const start = at - offset;
      if (this.#isAt(bytes, literal, start)) take(literal, start);
    }
  }

  #isAt(bytes: Uint8Array, literal: number, start: number): boolean {
    const wanted = this.#literals[literal] as Uint8Array;
    if (start < 0 || start + wanted.length > bytes.length) return false;
    const isExact = this.#isExact[literal] === true;
    for (let index = 0; index < wanted.length; index += 1) {
      let byte = bytes[start + index] as number;
      if (!isExact && byte >= 0x41 && byte <= 0x5a) byte |= FOLD;
      if (byte !== wanted[index]) return false;
    }
    return true;
  }

  #add(literal: number, following: Uint8Array): void {
    const bytes = this.#literals[literal] as Uint8Array;
    if (bytes.length > GRAM_LENGTH) {
      const offset = rarestPair(bytes);
      this.#put(bytes.subarray(offset, offset + GRAM_LENGTH), literal, offset);
      this.#put(bytes.subarray(offset + 1, offset + 1 + GRAM_LENGTH), literal, offset + 1);
      return;
    }
    const isShort = bytes.length < GRAM_LENGTH;
    const gram = new Uint8Array(GRAM_LENGTH);
    if (!isShort) this.#put(bytes, literal, 0);
    for (let byte = 0; byte < 256; byte += 1) {
      // At the end of the bytes, zeros follow.
      if (following[byte] === 1 || byte === 0) {
        gram.set(isShort ? bytes : bytes.subarray(1));
        gram[3] = byte;
        this.#put(gram, literal, isShort ? 0 : 1);
      }
      if (isShort) {
        gram.set(bytes, 1);
        gram[0] = byte;
        this.#put(gram, literal, -1);
      }
    }
  }

  #put(gram: Uint8Array, literal: number, offset: number): void {
    const hash = hashOf(gram[0], gram[1], gram[2], gram[3]);
    this.#flags[hash] = 1;
    const isExact = this.#isExact[literal] === true;
    for (const variant of isExact ? [gram] : caseVariants(gram)) {
      this.#exactFlags[Math.imul(numberOf(variant), SECOND_MULTIPLIER) >>> (32 - HASH_BITS)] = 1;
    }
    const known = this.#candidates.get(hash);
    if (known === undefined) this.#candidates.set(hash, [{ literal, offset }]);
    else if (!known.some((one) => one.literal === literal && one.offset === offset)) {
      known.push({ literal, offset });
    }
  }
}

const ANY = new Uint8Array(256).fill(1);

function numberOf(gram: Uint8Array): number {
  const [a = 0, b = 0, c = 0, d = 0] = gram;
  return (a << 24) | (b << 16) | (c << 8) | d;
}

/** Returns the bytes in all cases of their letters. */
function caseVariants(gram: Uint8Array): readonly Uint8Array[] {
  let variants = [Uint8Array.from(gram)];
  for (const [index, byte] of gram.entries()) {
    const other = byte ^ FOLD;
    if ((byte | FOLD) < 0x61 || (byte | FOLD) > 0x7a) continue;
    variants = variants.flatMap((one) => {
      const changed = Uint8Array.from(one);
      changed[index] = other;
      return [one, changed];
    });
  }
  return variants;
}

function hashOf(a = 0, b = 0, c = 0, d = 0): number {
  const folded = (a << 24) | (b << 16) | (c << 8) | d | FOLDED;
  return Math.imul(folded, MULTIPLIER) >>> (32 - HASH_BITS);
}

/** Letters of English texts and code from the most frequent on. */
const FREQUENT = 'etaoinsrhldcumfpgwybvkxjqz_-. ';

/** Returns the start of the two neighbors of four bytes that are rarest in texts. */
function rarestPair(bytes: Uint8Array): number {
  let best = 0;
  let bestScore = -1;
  for (let offset = 0; offset + GRAM_LENGTH < bytes.length; offset += 1) {
    let score = 0;
    for (const byte of bytes.subarray(offset, offset + GRAM_LENGTH + 1)) {
      const rank = FREQUENT.indexOf(String.fromCharCode(byte).toLowerCase());
      score += rank < 0 ? FREQUENT.length : rank;
    }
    if (score > bestScore) [best, bestScore] = [offset, score];
  }
  return best;
}
