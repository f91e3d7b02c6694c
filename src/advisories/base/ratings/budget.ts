/** Limits for fetching ratings: bytes and time. */

import type { Context } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import { MAX_DURATION_MS, MAX_TOTAL_BYTES } from './fetch-plan.ts';

/** Bounds of one run; tests make them small. */
export interface RatingLimits {
  readonly maxBytes: number;
  readonly maxDurationMs: number;
}

/** The bounds of fetching ratings in one scan. */
export const RATING_LIMITS: RatingLimits = {
  maxBytes: MAX_TOTAL_BYTES,
  maxDurationMs: MAX_DURATION_MS,
};

/** The bytes and the time that fetching ratings may still take in a scan. */
export class RatingBudget {
  /** The context of the run, which also ends when the time is over. */
  readonly context: Context;
  readonly #limits: RatingLimits;
  readonly #outer: Context;
  readonly #timer: AbortSignal;
  #spentBytes = 0;

  constructor(limits: RatingLimits, context: Context) {
    this.#limits = limits;
    this.#outer = context;
    this.#timer = AbortSignal.timeout(limits.maxDurationMs);
    this.context = { ...context, signal: AbortSignal.any([context.signal, this.#timer]) };
  }

  get bytesLeft(): number {
    return Math.max(0, this.#limits.maxBytes - this.#spentBytes);
  }

  get isTimeOver(): boolean {
    return this.#timer.aborted;
  }

  spend(bytes: number): void {
    this.#spentBytes += bytes;
  }

  /** Returns the failure of a source; an interruption by the user, and a bug, is thrown on. */
  failure(error: unknown): AssayError {
    if (!(error instanceof AssayError) || this.#outer.signal.aborted) throw error;
    if (error.code !== 'INTERRUPTED') return error;
    const seconds = Math.round(this.#limits.maxDurationMs / 1000);
    return new AssayError('TIMEOUT', `not done within ${seconds} s`, { cause: error });
  }
}
