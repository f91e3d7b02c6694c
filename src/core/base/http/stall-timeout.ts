/**
 * The patience of a request: how long it waits for a server that says nothing, or next to nothing.
 */

/** Half a kilobyte a second: a modem of 1990 was faster. */
const WINDOW_BYTES = 16 * 1024;

/** Aborts a request when too little comes for too long, or when the run is interrupted. */
export class StallTimeout {
  readonly idleMs: number;
  readonly #outer: AbortSignal;
  readonly #expiry = new AbortController();
  readonly signal: AbortSignal;
  #timer: NodeJS.Timeout | undefined;
  #startedMs = 0;
  /** Remaining milliseconds of the wait. */
  #leftMs = 0;
  /** Bytes that arrived during it. */
  #takenBytes = 0;

  constructor(outer: AbortSignal, idleMs: number) {
    this.#outer = outer;
    this.idleMs = idleMs;
    this.signal = AbortSignal.any([outer, this.#expiry.signal]);
    this.restart();
  }

  get isExpired(): boolean {
    return this.#expiry.signal.aborted;
  }

  get isInterrupted(): boolean {
    return this.#outer.aborted;
  }

  /** Returns whether something came, and less than enough. */
  get isDripping(): boolean {
    return this.#takenBytes > 0;
  }

  /** Begins a new wait. */
  restart(): void {
    this.stop();
    this.#leftMs = this.idleMs;
    this.#takenBytes = 0;
    this.goOn();
  }

  /** Records received bytes, which may be enough for a new wait. */
  take(lengthBytes: number): void {
    this.#takenBytes += lengthBytes;
    if (this.#takenBytes >= WINDOW_BYTES) this.restart();
  }

  stop(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#leftMs -= performance.now() - this.#startedMs;
  }

  /** Goes on with the wait that was stopped. */
  goOn(): void {
    this.#startedMs = performance.now();
    this.#timer = setTimeout(() => this.#expiry.abort(), Math.max(0, this.#leftMs));
  }
}
