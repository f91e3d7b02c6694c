import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextArena } from './text-arena.ts';

describe('TextArena', () => {
  it('gives back every text under its number', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (texts) => {
        const arena = new TextArena();
        expect(texts.map((text) => arena.add(text))).toEqual(texts.map((_text, index) => index));
        expect(texts.map((_text, index) => arena.at(index))).toEqual(texts);
        expect(arena.count).toBe(texts.length);
      }),
    );
  });

  it('keeps texts of any length, over many chunks', () => {
    const texts = [1, 3_000_000, 2_000_000, 9_000_000, 0, 7].map((length) => 'ü'.repeat(length));
    const arena = new TextArena();
    for (const text of texts) arena.add(text);
    for (const [index, text] of texts.entries()) expect(arena.at(index) === text).toBe(true);
  });

  it('is empty after it was cleared, and where nothing was added', () => {
    const arena = new TextArena();
    for (let index = 0; index < 3000; index += 1) arena.add(`text ${index}`);
    expect(arena.at(2999)).toBe('text 2999');
    expect(arena.at(3000)).toBe('');
    arena.clear();
    expect([arena.count, arena.at(0)]).toEqual([0, '']);
    arena.add('again');
    expect(arena.at(0)).toBe('again');
  });
});
