/**
 * Deflate streams unpacked into buffers of the caller, by the handle below node:zlib's streams.
 *
 * The public streams allocate every piece of output, which costs a quarter more time; the handle
 * writes into one buffer again and again, on a thread of its own, so that the piece before can be
 * used meanwhile. It is no public interface: a known vector is unpacked before the first use, and a
 * caller that gets no inflater uses the public streams.
 *
 * Source: RFC 1951; the handle as Node 20, 22 and 24 have it (`lib/zlib.js`: `init`, `write`,
 * `writeSync`, `reset`).
 */

import { constants, createInflateRaw } from 'node:zlib';

/** The part of the handle that is used here. */
interface Handle {
  onerror: ((message: string, errno: number, code: string) => void) | null;
  init(...args: readonly unknown[]): void;
  write(...args: WriteArguments): void;
  writeSync(...args: WriteArguments): void;
  reset(): void;
  close(): void;
}

type WriteArguments = readonly [
  flush: number,
  input: Uint8Array,
  inputOffset: number,
  inputBytes: number,
  output: Uint8Array,
  outputOffset: number,
  outputBytes: number,
];

/** An error of zlib: `Z_DATA_ERROR`, or `Z_BUF_ERROR` where the input ends too early. */
export class InflateError extends Error {
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

/**
 * zlib's own name for raw deflate in the handle's constructor; the largest window, as readers must
 * allow.
 */
const RAW_MODE = constants.INFLATERAW;
const WINDOW_BITS = constants.Z_MAX_WINDOWBITS;
const MEMORY_LEVEL = constants.Z_DEFAULT_MEMLEVEL;

interface PendingWrite {
  readonly resolve: () => void;
  readonly reject: (error: InflateError) => void;
  readonly buffers: readonly Uint8Array[];
}

/**
 * Decompresses one raw DEFLATE stream at a time with zlib's own handle, between two buffers of the
 * caller.
 */
export class Inflater {
  /** Result of the last write: free bytes of the output, and unused bytes of the input. */
  freeBytes = 0;
  unusedBytes = 0;

  readonly #handle: Handle;
  readonly #state = new Uint32Array(2);
  #refused: InflateError | undefined;
  /**
   * The pending write. It holds the buffers that the handle works on, which no other code may use.
   */
  #pending: PendingWrite | undefined;

  constructor() {
    const stream = createInflateRaw() as unknown as {
      readonly _handle: { readonly constructor: new (mode: number) => Handle };
      close(): void;
    };
    const { constructor: HandleClass } = stream._handle;
    stream.close();
    this.#handle = new HandleClass(RAW_MODE);
    const done = (): void => {
      this.#finish(undefined);
    };
    this.#handle.init(WINDOW_BITS, 0, MEMORY_LEVEL, 0, this.#state, done, undefined);
    this.#handle.onerror = (message, _errno, code) => {
      this.#refused = new InflateError(message, code);
      this.#finish(this.#refused);
    };
  }

  /**
   * Unpacks on another thread what fits into `output`; both buffers belong to it until then.
   * @throws InflateError
   */
  write(input: Uint8Array, inputOffset: number, output: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject, buffers: [input, output] };
      this.#handle.write(
        constants.Z_NO_FLUSH,
        input,
        inputOffset,
        input.length - inputOffset,
        output,
        0,
        output.length,
      );
    });
  }

  /** Writes as {@link write} does, at once; `isEnd`: no more input follows. @throws InflateError */
  writeSync(
    input: Uint8Array,
    inputOffset: number,
    output: Uint8Array,
    { isEnd }: { readonly isEnd: boolean },
  ): void {
    this.#refused = undefined;
    this.#handle.writeSync(
      isEnd ? constants.Z_FINISH : constants.Z_NO_FLUSH,
      input,
      inputOffset,
      input.length - inputOffset,
      output,
      0,
      output.length,
    );
    this.#readState();
    throwIfRefused(this.#refused);
  }

  /** Makes ready for another stream. */
  reset(): void {
    this.#handle.reset();
  }

  /** Closes the handle; nothing may be written any more. */
  close(): void {
    this.#handle.close();
  }

  #finish(error: InflateError | undefined): void {
    this.#readState();
    const pending = this.#pending;
    this.#pending = undefined;
    if (error === undefined) pending?.resolve();
    else pending?.reject(error);
  }

  #readState(): void {
    this.freeBytes = this.#state[0] ?? 0;
    this.unusedBytes = this.#state[1] ?? 0;
  }
}

/** Throws a refusal. The handle passes its errors to a listener, also while it is called. */
function throwIfRefused(refused: InflateError | undefined): void {
  if (refused !== undefined) throw refused;
}

/** Raw deflate of {@link VECTOR_TEXT}, and two bytes that are not of the stream. */
const VECTOR = Buffer.from('SywuTqxUSESQVgrlGYklCpnFCpl5xZkpqTpwfnZefnkeAFVV', 'base64');
const VECTOR_TEXT = 'assay assay assay: what is inside, what is known';
const VECTOR_CUT = 20;

let isTrusted: Promise<boolean> | undefined;

/**
 * Returns an inflater if this version of Node has the handle and it works correctly. The caller
 * closes it.
 */
export async function createInflater(): Promise<Inflater | undefined> {
  isTrusted ??= unpacksVector();
  return (await isTrusted) ? new Inflater() : undefined;
}

async function unpacksVector(): Promise<boolean> {
  try {
    const inflater = new Inflater();
    const isRight = (await unpacksAside(inflater)) && unpacksAtOnce(inflater);
    inflater.close();
    return isRight;
  } catch {
    return false;
  }
}

async function unpacksAside(inflater: Inflater): Promise<boolean> {
  const output = Buffer.alloc(64);
  await inflater.write(VECTOR, 0, output);
  if (inflater.freeBytes !== output.length - VECTOR_TEXT.length) return false;
  return holdsText(inflater, output);
}

/** Returns whether the inflater unpacks a vector: in two steps after a reset, and then cut off. */
function unpacksAtOnce(inflater: Inflater): boolean {
  const output = Buffer.alloc(64);
  inflater.reset();
  inflater.writeSync(VECTOR.subarray(0, VECTOR_CUT), 0, output, { isEnd: false });
  const firstBytes = output.length - inflater.freeBytes;
  inflater.writeSync(VECTOR, VECTOR_CUT, output.subarray(firstBytes), { isEnd: false });
  if (!holdsText(inflater, output)) return false;
  inflater.reset();
  try {
    inflater.writeSync(VECTOR.subarray(0, VECTOR_CUT), 0, output, { isEnd: true });
    return false;
  } catch (error) {
    return error instanceof InflateError && error.code === 'Z_BUF_ERROR';
  }
}

function holdsText({ unusedBytes }: Inflater, output: Buffer): boolean {
  return unusedBytes === 2 && output.toString('latin1', 0, VECTOR_TEXT.length) === VECTOR_TEXT;
}
