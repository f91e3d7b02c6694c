import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { displayWidth, plain, wrap } from './words.ts';

describe('wrap', () => {
  it.each([
    ['short text as it is', 'a b', 5, ['a b']],
    ['between words', 'one two three', 7, ['one two', 'three']],
    ['within a word that is longer', 'abcdefgh', 3, ['abc', 'def', 'gh']],
    ['wide characters by two columns', '日本語', 4, ['日本', '語']],
  ])('%s', (_name, text, width, lines) => {
    expect(wrap(text, width)).toEqual(lines);
  });

  it('never makes a line wider than asked, and loses no character but spaces', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 2, max: 40 }),
        (text, width) => {
          const lines = wrap(text, width);
          for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
          expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        },
      ),
    );
  });
});

describe('plain', () => {
  it('marks what it cut off', () => {
    expect(plain('abcdef', 4)).toBe('abc…');
    expect(plain('abcd', 4)).toBe('abcd');
  });
});
