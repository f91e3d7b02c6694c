/** Runs a decompressing stream of node:zlib: writes to it while its output is taken. */

import type { Transform } from 'node:stream';

import { ParseError } from '../../../core/base/errors.ts';

/** Largest output piece; 64 KiB and less cost a quarter more time (measured). */
export const OUTPUT_BYTES = 256 * 1024;

/**
 * Options of node:zlib streams: output may be ready while a piece is being used, so that both go on
 * at once.
 */
export const STREAM_OPTIONS: {
  readonly chunkSize: number;
  readonly readableHighWaterMark: number;
} = { chunkSize: OUTPUT_BYTES, readableHighWaterMark: 4 * OUTPUT_BYTES };

/**
 * Pushes everything that `stream` gives to `take` while `feed` writes to it.
 *
 * @throws ParseError where the stream refuses its input; what `feed` and `take` throw goes through.
 */
export async function pump(
  stream: Transform,
  feed: (stream: Transform) => Promise<void>,
  output: { readonly take: (piece: Uint8Array) => void; readonly streamName: string },
): Promise<void> {
  const feeding = feed(stream).catch((error: unknown) => {
    // Ends the loop below, which then throws it. A stream that has failed already keeps its own
    // error.
    stream.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  let taken: { readonly error: unknown } | undefined;
  try {
    for await (const piece of stream as AsyncIterable<Uint8Array>) {
      try {
        output.take(piece);
      } catch (error) {
        taken = { error };
        throw error;
      }
    }
  } catch (error) {
    if (taken === undefined && isRefusal(error)) throw damaged(output.streamName, error);
    throw error;
  }
  await feeding;
}

/** Resolves when the stream has used the piece up and has room again. */
export function writePiece(stream: Transform, piece: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(piece, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/** Returns a ParseError about a compressed stream, `cutOff` or corrupt. */
export function damaged(streamName: string, cause: unknown): ParseError {
  const code = codeOf(cause);
  const reason = code === 'Z_BUF_ERROR' ? 'is cut off' : 'is damaged';
  return new ParseError(streamName, `the compressed stream ${reason}`, { cause });
}

/** Errors of the compression libraries, not of files, limits or people. */
function isRefusal(error: unknown): boolean {
  return /^(?:Z_|ZSTD_)/.test(codeOf(error));
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
