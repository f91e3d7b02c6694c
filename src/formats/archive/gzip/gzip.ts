/**
 * gzip streams of one or many members.
 *
 * Source: RFC 1952. Read by members, because what may follow the last one is a matter of custom:
 * zeros and other bytes that are not member are passed over as `gunzip` does. Refuses streams that
 * are cut off and members whose checksum or length does not fit. The checksum is left out where the
 * stream itself is compared with a digest that names it: an attacker who makes such a stream makes
 * its checksum too, and computing it is a tenth of the cost of unpacking.
 */

import type { Transform } from 'node:stream';
import { createInflateRaw, crc32, inflateRawSync, type InflateRaw } from 'node:zlib';

import { ParseError } from '../../../core/base/errors.ts';
import { ByteQueue } from '../../bytes/byte-queue.ts';
import { createInflater, type Inflater } from './inflater.ts';
import { damaged, OUTPUT_BYTES, pump, STREAM_OPTIONS, writePiece } from './pump.ts';

/**
 * A member that follows one of at most this size is tried in one call: layers that can be read by
 * range hold a member a file, and a stream for each would take fifteen times as long.
 */
const SMALL_MEMBER_BYTES = 512 * 1024;

const MAX_NAME_BYTES = 64 * 1024;

const HAS_CHECKSUM = 2;
const HAS_EXTRA = 4;
const HAS_NAME = 8;
const HAS_COMMENT = 16;

interface MemberSum {
  crc: number;
  lengthBytes: number;
}

/** Options for decompressing a gzip stream. */
export interface GunzipOptions {
  /** The stream is compared with a digest that names it. */
  readonly isNamed?: boolean;
  /**
   * The input is one small piece, which is unpacked at once if its content is small, too: what a
   * stream needs takes longer than that.
   */
  readonly isSmall?: boolean;
}

/**
 * Unpacks a gzip stream. A piece of `input` must stay as it is until the next but one after it is
 * requested; the argument of `take` is valid only during the call.
 *
 * @throws ParseError; what `input` and `take` throw goes through.
 */
export async function gunzip(
  input: AsyncIterable<Uint8Array>,
  take: (piece: Uint8Array) => void,
  streamName: string,
  options: GunzipOptions = {},
): Promise<void> {
  let inflater: Inflater | undefined;
  let inflateMember: InflateMember | undefined;
  const inflate: InflateMember = async (queue, output) => {
    if (inflateMember === undefined) {
      inflater = await createInflater();
      inflateMember = inflater === undefined ? inflateByStream : inflateWith(inflater);
    }
    await inflateMember(queue, output);
  };
  try {
    await gunzipMembers(input, inflate, { take, streamName }, options);
  } finally {
    inflater?.close();
  }
}

interface Output {
  readonly take: (piece: Uint8Array) => void;
  readonly streamName: string;
}

/**
 * Inflates up to the end of the deflate data and leaves the queue right behind it.
 * @throws ParseError
 */
type InflateMember = (queue: ByteQueue, output: Output) => Promise<void>;

/** Unpacks members; exported so that both ways of inflating are tested on every version. */
export async function gunzipMembers(
  input: AsyncIterable<Uint8Array>,
  inflateMember: InflateMember,
  { take, streamName }: Output,
  { isNamed = false, ...options }: GunzipOptions = {},
): Promise<void> {
  const queue = new ByteQueue(input);
  const cutOff = (): ParseError => new ParseError(streamName, 'the gzip stream is cut off');
  let isFirst = true;
  let isSmall = options.isSmall === true;
  while (await hasMember(queue, isFirst)) {
    if (!(await skipHeader(queue))) throw cutOff();
    const sum: MemberSum = { crc: 0, lengthBytes: 0 };
    const takeCounted = (piece: Uint8Array): void => {
      if (!isNamed) sum.crc = crc32(piece, sum.crc);
      sum.lengthBytes += piece.length;
      take(piece);
    };
    const isRead = isSmall && (await inflateSmall(queue, takeCounted));
    if (!isRead) await inflateMember(queue, { take: takeCounted, streamName });
    const trailer = await queue.take(8);
    if (trailer === undefined) throw cutOff();
    const isRightSum = isNamed || trailer.readUInt32LE(0) === sum.crc;
    if (!isRightSum || trailer.readUInt32LE(4) !== sum.lengthBytes % 2 ** 32) {
      throw new ParseError(streamName, 'the gzip stream is damaged: its checksum does not fit');
    }
    isFirst = false;
    isSmall = sum.lengthBytes <= SMALL_MEMBER_BYTES;
  }
}

/**
 * Returns whether another member follows; a second header must be complete and plausible: anything
 * else is trailing data.
 */
async function hasMember(queue: ByteQueue, isFirst: boolean): Promise<boolean> {
  const head = await queue.peek(3);
  if (head.length === 0) return isFirst;
  if (isFirst) return true;
  return head[0] === 0x1f && head[1] === 0x8b && head[2] === 0x08;
}

/** Skips a header; false if the stream ends within it. */
async function skipHeader(queue: ByteQueue): Promise<boolean> {
  const fixed = await queue.take(10);
  if (fixed === undefined) return false;
  const flags = fixed[3] ?? 0;
  if ((flags & HAS_EXTRA) !== 0) {
    const length = await queue.take(2);
    if (length === undefined) return false;
    if ((await queue.take(length.readUInt16LE(0))) === undefined) return false;
  }
  if ((flags & HAS_NAME) !== 0 && !(await queue.skipPast(0, MAX_NAME_BYTES))) return false;
  if ((flags & HAS_COMMENT) !== 0 && !(await queue.skipPast(0, MAX_NAME_BYTES))) return false;
  return (flags & HAS_CHECKSUM) === 0 || (await queue.take(2)) !== undefined;
}

/**
 * Inflates a member that lies whole in the bytes at hand; false, with nothing taken, where it does
 * not.
 */
async function inflateSmall(queue: ByteQueue, take: (piece: Uint8Array) => void): Promise<boolean> {
  const bytes = await queue.peek(1);
  const result = inflateWhole(bytes);
  if (result === undefined) return false;
  queue.drop(result.engine.bytesWritten);
  if (result.buffer.length > 0) take(result.buffer);
  return true;
}

/** The result of node:zlib with `info: true`, which its types omit. */
interface Inflated {
  readonly buffer: Buffer;
  /** `bytesWritten` is how much of the input was used. */
  readonly engine: { readonly bytesWritten: number };
}

function inflateWhole(bytes: Buffer): Inflated | undefined {
  const options = { info: true, maxOutputLength: SMALL_MEMBER_BYTES };
  try {
    return inflateRawSync(bytes, options) as unknown as Inflated;
  } catch {
    // Too large, cut off or damaged: the streaming way finds out which.
    return undefined;
  }
}

/**
 * Inflates by the handle: while it fills one buffer, the content of the other is taken, and more
 * input is read.
 */
export function inflateWith(inflater: Inflater): InflateMember {
  let filling = Buffer.allocUnsafeSlow(OUTPUT_BYTES);
  let filled = Buffer.allocUnsafeSlow(OUTPUT_BYTES);
  return async (queue, { take, streamName }) => {
    let readyBytes = 0;
    const takeReady = (): void => {
      const lengthBytes = readyBytes;
      readyBytes = 0;
      if (lengthBytes > 0) take(filled.subarray(0, lengthBytes));
    };
    inflater.reset();
    for (;;) {
      const piece = await queue.next();
      if (piece === undefined) break;
      let offset = 0;
      do {
        let refused: unknown;
        const writing = inflater.write(piece, offset, filling).catch((error: unknown) => {
          refused = error;
        });
        try {
          takeReady();
          queue.readAhead();
        } finally {
          // The buffers are the handle's until it is done, whatever has failed here.
          await writing;
        }
        if (refused !== undefined) throw damaged(streamName, refused);
        readyBytes = filling.length - inflater.freeBytes;
        [filling, filled] = [filled, filling];
        offset = piece.length - inflater.unusedBytes;
      } while (inflater.freeBytes === 0);
      if (inflater.unusedBytes > 0) {
        takeReady();
        queue.putBack(piece.subarray(offset));
        return;
      }
    }
    takeReady();
    refuseCutOff(inflater, filling, streamName);
  };
}

/** Refuses deflate data that is not at its end with the input. @throws ParseError */
function refuseCutOff(inflater: Inflater, output: Uint8Array, streamName: string): void {
  try {
    inflater.writeSync(NOTHING, 0, output, { isEnd: true });
  } catch (error) {
    throw damaged(streamName, error);
  }
}

const NOTHING = new Uint8Array(0);

/** Inflates by the public streams of node:zlib, if there is no handle. */
export async function inflateByStream(
  queue: ByteQueue,
  { take, streamName }: Output,
): Promise<void> {
  const inflate: InflateRaw & Transform = createInflateRaw(STREAM_OPTIONS);
  const feed = async (): Promise<void> => {
    let writtenBytes = 0;
    for (;;) {
      const piece = await queue.next();
      if (piece === undefined) break;
      writtenBytes += piece.length;
      await writePiece(inflate, piece);
      const unusedBytes = writtenBytes - inflate.bytesWritten;
      if (unusedBytes > 0) {
        queue.putBack(piece.subarray(piece.length - unusedBytes));
        return;
      }
    }
    inflate.end();
  };
  await pump(inflate, feed, { take, streamName });
}
