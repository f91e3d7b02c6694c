import { describe, expect, it } from 'vitest';

import { AssayError } from './errors.ts';
import { compileGlobs } from './glob.ts';
import { startCpuClock } from '../../../test/support/cpu-time.ts';

describe('compileGlobs', () => {
  it.each<[string, string, boolean]>([
    ['a/b', 'a/b', true],
    ['/a/b/', 'a/b', true],
    ['./a/b', '/a/b', true],
    ['a/b', 'a/b/c', false],
    ['a/b', 'x/a/b', false],
    ['*', 'a', true],
    ['*', 'a/b', false],
    ['*.txt', 'a.txt', true],
    ['a*b*c', 'aXbYc', true],
    ['a*b*c', 'aXbY', false],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['?', '🌟', true],
    ['**', 'a/b/c', true],
    ['**/c', 'c', true],
    ['**/c', 'a/b/c', true],
    ['**/c', 'a/bc', false],
    ['a/**', 'a', true],
    ['a/**', 'a/b/c', true],
    ['a/**', 'ab', false],
    ['a/**/d', 'a/d', true],
    ['a/**/d', 'a/b/c/d', true],
    ['**/node_modules/**/x', 'p/node_modules/q/node_modules/x', true],
    ['a**', 'abc', true],
    ['a**', 'a/b', false],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[^a-c]x', 'dx', true],
    ['[]]', ']', true],
    ['[a-]', '-', true],
    ['[\\]]', ']', true],
    ['{a,b}/c', 'b/c', true],
    ['{a,b/{c,d}}/e', 'b/d/e', true],
    ['{a,b}', 'c', false],
    ['a{,b}', 'a', true],
    ['\\{a,b\\}', '{a,b}', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['a+(b)', 'a+(b)', true],
    ['.*', 'abc', false],
  ])('%s on %s: %s', (pattern, path, expected) => {
    expect(compileGlobs([pattern])(path)).toBe(expected);
  });

  it('matches when any pattern does', () => {
    const matches = compileGlobs(['a', 'b/*']);
    expect([matches('a'), matches('b/c'), matches('c')]).toEqual([true, true, false]);
    expect(compileGlobs([])('a')).toBe(false);
  });

  it.each(['[a', 'a\\', '{a,b', '[', '{a,b}'.repeat(11)])('refuses %s', (pattern) => {
    expect(() => compileGlobs([pattern])).toThrow(AssayError);
  });

  it('takes no long time for patterns made to be slow', () => {
    const cpuMs = startCpuClock();
    expect(compileGlobs(['*a'.repeat(200) + 'b'])('a'.repeat(5000))).toBe(false);
    expect(compileGlobs(['**/a/'.repeat(50) + 'b'])('a/'.repeat(2000) + 'c')).toBe(false);
    expect(compileGlobs(['/'.repeat(50_000) + 'x'])('x')).toBe(true);
    expect(cpuMs()).toBeLessThan(20_000);
  });
});
