import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { stripControl } from './strip-control.ts';

describe('stripControl', () => {
  it.each([
    ['plain text', 'openssl 1.1.1a-r0', 'openssl 1.1.1a-r0'],
    ['terminal escapes', 'a\u001B[31mb\u009Bm', 'a\uFFFD[31mb\uFFFDm'],
    ['line ends and tabs', 'a\r\nb\tc', 'a b c'],
    ['a turned writing direction', 'a\u202Eb\u2066c', 'a\uFFFDb\uFFFDc'],
    ['hidden characters', 'lod\u200Bash', 'lod\uFFFDash'],
    ['half of a surrogate pair', 'a\uD800b', 'a\uFFFDb'],
    ['other scripts', 'naïve 日本語 😀', 'naïve 日本語 😀'],
  ])('%s', (_name, text, expected) => {
    expect(stripControl(text)).toBe(expected);
  });

  it('never leaves a control character, and changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const once = stripControl(text);
        expect(once).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        expect(stripControl(once)).toBe(once);
      }),
    );
  });
});
