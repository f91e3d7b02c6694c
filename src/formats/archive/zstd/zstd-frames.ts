/**
 * Finds where zstd frames and their blocks begin and end, without decompressing them.
 *
 * Source: RFC 8878, section 3.1. Only sizes are read; what is in a block is the decompressor's.
 */

import { ParseError } from '../../../core/base/errors.ts';
import { ByteQueue } from '../../bytes/byte-queue.ts';

/**
 * One block of a frame, with the frame's header in front of the first and its checksum behind the
 * last.
 */
export interface FramePiece {
  readonly bytes: Uint8Array;
  /** The frame ends with this piece. */
  readonly isLast: boolean;
}

const MAGIC = 0xfd2fb528;
const MAGIC_BYTES = 4;
/** The last four bits are free. */
const SKIPPABLE_MAGIC = 0x184d2a50;

/** Magic number, descriptor, window, dictionary and content size. */
const MAX_HEADER_BYTES = 18;

/** The largest window; the zstd command has the same default. */
const MAX_WINDOW_BYTES = 128 * 1024 * 1024;

const MAX_BLOCK_BYTES = 128 * 1024;
const BLOCK_HEADER_BYTES = 3;
const CHECKSUM_BYTES = 4;

/**
 * Yields the blocks of all frames, in order; skippable frames are left out.
 *
 * @throws ParseError where the input is cut off or no zstd, or a frame wants a dictionary or too
 * large a window.
 */
export async function* splitFrames(
  input: AsyncIterable<Uint8Array>,
  streamName: string,
): AsyncGenerator<FramePiece> {
  const queue = new ByteQueue(input);
  for (;;) {
    const head = await queue.peek(MAGIC_BYTES);
    if (head.length === 0) return;
    if (head.length < MAGIC_BYTES) throw cutOff(streamName);
    const magic = head.readUInt32LE(0);
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) await skipFrame(queue, streamName);
    else if (magic === MAGIC) yield* splitFrame(queue, streamName);
    else
      throw new ParseError(streamName, 'the zstd stream goes on with bytes that are not a frame');
  }
}

async function* splitFrame(queue: ByteQueue, streamName: string): AsyncGenerator<FramePiece> {
  const header = readFrameHeader(await queue.peek(MAX_HEADER_BYTES), streamName);
  let { headerBytes } = header;
  for (;;) {
    const blockStart = headerBytes + BLOCK_HEADER_BYTES;
    const head = await queue.peek(blockStart);
    if (head.length < blockStart) throw cutOff(streamName);
    const block = head.readUIntLE(headerBytes, BLOCK_HEADER_BYTES);
    const isLast = (block & 1) === 1;
    const blockBytes = storedBlockBytes(block, streamName);
    const endBytes = isLast && header.hasChecksum ? CHECKSUM_BYTES : 0;
    const bytes = await queue.take(blockStart + blockBytes + endBytes);
    if (bytes === undefined) throw cutOff(streamName);
    yield { bytes, isLast };
    if (isLast) return;
    headerBytes = 0;
  }
}

/** A block of one repeated byte is stored as that byte. */
function storedBlockBytes(block: number, streamName: string): number {
  const type = (block >> 1) & 3;
  const sizeBytes = block >> 3;
  if (type === 3 || sizeBytes > MAX_BLOCK_BYTES) {
    throw new ParseError(streamName, 'the zstd stream has a block that cannot be');
  }
  return type === 1 ? 1 : sizeBytes;
}

interface FrameHeader {
  readonly headerBytes: number;
  readonly hasChecksum: boolean;
}

function readFrameHeader(head: Buffer, streamName: string): FrameHeader {
  const descriptor = head[MAGIC_BYTES];
  if (descriptor === undefined) throw cutOff(streamName);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const contentSizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const windowAt = MAGIC_BYTES + 1;
  const dictionaryAt = windowAt + (isSingleSegment ? 0 : 1);
  const contentAt = dictionaryAt + dictionaryBytes;
  const headerBytes = contentAt + contentSizeBytes;
  if (head.length < headerBytes) throw cutOff(streamName);
  if (head.subarray(dictionaryAt, contentAt).some((byte) => byte !== 0)) {
    throw new ParseError(streamName, 'the zstd stream needs a dictionary');
  }
  const windowBytes = isSingleSegment
    ? readContentSize(head, contentAt, contentSizeBytes)
    : readWindow(head[windowAt] ?? 0);
  if (windowBytes > MAX_WINDOW_BYTES) {
    throw new ParseError(streamName, 'the zstd stream needs a window of more than 128 MiB');
  }
  return { headerBytes, hasChecksum: (descriptor & 4) !== 0 };
}

function readWindow(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

function readContentSize(head: Buffer, start: number, lengthBytes: number): number {
  if (lengthBytes === 8) return Number(head.readBigUInt64LE(start));
  const value = head.readUIntLE(start, lengthBytes);
  return lengthBytes === 2 ? value + 256 : value;
}

async function skipFrame(queue: ByteQueue, streamName: string): Promise<void> {
  const head = await queue.take(MAGIC_BYTES + 4);
  if (head === undefined) throw cutOff(streamName);
  let rest = head.readUInt32LE(MAGIC_BYTES);
  while (rest > 0) {
    const bytes = await queue.peek(1);
    if (bytes.length === 0) throw cutOff(streamName);
    const length = Math.min(rest, bytes.length);
    queue.drop(length);
    rest -= length;
  }
}

function cutOff(streamName: string): ParseError {
  return new ParseError(streamName, 'the zstd stream is cut off');
}
