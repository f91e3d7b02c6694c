/** Parts of generated programs that carry data from a source to a sink, or lose it on the way. */

/** A source of numbers that gives the same ones for the same seed (mulberry32, public domain). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** From 0 to below a number. */
  below(count: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let value = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return Math.floor((((value ^ (value >>> 14)) >>> 0) / 4_294_967_296) * count);
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }
}

/** A program that is being written. */
export class Draft {
  readonly random: Random;
  /** Above the handler. */
  readonly top: string[] = [];
  /** In the handler. */
  readonly body: string[] = [];
  readonly features = new Set<string>();
  #count = 0;

  constructor(random: Random) {
    this.random = random;
  }

  /** A name that is used nowhere else in the program. */
  name(prefix: string): string {
    this.#count += 1;
    return `${prefix}${this.#count}`;
  }
}

/**
 * Writes how data in an expression comes into another expression, or is lost. Returns that
 * expression.
 */
export type Carrier = (draft: Draft, input: string) => string;

/** A named way of data. */
export type Feature = readonly [name: string, carrier: Carrier];

/** A finished program. */
export interface GeneratedProgram {
  readonly id: string;
  readonly text: string;
  /** The rule that reports it if the data arrives. */
  readonly rule: string;
  readonly kind: string;
  readonly features: readonly string[];
}
