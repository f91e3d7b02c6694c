import { deflateRawSync, gzipSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { ByteQueue } from '../../bytes/byte-queue.ts';
import { gunzipMembers, inflateByStream, inflateWith } from './gzip.ts';
import { createInflater, InflateError, type Inflater } from './inflater.ts';

async function usable(): Promise<Inflater> {
  const inflater = await createInflater();
  if (inflater === undefined) throw new Error('the handle of this version of Node is not usable');
  return inflater;
}

const TEXT = Buffer.from(
  Array.from({ length: 50_000 }, (_, n) => `${(n * 7919) % 9973} `).join(''),
);

describe('the inflater', () => {
  it('is there on this version of Node', async () => {
    (await usable()).close();
  });

  it('gives what fits, then the rest', async () => {
    const inflater = await usable();
    const packed = deflateRawSync(TEXT);
    const output = Buffer.alloc(1000);
    const pieces: Buffer[] = [];
    let offset = 0;
    do {
      await inflater.write(packed, offset, output);
      offset = packed.length - inflater.unusedBytes;
      pieces.push(Buffer.from(output.subarray(0, output.length - inflater.freeBytes)));
    } while (inflater.freeBytes === 0);
    expect(Buffer.concat(pieces).equals(TEXT)).toBe(true);
    inflater.close();
  });

  it('refuses what is no deflate data, and can be used no more', async () => {
    const inflater = await usable();
    const writing = inflater.write(Buffer.from([0xff, 0xff, 0xff]), 0, Buffer.alloc(10));
    await expect(writing).rejects.toThrow(InflateError);
    inflater.close();
  });
});

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  // One buffer for all, as readers of files use it again: three more are asked for before it
  // changes.
  const ring = Array.from({ length: 4 }, () => Buffer.alloc(size));
  let turn = 0;
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size);
    const buffer = ring[turn++ % ring.length] ?? Buffer.alloc(size);
    buffer.set(piece);
    yield await Promise.resolve(buffer.subarray(0, piece.length));
  }
}

/** What either way of inflating makes of a stream: its text, or why not. */
async function outcomes(bytes: Uint8Array, size: number): Promise<readonly string[]> {
  const inflater = await usable();
  const ways = [inflateWith(inflater), inflateByStream];
  const found: string[] = [];
  for (const way of ways) {
    const out: Buffer[] = [];
    const take = (piece: Uint8Array): void => void out.push(Buffer.from(piece));
    try {
      await gunzipMembers(inPieces(bytes, size), way, { take, streamName: 'layer' });
      found.push(Buffer.concat(out).toString('latin1'));
    } catch (error) {
      found.push(`refused: ${(error as Error).message}`);
    }
  }
  inflater.close();
  return found;
}

describe('both ways of inflating', () => {
  const member = gzipSync(TEXT);
  const small = gzipSync('small');
  const broken = Buffer.from(member);
  broken[member.length >> 1] = (broken[member.length >> 1] ?? 0) ^ 0xff;
  const wrongSum = Buffer.from(small);
  wrongSum[small.length - 6] = (wrongSum[small.length - 6] ?? 0) ^ 1;

  it.each<[string, Buffer, string | RegExp]>([
    ['one member', member, TEXT.toString('latin1')],
    [
      'several members',
      Buffer.concat([small, member, small]),
      `small${TEXT.toString('latin1')}small`,
    ],
    ['zeros behind the last', Buffer.concat([small, Buffer.alloc(700)]), 'small'],
    ['other bytes behind the last', Buffer.concat([small, Buffer.from('garbage')]), 'small'],
    ['a stream that is cut off', member.subarray(0, member.length >> 1), /^refused: .*cut off/],
    ['a trailer that is cut off', small.subarray(0, small.length - 3), /^refused: .*cut off/],
    ['a sum that does not fit', wrongSum, /^refused: .*checksum does not fit/],
    ['damaged data', broken, /^refused: .*damaged/],
    ['an empty member', gzipSync(''), ''],
  ])(
    'agree on %s',
    async (_title, bytes, expected) => {
      for (const size of [13, 4096, 1_000_000]) {
        const [byHandle, byStream] = await outcomes(bytes, size);
        expect(byHandle).toEqual(byStream);
        if (typeof expected === 'string') expect(byHandle === expected).toBe(true);
        else expect(byHandle).toMatch(expected);
      }
    },
    60_000,
  );

  it('give back the input of a failing taker at once', async () => {
    const inflater = await usable();
    const take = (): never => {
      throw new Error('enough');
    };
    const reading = gunzipMembers(inPieces(member, 1000), inflateWith(inflater), {
      take,
      streamName: 'layer',
    });
    await expect(reading).rejects.toThrow('enough');
    inflater.close();
  });
});

describe('a queue that reads ahead', () => {
  it('throws what failed when it is asked for', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.from('a'));
      throw new Error('no more');
    }
    const queue = new ByteQueue(failing());
    expect((await queue.next())?.toString()).toBe('a');
    queue.readAhead();
    await new Promise((resolve) => setImmediate(resolve));
    await expect(queue.next()).rejects.toThrow('no more');
  });
});
