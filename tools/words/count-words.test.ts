import { describe, expect, it } from 'vitest';
import { countWords } from './count-words.ts';

function fragments(code: string): readonly string[] {
  return countWords(code, true)
    .filter(({ kind }) => kind === 'fragment')
    .map(({ line, text }) => `${String(line)} ${text}`);
}

describe('countWords', () => {
  it.each([
    ['/** Of the file. */\nreadonly digest: string;', '1 Of'],
    ['/** What a caller passes. */\nexport interface Request {', '1 What'],
    ['/**\n * Where a layer lies.\n */\nconst PLACE = 1;', '1 Where'],
    [
      'x;\n/** Whether a name is quoted. */\nfunction isQuoted(name: string): boolean {',
      '2 Whether',
    ],
    ['/** Whether it ends. */\n  isEnd(): boolean;', '1 Whether'],
    ['/** Whether it ends. */\n  get isEnd(): boolean {', '1 Whether'],
    ['/** Whether it fits. */\n  readonly fits: (size: number) => boolean;', '1 Whether'],
    ['/** Whether it fits. */\nconst fits = (size: number): boolean => size > 0;', '1 Whether'],
    ['/** How many there are. */\nreadonly count: number;', '1 How'],
  ])('counts the docstring %j', (code, expected) => {
    expect(fragments(code)).toEqual([expected]);
  });

  it.each([
    '/** A cached analysis of one directory. */\nexport interface Cached {',
    '/** Digest of the manifest. */\nreadonly digest: string;',
    '/** Whether the body is compressed. */\nreadonly isCompressed: boolean;',
    '/** Returns whether a name is quoted. */\nfunction isQuoted(name: string): boolean {',
    '// What follows is a comment inside of a function.\nnext();',
  ])('accepts the docstring %j', (code) => {
    expect(fragments(code)).toEqual([]);
  });

  it('reads the words of comments alone in code, and of everything in pages', () => {
    const text = 'const nobody = 1; // somebody\n';
    expect(countWords(text, true).map((one) => one.text)).toEqual(['somebody']);
    expect(countWords(text, false).map((one) => one.text)).toEqual(['nobody', 'somebody']);
  });
});
