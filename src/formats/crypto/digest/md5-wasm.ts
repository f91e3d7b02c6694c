/**
 * The compression function of MD5 for eight messages at once, as WebAssembly that is written here:
 * no processor has instructions for MD5, and one message keeps a quarter of its arithmetic units
 * busy. Measured four times as fast as `node:crypto`.
 *
 * Source: RFC 1321, section 3.4; WebAssembly core specification 2.0, chapter 5 (binary format) and
 * 5.4.8 (vectors).
 */

/**
 * Messages that are digested at once: two vectors of four. Three vectors were no faster, four
 * slower.
 */
export const LANES = 8;

/** Words of the state of one message. */
export const STATE_WORDS = 4;

const GROUPS = 2;
const GROUP_LANES = LANES / GROUPS;
const STATE_COUNT = GROUPS * STATE_WORDS;
const VECTOR_BYTES = 16;
/** The block length of MD5 (RFC 1321, section 3.4), in bytes. */
export const BLOCK_BYTES = 64;
const BLOCK_WORDS = 16;
const STEPS = 64;

/** Scratch bytes from offset 0 that hold the words of the blocks during processing. */
export const SCRATCH_BYTES = GROUPS * BLOCK_WORDS * VECTOR_BYTES;

/** RFC 1321: by round, and in a round by turns. */
const SHIFTS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
] as const;

const I32 = 0x7f;
const V128 = 0x7b;
const VECTOR = 0xfd;
const LOOP = 0x03;
const END = 0x0b;
const BRANCH_IF = 0x0d;
const NO_RESULT = 0x40;
const GET = 0x20;
const SET = 0x21;
const TEE = 0x22;
/** Opcodes for 32 bits. */
const WORD_LOAD = 0x28;
const WORD = 0x41;
const WORD_ADD = 0x6a;
const WORD_SUBTRACT = 0x6b;
/** Opcodes for 128 bits, after {@link VECTOR}. */
const LOAD = 0;
const STORE = 11;
const CONSTANT = 12;
const SHUFFLE = 13;
const NOT = 77;
const AND = 78;
const AND_NOT = 79;
const OR = 80;
const XOR = 81;
const SHIFT_LEFT = 171;
const SHIFT_RIGHT = 173;
const ADD = 174;
/** Binary logarithms of alignments. */
const ALIGNED = 4;
const UNALIGNED = 0;

/** Parameters of the function. */
const STATES = 0;
const POINTERS = 1;
const COUNT = 2;
/**
 * Its locals: pointers of the lanes, the states, the states before the block, and what is in hand.
 */
const POINTER = 3;
const STATE = POINTER + LANES;
const BEFORE = STATE + GROUPS * STATE_WORDS;
const HAND = BEFORE + GROUPS * STATE_WORDS;
const HAND_COUNT = 8;

/** Room for the code of the function. */
const MAX_CODE_BYTES = 16 * 1024;

/**
 * Returns a module that imports `env.memory` and exports `digest(states, pointers, count)`: it
 * takes `count` blocks, 1 or more, of each lane. At `states` are for each group of four lanes their
 * first words, their second words, and so on; at `pointers` the addresses of the lanes' blocks. The
 * first {@link SCRATCH_BYTES} of the memory are the module's.
 */
export function md5Module(): Uint8Array {
  const code = new Code();
  for (let lane = 0; lane < LANES; lane += 1) {
    code
      .get(POINTERS)
      .memory(WORD_LOAD, 2, lane * 4)
      .set(POINTER + lane);
  }
  for (let at = 0; at < STATE_COUNT; at += 1) {
    code
      .get(STATES)
      .vectorMemory(LOAD, ALIGNED, at * VECTOR_BYTES)
      .set(STATE + at);
  }
  code.byte(LOOP).byte(NO_RESULT);
  for (let group = 0; group < GROUPS; group += 1) spreadBlock(code, group);
  for (let at = 0; at < STATE_COUNT; at += 1) code.get(STATE + at).set(BEFORE + at);
  for (let step = 0; step < STEPS; step += 1) addStep(code, step);
  for (let at = 0; at < STATE_COUNT; at += 1) {
    code
      .get(STATE + at)
      .get(BEFORE + at)
      .vector(ADD)
      .set(STATE + at);
  }
  for (let lane = 0; lane < LANES; lane += 1) {
    code
      .get(POINTER + lane)
      .word(BLOCK_BYTES)
      .byte(WORD_ADD)
      .set(POINTER + lane);
  }
  code.get(COUNT).word(1).byte(WORD_SUBTRACT).byte(TEE).byte(COUNT).byte(BRANCH_IF).byte(0);
  code.byte(END);
  for (let at = 0; at < STATE_COUNT; at += 1) {
    code
      .get(STATES)
      .get(STATE + at)
      .vectorMemory(STORE, ALIGNED, at * VECTOR_BYTES);
  }
  code.byte(END);
  return assemble(code.bytes());
}

/**
 * Spreads the blocks of four lanes, so that each vector has the same word of all: four words at a
 * time, as a matrix is turned.
 */
function spreadBlock(code: Code, group: number): void {
  const turned = HAND + GROUP_LANES;
  for (let first = 0; first < BLOCK_WORDS; first += GROUP_LANES) {
    for (let lane = 0; lane < GROUP_LANES; lane += 1) {
      code.get(POINTER + group * GROUP_LANES + lane);
      code.vectorMemory(LOAD, UNALIGNED, first * 4).set(HAND + lane);
    }
    code.shuffle(HAND, HAND + 1, LOW).set(turned);
    code.shuffle(HAND + 2, HAND + 3, LOW).set(turned + 1);
    code.shuffle(HAND, HAND + 1, HIGH).set(turned + 2);
    code.shuffle(HAND + 2, HAND + 3, HIGH).set(turned + 3);
    for (let at = 0; at < GROUP_LANES; at += 1) {
      const pair = turned + (at & 2);
      code.word(0).shuffle(pair, pair + 1, at % 2 === 0 ? FIRST_HALVES : SECOND_HALVES);
      code.vectorMemory(STORE, ALIGNED, scratchOf(group, first + at));
    }
  }
}

/** Bytes of a vector made of words of two others: 0 to 3 in the one, 4 to 7 in the other. */
const LOW = [0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23];
const HIGH = [8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31];
const FIRST_HALVES = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];
const SECOND_HALVES = [8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31];

function scratchOf(group: number, at: number): number {
  return (group * BLOCK_WORDS + at) * VECTOR_BYTES;
}

/** Emits one of the 64 steps, for all groups in turns: none waits for the other. */
function addStep(code: Code, step: number): void {
  const round = step >> 4;
  const shift = SHIFTS[round]?.[step % 4] ?? 0;
  const at = [step, 5 * step + 1, 3 * step + 5, 7 * step][round] ?? 0;
  for (let group = 0; group < GROUPS; group += 1) {
    /** Returns the local of a word; words change their names with each step. */
    const local = (name: number): number =>
      STATE + group * STATE_WORDS + ((name + STEPS - step) % STATE_WORDS);
    code.get(local(0)).word(0);
    code.vectorMemory(LOAD, ALIGNED, scratchOf(group, at % BLOCK_WORDS));
    code.constant(sineOf(step)).vector(ADD).vector(ADD);
    addMixed(code, round, { b: local(1), c: local(2), d: local(3) });
    code
      .byte(TEE)
      .byte(HAND + group)
      .word(shift)
      .vector(SHIFT_LEFT);
    code
      .get(HAND + group)
      .word(32 - shift)
      .vector(SHIFT_RIGHT)
      .vector(OR);
    code.get(local(1)).vector(ADD).set(local(0));
  }
}

interface Names {
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

/** Adds what RFC 1321 calls F, G, H and I, in forms with the fewest instructions. */
function addMixed(code: Code, round: number, { b, c, d }: Names): void {
  switch (round) {
    case 0: // d ^ (b & (c ^ d))
      code.get(d).get(c).get(d).vector(XOR).get(b).vector(AND).vector(XOR);
      break;
    case 1: // (c & ~d) + (b & d), which have no bit in common
      code.get(c).get(d).vector(AND_NOT).vector(ADD).get(b).get(d).vector(AND);
      break;
    case 2: // b ^ c ^ d
      code.get(c).get(d).vector(XOR).get(b).vector(XOR);
      break;
    default: // c ^ (b | ~d)
      code.get(d).vector(NOT).get(b).vector(OR).get(c).vector(XOR);
  }
  code.vector(ADD);
}

/** Returns element `step + 1` of the table T of RFC 1321. */
function sineOf(step: number): number {
  return Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32);
}

/**
 * Instructions, one after another. Written without lists of them: it is done once a process, by
 * code that is still cold.
 */
class Code {
  readonly #bytes = new Uint8Array(MAX_CODE_BYTES);
  #length = 0;

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  byte(value: number): this {
    this.#bytes[this.#length] = value;
    this.#length += 1;
    return this;
  }

  get(local: number): this {
    return this.byte(GET).byte(local);
  }

  set(local: number): this {
    return this.byte(SET).byte(local);
  }

  /** Adds a constant of 0 to 8191: LEB128 with a sign. */
  word(value: number): this {
    this.byte(WORD);
    return value < 0x40 ? this.byte(value) : this.byte((value & 0x7f) | 0x80).byte(value >> 7);
  }

  vector(op: number): this {
    return this.byte(VECTOR).unsigned(op);
  }

  memory(op: number, alignment: number, offset: number): this {
    return this.byte(op).byte(alignment).unsigned(offset);
  }

  vectorMemory(op: number, alignment: number, offset: number): this {
    return this.byte(VECTOR).memory(op, alignment, offset);
  }

  /** The same 32 bits four times. */
  constant(value: number): this {
    this.vector(CONSTANT);
    for (let at = 0; at < VECTOR_BYTES; at += 1) this.byte((value >>> (8 * (at % 4))) & 0xff);
    return this;
  }

  shuffle(one: number, other: number, bytes: readonly number[]): this {
    this.get(one).get(other).vector(SHUFFLE);
    for (const at of bytes) this.byte(at);
    return this;
  }

  /** Adds LEB128 without a sign, of 0 to 16383. */
  unsigned(value: number): this {
    return value < 0x80 ? this.byte(value) : this.byte((value & 0x7f) | 0x80).byte(value >> 7);
  }
}

function assemble(code: Uint8Array): Uint8Array {
  const locals = [2, LANES, I32, HAND + HAND_COUNT - STATE, V128];
  const bodyBytes = lengthOf(locals.length + code.length);
  return Buffer.concat([
    Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00),
    section(1, Uint8Array.of(1, 0x60, 3, I32, I32, I32, 0)),
    section(2, Uint8Array.of(1, ...name('env'), ...name('memory'), 0x02, 0x00, 0x01)),
    section(3, Uint8Array.of(1, 0)),
    section(7, Uint8Array.of(1, ...name('digest'), 0x00, 0x00)),
    section(10, Buffer.concat([Uint8Array.of(1, ...bodyBytes, ...locals), code])),
  ]);
}

function section(id: number, body: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(id, ...lengthOf(body.length)), body]);
}

/** Adds LEB128 in two bytes, also if one would do. */
function lengthOf(value: number): readonly number[] {
  return [(value & 0x7f) | 0x80, value >> 7];
}

function name(text: string): readonly number[] {
  return [text.length, ...Buffer.from(text)];
}
