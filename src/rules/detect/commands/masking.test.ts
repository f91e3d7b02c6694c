/** Secrets in commands are masked; words about tokens in messages are not. */

import { expect, it } from 'vitest';
import { masked } from './masking.ts';

it.each([
  ['The job sets a token of its own, and the token is on disk.', undefined],
  ['A token in the file: bearer by default.', undefined],
  ['curl -H "Authorization: token abcdef"', 'curl -H "Authorization: token ***"'],
  ['curl -H "Authorization: Bearer isolated"', 'curl -H "Authorization: Bearer ***"'],
  ['curl -H "Authorization: Basic ofabc="', 'curl -H "Authorization: Basic ***"'],
])('%s', (text, expected) => {
  expect(masked(text)).toBe(expected ?? text);
});
