import { crc32, deflateRawSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  inflateBatch,
  inflateTrailedBatch,
  TRAILER_BYTES,
  trailerOf,
  writeTrailer,
  type DeflatedBody,
} from './gzip-members.ts';

function body(text: string, overrides: Partial<DeflatedBody> = {}): DeflatedBody {
  const bytes = Buffer.from(text);
  return {
    packed: deflateRawSync(bytes),
    crc32: crc32(bytes),
    sizeBytes: bytes.length,
    ...overrides,
  };
}

/** The body with its trailer behind it. */
function trailed({ packed, ...trailer }: DeflatedBody): Uint8Array {
  const bytes = Buffer.concat([packed, Buffer.alloc(TRAILER_BYTES)]);
  writeTrailer(trailer, bytes, packed.length);
  return bytes;
}

describe('inflateTogether', () => {
  it('unpacks any bodies as each by itself', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (texts) => {
        const unpacked = inflateBatch(texts.map((text) => body(text))) ?? [];
        expect(unpacked.map((bytes) => Buffer.from(bytes).toString())).toEqual(
          texts.map((text) => Buffer.from(text).toString()),
        );
      }),
    );
  });

  it.each<[string, DeflatedBody]>([
    ['another sum', body('hello', { crc32: 7 })],
    ['another length', body('hello', { sizeBytes: 4 })],
    ['no deflated bytes', body('hello', { packed: Buffer.from('hello') })],
    ['bytes that are cut off', body('hello', { packed: deflateRawSync('hello').subarray(0, 3) })],
    ['bytes behind its end', body('', { packed: Buffer.from([3, 0, 1, 2, 3]) })],
  ])('refuses all where one has %s', (_title, odd) => {
    const bodies = [body('first'), odd, body('last')];
    expect(inflateBatch(bodies)).toBeUndefined();
    expect(inflateTrailedBatch(bodies.map(trailed))).toBeUndefined();
  });
});

describe('inflateTrailed', () => {
  it('unpacks bodies with trailers as those without', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (texts) => {
        const bodies = texts.map((text) => body(text));
        expect(inflateTrailedBatch(bodies.map(trailed))).toEqual(inflateBatch(bodies));
      }),
    );
  });

  it('reads what was written', () => {
    const sums = { crc32: 0xfedcba98, sizeBytes: 0x89abcdef };
    expect(trailerOf(trailed({ packed: Buffer.from('x'), ...sums }))).toEqual(sums);
  });
});
