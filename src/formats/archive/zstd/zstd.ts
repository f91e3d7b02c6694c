/**
 * zstd streams of one or many frames: by node:zlib where it knows zstd, else by zstd in
 * WebAssembly.
 *
 * Source: RFC 8878. Frames are separated here, because node:zlib 22 and 24 leave out every frame
 * that begins in the middle of a piece, and 22 takes a stream that is cut off for whole. Refuses
 * that, other bytes after a frame, dictionaries, and windows above 128 MiB, the bound of the zstd
 * command. Checksums of frames are left to node:zlib: readers of layers compare the digest of the
 * output.
 */

import * as zlib from 'node:zlib';
import type { Transform } from 'node:stream';

import { damaged, pump, STREAM_OPTIONS, writePiece } from '../gzip/pump.ts';
import { createZstd, releaseZstd, ZstdError } from './zstd-wasm.ts';
import { splitFrames, type FramePiece } from './zstd-frames.ts';

/**
 * Decompresses a stream of zstd frames. Skippable frames are passed over.
 *
 * @throws ParseError; what `input` and `take` throw goes through.
 */
export async function unzstd(
  input: AsyncIterable<Uint8Array>,
  take: (piece: Uint8Array) => void,
  streamName: string,
): Promise<void> {
  const pieces = splitFrames(input, streamName);
  const stream = nativeStream();
  if (stream === undefined) {
    await unzstdInWasm(pieces, take, streamName);
    return;
  }
  const feed = async (): Promise<void> => {
    for await (const piece of pieces) await writePiece(stream, piece.bytes);
    stream.end();
  };
  await pump(stream, feed, { take, streamName });
}

/**
 * Unpacks frames on Node 20; exported so that it is tested on every version. Exported so that it is
 * tested on every version.
 */
export async function unzstdInWasm(
  pieces: AsyncIterable<FramePiece>,
  take: (piece: Uint8Array) => void,
  streamName: string,
): Promise<void> {
  const zstd = await createZstd();
  try {
    for await (const { bytes, isLast } of pieces) {
      if (zstd.push(bytes, take) !== isLast) throw new ZstdError('a frame ends early or late');
    }
  } catch (error) {
    throw error instanceof ZstdError ? damaged(streamName, error) : error;
  }
  releaseZstd(zstd);
}

function nativeStream(): Transform | undefined {
  const { createZstdDecompress } = zlib as {
    createZstdDecompress?: (options: typeof STREAM_OPTIONS) => Transform;
  };
  return createZstdDecompress?.(STREAM_OPTIONS);
}
