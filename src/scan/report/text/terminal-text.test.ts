import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import stringWidth from 'string-width';

import {
  cutAtWord,
  displayWidth,
  isNarrow,
  lastPart,
  terminalText,
  shortened,
  wrap,
  wrapWhole,
} from './terminal-text.ts';

describe('wrap', () => {
  it.each([
    ['short text as it is', 'a b', 5, ['a b']],
    ['between words', 'one two three', 7, ['one two', 'three']],
    ['the middle of a longer word left out', 'a abcdefgh b', 5, ['a', 'ab…gh', 'b']],
    ['wide characters by two columns', '日本 語語語', 4, ['日本', '語…']],
  ])('%s', (_name, text, width, lines) => {
    expect(wrap(text, width)).toEqual(lines);
  });

  it('never makes a line wider than asked, and breaks at spaces only', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 2, max: 40 }),
        (text, width) => {
          const lines = wrap(text, width);
          for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
          const words = text
            .split(' ')
            .filter((word) => displayWidth(word) <= width && word !== '');
          const shown = new Set(lines.join(' ').split(' '));
          expect(words.filter((word) => !shown.has(word))).toEqual([]);
        },
      ),
    );
  });

  it('leaves long words whole where they are there to be copied', () => {
    expect(wrapWhole('see https://example.org/a/b now', 10)).toEqual([
      'see',
      'https://example.org/a/b',
      'now',
    ]);
  });
});

describe('a text that is cut', () => {
  it.each([
    ['is left alone where it fits', 'one two', 7, 'one two'],
    ['ends behind a word', 'one two three', 9, 'one two…'],
    ['ends behind a word that just fits', 'one two three', 8, 'one two…'],
    ['is shortened where it is one word', 'abcdefghij', 5, 'ab…ij'],
    ['ends behind a wide character', '日本 語語', 5, '日本…'],
    ['has room for one column', 'one two', 1, '…'],
  ])('%s', (_name, text, width, cut) => {
    expect(cutAtWord(text, width)).toBe(cut);
  });

  it.each([
    ['is left alone where it fits', 'a/b/c.json', 10, 'a/b/c.json'],
    ['begins with a whole name', 'app/web/package-lock.json', 21, '…/package-lock.json'],
    ['begins anywhere in a name that is too long', 'package-lock.json', 8, '…ck.json'],
  ])('at its front %s', (_name, text, width, cut) => {
    expect(lastPart(text, width)).toBe(cut);
  });

  it('is never wider than asked', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ' ', '/', '日', 'e\u0301', '🇩🇪', '👍🏽', '☀\ufe0f') }),
        fc.integer({ min: 1, max: 12 }),
        (text, width) => {
          for (const cut of [cutAtWord, shortened, lastPart]) {
            expect(displayWidth(cut(text, width))).toBeLessThanOrEqual(width);
          }
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
    expect(terminalText('abcdef', 4)).toBe('abc…');
    expect(terminalText('abcd', 4)).toBe('abcd');
  });
});
