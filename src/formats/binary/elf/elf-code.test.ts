import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { elfProgram } from '../../../../test/support/elf-program.ts';
import { elfCodeSpans } from './elf-code.ts';

const LAYOUT = { codeStart: 4096, codeEnd: 9000, sizeBytes: 12_000 };

describe('elfCode', () => {
  it('is the segment that can be run', () => {
    expect(elfCodeSpans(elfProgram(LAYOUT))).toEqual([{ start: 4096, end: 9000 }]);
  });

  it('is not told where no segment can only be read', () => {
    for (const textFlags of [5, 6, 7])
      expect(elfCodeSpans(elfProgram({ ...LAYOUT, textFlags }))).toEqual([]);
  });

  it.each([
    ['begins among the headers', { codeStart: 100 }],
    ['ends before it begins', { codeEnd: 4000 + 2 ** 50 }],
  ])('is not told where it %s', (_, odd) => {
    const file = elfProgram({ ...LAYOUT, ...('codeEnd' in odd ? {} : odd) });
    // A size near 2^64 is not a number that can be counted with.
    if ('codeEnd' in odd) file.fill(0xff, 64 + 56 + 32, 64 + 56 + 40);
    expect(elfCodeSpans(file)).toEqual([]);
  });

  it('is nothing of files that are cut off, of other forms, or of random bytes', () => {
    const file = elfProgram(LAYOUT);
    for (const length of [0, 3, 63, 64, 200])
      expect(elfCodeSpans(file.subarray(0, length))).toEqual([]);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat({ max: 63 }), (bytes, at) => {
        const odd = Buffer.from(file);
        odd.set(bytes, at);
        for (const { start, end } of elfCodeSpans(odd)) expect(start <= end).toBe(true);
      }),
    );
  });
});
