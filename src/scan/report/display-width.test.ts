/** Columns of texts beside those that Python's wcwidth counts, from Unicode's tables. */

import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

import { displayWidth } from './text/terminal-text.ts';
import { missingAbility } from '../../../test/support/abilities.ts';
import { needs } from '../../../test/support/tools.ts';

describe('columns of a text', () => {
  it.each([
    ['ASCII', 'openssl 3.0', 11],
    ['accents as letters', 'Größe', 5],
    ['accents as marks', 'e\u0301', 1],
    ['a mark alone', '\u0301', 0],
    ['Chinese', '漏洞', 4],
    ['Korean', '한국', 4],
    ['halfwidth Japanese', 'ｱｲ', 2],
    ['fullwidth Latin', 'Ａ', 2],
    ['Thai with vowels above', 'นี', 1],
    ['Hindi', 'हि', 1],
    ['Greek', 'Ωμέγα', 5],
    ['Russian', 'уязвимость', 10],
    ['arrows and boxes', '→─┼', 3],
    ['an emoji', '🔥', 2],
    ['a recent emoji', '🫠', 2],
    ['a sign', '☀', 1],
    ['a sign in its emoji form', '☀\ufe0f', 2],
    ['an emoji with a tone of skin', '👍🏽', 2],
    ['a flag', '🇩🇪', 2],
    ['two flags', '🇩🇪🇫🇷', 4],
    ['a keycap', '1\ufe0f\u20e3', 2],
    ['the replacement character', '\ufffd', 1],
  ])('%s', (_name, text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  // Other versions have the tables of other versions of Unicode.
  const missing = missingAbility('python3/wcwidth-0.7');
  it.skipIf(missing)(`of each character are those of wcwidth${needs(missing)}`, () => {
    const script = `
import sys, unicodedata, wcwidth
wide = []
for code in range(0x20, 0x30000):
    c = chr(code)
    if unicodedata.category(c) in ('Cc', 'Cf', 'Cs', 'Cn', 'Co', 'Zl', 'Zp'): continue
    wide.append(f'{code} {wcwidth.wcswidth(c)}')
print('\\n'.join(wide))
`;
    const { stdout } = spawnSync('python3', ['-c', script], {
      encoding: 'utf8',
      maxBuffer: 16 * 1024 * 1024,
    });
    const rows = stdout
      .trim()
      .split('\n')
      .map((row) => row.split(' ').map(Number));
    expect(rows.length).toBeGreaterThan(100_000);
    const others = rows.filter(
      ([code = 0, width]) => displayWidth(String.fromCodePoint(code)) !== width,
    );
    expect(others.map(([code = 0, width]) => `${code.toString(16)} ${width ?? ''}`)).toEqual([]);
  });
});
