import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { SeekableBody } from '../../../core/model/artifact/artifact.ts';
import { MAX_GATHERED_BYTES, Md5Lanes, type RunningDigest } from './md5-lanes.ts';

const MIB = 1024 * 1024;

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

/** No two bodies are alike, and no two parts of one. */
function bodyOf(sizeBytes: number, seed: number): Buffer {
  const body = Buffer.allocUnsafe(sizeBytes);
  let state = (seed + 1) * 2654435761;
  for (let at = 0; at < sizeBytes; at += 1) {
    state = Math.imul(state, 1664525) + 1013904223;
    body[at] = state >>> 24;
  }
  return body;
}

/** Through one buffer that is overwritten, as a source may. */
function gather(lanes: Md5Lanes, body: Buffer, announcedBytes = body.length): RunningDigest {
  const digest = lanes.begin(announcedBytes);
  const shared = Buffer.alloc(100_000);
  for (let at = 0; at < body.length; at += shared.length) {
    digest.update(shared.subarray(0, body.copy(shared, 0, at)));
    shared.fill(0);
  }
  digest.end();
  return digest;
}

function lyingIn(body: Buffer, verify = (): void => undefined): SeekableBody {
  return {
    sizeBytes: body.length,
    readInto: (into, offset) => body.copy(into, 0, offset, offset + into.length),
    verify,
  };
}

/** Enough of them for the lanes to be worth it. */
const BALLAST = Array.from({ length: 12 }, (_, index) => bodyOf(MIB - index, index));

describe('Md5Lanes', () => {
  it('digests as node:crypto does, whatever the lengths are', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 70_000 }), { maxLength: 40 }), (sizes) => {
        const lanes = new Md5Lanes();
        const bodies = [...BALLAST, ...sizes.map(bodyOf)];
        const digests = bodies.map((body, index) =>
          index % 3 === 0 ? lanes.lying(lyingIn(body)) : gather(lanes, body),
        );
        expect([...lanes.steps()].length).toBeLessThan(100);
        expect(digests.map((digest) => digest.hex())).toEqual(bodies.map(md5));
        lanes.close();
      }),
      { numRuns: 20 },
    );
  });

  it('takes more than fits at once', () => {
    const lanes = new Md5Lanes();
    const bodies = Array.from({ length: 40 }, (_, index) => bodyOf(MIB + index, index));
    const digests = bodies.map((body) => gather(lanes, body));
    expect(digests.map((digest) => digest.hex())).toEqual(bodies.map(md5));
  });

  it.each([
    ['of few bytes', [3]],
    ['of one that is much larger than the others', [9 * MIB, 5]],
    ['of one that is too large to be gathered', [MAX_GATHERED_BYTES + 1]],
    ['of nothing', [0, 0]],
    ['of a length that is one of a window', [64 * 1024, 128 * 1024, ...BALLAST.keys()]],
  ])('gives the digests %s', (_what, sizes) => {
    const lanes = new Md5Lanes();
    const bodies = sizes.map(bodyOf);
    const digests = bodies.flatMap((body) => [gather(lanes, body), lanes.lying(lyingIn(body))]);
    expect(digests.map((digest) => digest.hex())).toEqual(
      bodies.flatMap((body) => [md5(body), md5(body)]),
    );
  });

  it.each([
    ['more', 1000, 10],
    ['much more', MAX_GATHERED_BYTES + 5, MAX_GATHERED_BYTES - 5],
    ['less', 10, 1000],
    ['nothing', 0, 1000],
    ['less than could be gathered', 10, 2 * MAX_GATHERED_BYTES],
  ])('does not mind where %s comes than was announced', (_what, sizeBytes, announcedBytes) => {
    const lanes = new Md5Lanes();
    const bodies = [...BALLAST, bodyOf(sizeBytes, 99), ...BALLAST];
    const digests = bodies.map((body) =>
      gather(lanes, body, body.length === sizeBytes ? announcedBytes : body.length),
    );
    expect(digests.map((digest) => digest.hex())).toEqual(bodies.map(md5));
  });

  it('lets go of a body that is not ended', () => {
    const lanes = new Md5Lanes();
    const before = BALLAST.map((body) => gather(lanes, body));
    lanes.begin(1000).update(Buffer.alloc(900, 'x'));
    const after = BALLAST.map((body) => gather(lanes, body));
    expect([...before, ...after].map((digest) => digest.hex())).toEqual(
      [...BALLAST, ...BALLAST].map(md5),
    );
  });

  it('lets others have their turn', () => {
    const lanes = new Md5Lanes();
    const body = bodyOf(5 * MIB, 1);
    const digests = Array.from({ length: 16 }, () => lanes.lying(lyingIn(body)));
    expect([...lanes.steps()].length).toBeGreaterThan(3);
    expect(new Set(digests.map((digest) => digest.hex()))).toEqual(new Set([md5(body)]));
  });

  it('says what readers throw', () => {
    const lanes = new Md5Lanes();
    const readInto = (): number => {
      throw new RangeError('changed');
    };
    const digest = lanes.lying({ ...lyingIn(bodyOf(10, 1)), readInto });
    expect(() => digest.hex()).toThrow('changed');
    expect(() => digest.hex()).toThrow('not taken');
  });

  it.each([
    ['alone', 10, 1],
    ['with others', 5 * MIB, 16],
  ])('gives no digest of a body that has changed, %s', (_how, sizeBytes, count) => {
    const lanes = new Md5Lanes();
    const body = bodyOf(sizeBytes, 1);
    const digests = Array.from({ length: count }, () =>
      lanes.lying(
        lyingIn(body, () => {
          throw new RangeError('changed');
        }),
      ),
    );
    expect(() => lanes.settle()).toThrow('changed');
    for (const digest of digests) expect(() => digest.hex()).toThrow('not taken');
  });
});
