import { expect, it } from 'vitest';

import { comparableEmail } from './signing-key.ts';

it.each<[string, string | undefined]>([
  ['ada@example.com', 'ada@example.com'],
  ['Ada@Example.COM', 'ada@example.com'],
  ['adé@example.com', 'adé@example.com'],
  ['\u212aen@example.com', '\u212aen@example.com'],
  [Buffer.from('ad\u00ff@example.com', 'latin1').toString('utf8'), undefined],
  [Buffer.from('ada@exampl\u00fe.com', 'latin1').toString('utf8'), undefined],
  ['ada@example.com ', undefined],
  ['ada', undefined],
  ['a@b@example.com', undefined],
])('compares "%s" as %s', (address, expected) => {
  expect(comparableEmail(address)).toBe(expected);
});
