import { describe, expect, it } from 'vitest';

import { rawFrame } from '../../../../test/support/zstd-frame.ts';
import { digestOf } from '../../../../test/support/stored-images.ts';
import { unpackChunkedBody } from './zstd-chunked-body.ts';
import type { ChunkedBody } from './zstd-chunked.ts';

const ONE = Buffer.from('first chunk ');
const TWO = Buffer.from('and the second');
const WHOLE = Buffer.concat([ONE, TWO]);
const STORED = Buffer.concat([rawFrame(ONE), rawFrame(TWO)]);
const BODY: ChunkedBody = {
  start: 0,
  end: STORED.length,
  sizeBytes: WHOLE.length,
  digest: digestOf(WHOLE),
  chunks: [ONE, TWO].map((bytes) => ({ sizeBytes: bytes.length, digest: digestOf(bytes) })),
};
const OTHER = digestOf(Buffer.from('other'));

async function unpack(stored: Uint8Array, changes: Partial<ChunkedBody> = {}): Promise<string> {
  let text = '';
  const take = (piece: Uint8Array): void => {
    text += Buffer.from(piece).toString();
  };
  await unpackChunkedBody(stored, { ...BODY, ...changes }, take, '"/a" in layer 1');
  return text;
}

describe('unpackChunkedBody', () => {
  it.each([
    ['in chunks', {}],
    ['in one piece', { chunks: [] }],
  ])('gives a file %s', async (_, changes) => {
    expect(await unpack(STORED, changes)).toBe(WHOLE.toString());
  });

  it.each<[string, Uint8Array, Partial<ChunkedBody>, string]>([
    ['another digest', STORED, { digest: OTHER }, 'CONTENT_MISMATCH'],
    [
      'another digest of a chunk',
      STORED,
      { chunks: [...BODY.chunks.slice(0, 1), { sizeBytes: TWO.length, digest: OTHER }] },
      'CONTENT_MISMATCH',
    ],
    ['more bytes', Buffer.concat([STORED, rawFrame(ONE)]), {}, 'CONTENT_MISMATCH'],
    ['fewer bytes', rawFrame(ONE), {}, 'CONTENT_MISMATCH'],
    ['bytes that are no zstd', WHOLE, {}, 'PARSE'],
    ['a frame that is cut off', STORED.subarray(0, -3), {}, 'PARSE'],
  ])('refuses %s', async (_, stored, changes, code) => {
    await expect(unpack(stored, changes)).rejects.toMatchObject({ code });
  });
});
