import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

import { quotedWord } from './shell-word.ts';

it.each([
  ['acme/build@v1.0.0', 'acme/build@v1.0.0'],
  ['', "''"],
  ['pkg:npm/a@1.0.0', 'pkg:npm/a@1.0.0'],
  ['a b', "'a b'"],
  ['a*', "'a*'"],
  ["it's", String.raw`'it'\''s'`],
  ['$(reboot)', "'$(reboot)'"],
])('"%s" is the word %s', (text, word) => {
  expect(quotedWord(text)).toBe(word);
  expect(execFileSync('sh', ['-c', `printf %s ${word}`]).toString()).toBe(text);
});
