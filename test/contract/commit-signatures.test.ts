/**
 * Signatures, keys and objects of commits that are cut off or changed: an answer or a refusal,
 * never a crash.
 */

import fc from 'fast-check';
import { describe, it } from 'vitest';

import { COMMIT_TARGETS } from '../../tools/fuzz/commits.ts';
import { runOnce } from '../../tools/fuzz/target.ts';

const ROWS = COMMIT_TARGETS.map((target) => [target.id, target] as const);

describe.each(ROWS)('%s', (_, target) => {
  it('is answered wherever it is cut off', async () => {
    for (const seed of await target.seeds()) {
      for (let end = 0; end < seed.length; end += 1) await runOnce(target, seed.subarray(0, end));
    }
  });

  it('is answered whichever bytes are changed', async () => {
    for (const seed of await target.seeds()) {
      const change = fc.tuple(fc.nat(seed.length - 1), fc.integer({ min: 1, max: 255 }));
      await fc.assert(
        fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
          const bytes = Uint8Array.from(seed);
          for (const [at, by] of changes) bytes[at] = ((bytes[at] ?? 0) + by) & 0xff;
          await runOnce(target, bytes);
        }),
        { numRuns: 150 },
      );
    }
  });
});
