/**
 * Decompression of streams: gzip, zstd or neither, recognized by their first bytes.
 *
 * The uncompressed bytes are pushed to a synchronous taker, so memory holds only one piece, however
 * far a hostile stream expands; an exception of the taker ends the reading. Input is read as fast
 * as output is taken.
 */

import { gunzip, type GunzipOptions } from './gzip/gzip.ts';
import { unzstd } from './zstd/zstd.ts';

/** The compression of a stream, by its first bytes. */
export type Compression = 'gzip' | 'zstd' | 'none';

/** Takes the next uncompressed bytes; they are valid only during the call. */
export type TakeBytes = (piece: Uint8Array) => void;

/** First bytes that {@link detectCompression} looks at. */
export const COMPRESSION_MAGIC_BYTES = 4;

/**
 * Detects the compression by magic number: gzip (RFC 1952, deflate only), zstd and its skippable
 * frames (RFC 8878).
 */
export function detectCompression(head: Uint8Array): Compression {
  const [first, second, third, fourth] = head;
  if (first === 0x1f && second === 0x8b && third === 0x08) return 'gzip';
  if (first === 0x28 && second === 0xb5 && third === 0x2f && fourth === 0xfd) return 'zstd';
  const isSkippable = first !== undefined && (first & 0xf0) === 0x50;
  if (isSkippable && second === 0x2a && third === 0x4d && fourth === 0x18) return 'zstd';
  return 'none';
}

/**
 * Pushes the uncompressed form of `input` to `take` and answers what the input was. The pieces of
 * `input` must not change afterwards.
 *
 * @throws ParseError where the stream is cut off or damaged; what `input` and `take` throw goes
 * through as it is.
 */
export async function decompress(
  input: AsyncIterable<Uint8Array>,
  take: TakeBytes,
  streamName: string,
  options: GunzipOptions = {},
): Promise<Compression> {
  const source = input[Symbol.asyncIterator]();
  try {
    const head = await readHead(source);
    const compression = detectCompression(head);
    const whole = chain(head, source);
    if (compression === 'gzip') await gunzip(whole, take, streamName, options);
    else if (compression === 'zstd') await unzstd(whole, take, streamName);
    else for await (const piece of whole) take(piece);
    return compression;
  } finally {
    await source.return?.();
  }
}

/** Returns pieces until the magic number is complete; nearly always the first one. */
async function readHead(source: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < COMPRESSION_MAGIC_BYTES) {
    const next = await source.next();
    if (next.done === true) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return head;
}

async function* chain(
  head: Uint8Array,
  source: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  for (;;) {
    const next = await source.next();
    if (next.done === true) return;
    yield next.value;
  }
}
