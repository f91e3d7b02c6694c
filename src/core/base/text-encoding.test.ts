import { describe, expect, it } from 'vitest';

import { detectEncoding } from './text-encoding.ts';

describe('encodingOf', () => {
  it.each([
    ['\ufeffa', 'utf16le', 'utf-16le'],
    ['{"', 'utf16le', 'utf-16le'],
    ['a\n', 'utf16le', 'utf-16le'],
    ['{', 'utf16le', 'utf-8'],
    ['{"a', 'utf8', 'utf-8'],
    ['\u00e9\u00e9', 'utf8', 'utf-8'],
    ['', 'utf8', 'utf-8'],
  ] as const)('of %j written in %s', (text, written, expected) => {
    const bytes = Buffer.from(text, written);
    expect(detectEncoding(bytes)).toBe(expected);
    const isWide = written === 'utf16le';
    if (isWide) bytes.swap16();
    expect(detectEncoding(bytes)).toBe(expected === 'utf-16le' ? 'utf-16be' : expected);
  });

  it.each([
    ['an archive whose first name is short', 'a\0\0\0'],
    ['a program', '\u007fELF'],
    ['numbers', '\u0001\0\u0002\0'],
  ])('of %s', (_, text) => {
    expect(detectEncoding(Buffer.from(text, 'latin1'))).toBe('utf-8');
  });
});
