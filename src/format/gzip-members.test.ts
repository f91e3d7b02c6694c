import { crc32, deflateRawSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inflateTogether, type DeflatedBody } from './gzip-members.ts';

function body(text: string, overrides: Partial<DeflatedBody> = {}): DeflatedBody {
  const bytes = Buffer.from(text);
  return {
    packed: deflateRawSync(bytes),
    crc32: crc32(bytes),
    sizeBytes: bytes.length,
    ...overrides,
  };
}

describe('inflateTogether', () => {
  it('unpacks any bodies as each by itself', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (texts) => {
        const unpacked = inflateTogether(texts.map((text) => body(text))) ?? [];
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
    expect(inflateTogether([body('first'), odd, body('last')])).toBeUndefined();
  });
});
