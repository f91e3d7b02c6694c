import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import stringWidth from 'string-width';

import { displayWidth, isNarrow, plain, wrap } from './words.ts';

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

describe('a narrow text', () => {
  const narrow = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter(
    isNarrow,
  );

  it('has the characters of ordinary titles', () => {
    expect(isNarrow('Größe – “naïve” parser’s flaw…')).toBe(true);
    for (const other of ['日', '\u0301', '©', '®', '\u00ad', '\u200d', '\t', '\u007f', '😀']) {
      expect(isNarrow(`a${other}`)).toBe(false);
    }
  });

  it('has a column for each of its characters, whoever counts', () => {
    for (const one of narrow) expect([one, stringWidth(one)]).toEqual([one, 1]);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...narrow)), (characters) => {
        const text = characters.join('');
        expect([displayWidth(text), stringWidth(text)]).toEqual([text.length, text.length]);
      }),
    );
  });
});

describe('plain', () => {
  it('marks what it cut off', () => {
    expect(plain('abcdef', 4)).toBe('abc…');
    expect(plain('abcd', 4)).toBe('abcd');
  });
});
