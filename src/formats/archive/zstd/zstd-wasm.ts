/**
 * zstd itself in WebAssembly, for Node 20, whose node:zlib has no zstd. The code is that of a
 * library; it is driven from here, because the library passes over the errors of zstd, calls it
 * again for ever, and keeps what a damaged stream held.
 *
 * Source: `ZSTD_decompressStream` in zstd.h; buffers are `{pointer, size, position}` of 32 bits
 * each.
 */

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  ZSTD_createDCtx(): number;
  ZSTD_DStreamOutSize(): number;
  /** Returns 0 at the end of a frame, else a hint, or the number of an error below zero. */
  ZSTD_decompressStream(context: number, output: number, input: number): number;
  malloc(lengthBytes: number): number;
}

/** A part of what every JavaScript has, which the types of Node leave to browsers. */
interface WebAssemblyPart {
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

/** zstd refuses the bytes, or has no memory left. */
export class ZstdError extends Error {}

const BUFFER_BYTES = 12;
const POSITION_AT = 8;
/** Errors are numbered downwards from -1, and hints are far below 2 GiB. */
const FIRST_ERROR = 0;
/** Larger ones are not kept for the next stream. */
const MAX_IDLE_BYTES = 32 * 1024 * 1024;

let loading: Promise<object> | undefined;
let idle: ZstdDecompressor | undefined;

/**
 * Returns a decompressor of frames, one after another; give it back with {@link releaseZstd} after
 * the end of a frame.
 */
export async function createZstd(): Promise<ZstdDecompressor> {
  loading ??= loadModule();
  const module = await loading;
  const kept = idle;
  idle = undefined;
  return kept ?? new ZstdDecompressor(module);
}

/**
 * Keeps a decompressor that stands between two frames for the next stream: making one takes
 * milliseconds.
 */
export function releaseZstd(zstd: ZstdDecompressor): void {
  if (zstd.memoryBytes <= MAX_IDLE_BYTES) idle = zstd;
}

/** Returns the library's code, compiled. */
async function loadModule(): Promise<object> {
  const { ZSTDDecoder } = await import('zstddec/stream');
  return new Promise((resolve, reject) => {
    class Loader extends ZSTDDecoder {
      override _init(source: { readonly module: object }): void {
        resolve(source.module);
      }
    }
    new Loader().init().catch(reject);
  });
}

/** A decompressor with a memory of its own, which is freed when it is garbage collected. */
export class ZstdDecompressor {
  readonly #zstd: Exports;
  readonly #context: number;
  readonly #input: number;
  readonly #output: number;
  readonly #outputBytes: number;
  #room: { readonly at: number; readonly lengthBytes: number };

  /** Use {@link createZstd}. */
  constructor(module: object) {
    const env = { emscripten_notify_memory_growth: () => undefined };
    const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyPart };
    this.#zstd = new WebAssembly.Instance(module, { env }).exports as Exports;
    this.#context = this.#allocated(this.#zstd.ZSTD_createDCtx());
    this.#input = this.#allocated(this.#zstd.malloc(BUFFER_BYTES));
    this.#outputBytes = this.#zstd.ZSTD_DStreamOutSize();
    this.#output = this.#allocated(this.#zstd.malloc(BUFFER_BYTES + this.#outputBytes));
    this.#room = { at: 0, lengthBytes: 0 };
  }

  get memoryBytes(): number {
    return this.#zstd.memory.buffer.byteLength;
  }

  /**
   * Unpacks the next bytes of a frame, and not of two. Gives copies.
   *
   * @returns whether the frame is complete
   * @throws ZstdError where zstd refuses them; what `take` throws
   */
  push(bytes: Uint8Array, take: (piece: Uint8Array) => void): boolean {
    const start = this.#write(bytes);
    let isComplete = false;
    for (let position = 0; ;) {
      this.#setBuffer(this.#input, start, bytes.length, position);
      const outputAt = this.#output + BUFFER_BYTES;
      this.#setBuffer(this.#output, outputAt, this.#outputBytes, 0);
      const code = this.#zstd.ZSTD_decompressStream(this.#context, this.#output, this.#input);
      if (code < FIRST_ERROR) throw new ZstdError(`zstd error ${String(-code)}`);
      isComplete = code === 0;
      const given = this.#position(this.#output);
      if (given > 0) take(new Uint8Array(this.#zstd.memory.buffer, outputAt, given).slice());
      position = this.#position(this.#input);
      // Output that fills the room may have more behind it.
      if (position === bytes.length && given < this.#outputBytes) return isComplete;
      if (isComplete) return position === bytes.length;
    }
  }

  #write(bytes: Uint8Array): number {
    if (bytes.length > this.#room.lengthBytes) {
      const lengthBytes = Math.max(bytes.length, this.#outputBytes);
      this.#room = { at: this.#allocated(this.#zstd.malloc(lengthBytes)), lengthBytes };
    }
    new Uint8Array(this.#zstd.memory.buffer).set(bytes, this.#room.at);
    return this.#room.at;
  }

  #setBuffer(at: number, pointer: number, sizeBytes: number, position: number): void {
    const view = new DataView(this.#zstd.memory.buffer, at, BUFFER_BYTES);
    view.setUint32(0, pointer, true);
    view.setUint32(4, sizeBytes, true);
    view.setUint32(POSITION_AT, position, true);
  }

  #position(at: number): number {
    return new DataView(this.#zstd.memory.buffer).getUint32(at + POSITION_AT, true);
  }

  #allocated(pointer: number): number {
    if (pointer === 0) throw new ZstdError('zstd has no memory');
    return pointer;
  }
}
