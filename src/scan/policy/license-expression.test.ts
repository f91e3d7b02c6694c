import { describe, expect, it } from 'vitest';
import { evaluateLicenses } from './license-expression.ts';

const COPYLEFT = new Set([
  'gpl-3.0-only',
  'agpl-3.0-only',
  'gpl-2.0-only with classpath-exception-2.0',
]);

describe('licence expressions and a set of licences', () => {
  it.each<[string, boolean, boolean]>([
    ['GPL-3.0-only', true, true],
    ['MIT', false, false],
    ['MIT OR GPL-3.0-only', false, true],
    ['MIT/GPL-3.0-only', false, true],
    ['MIT AND GPL-3.0-only', true, false],
    ['(MIT OR GPL-3.0-only) AND AGPL-3.0-only', true, true],
    ['MIT OR GPL-3.0-only AND AGPL-3.0-only', false, true],
    ['GPL-2.0-only WITH Classpath-exception-2.0', true, true],
    ['some text of its own', false, false],
    ['(GPL-3.0-only', false, false],
    ['GPL-3.0-only)', false, false],
    ['OR', false, false],
    ['', false, false],
    ['('.repeat(400), false, false],
    ['MIT OR '.repeat(100_000), false, false],
  ])('%.60s', (expression, isBound, isCovered) => {
    const answer = evaluateLicenses(expression, (license) => COPYLEFT.has(license));
    expect(answer).toEqual({ isBound, isCovered });
  });
});
