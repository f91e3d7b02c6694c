import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGoRegexp } from './go-regexp.ts';
import { startCpuClock } from '../../../test/support/cpu-time.ts';

describe('patterns of paths', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    [
      String.raw`requirements-.*\.txt`,
      ['requirements-dev.txt', 'a/requirements-.txt'],
      ['requirements.txt', 'requirements-dev_txt'],
    ],
    [String.raw`^req.*\.txt$`, ['req.txt', 'requirements.txt'], ['a/req.txt', 'req.txt.bak']],
    ['lock', ['a/lock', 'b/lock.json'], ['lo/ck']],
    ['a+b?c*$', ['a', 'aab', 'abccc', 'xa'], ['b', 'abx']],
    [String.raw`v\d+\.lock`, ['v12.lock'], ['v.lock', 'vx.lock']],
    ['[a-c][^x]', ['ab', 'zc1'], ['ax', 'd1']],
    ['(dev|test)/(?:a|b)', ['dev/a', 'x/test/b'], ['dev/c']],
    ['a|b$', ['a1', 'cb'], ['b1', 'c']],
    ['', ['anything', ''], []],
    ['[]a]', [']', 'a'], ['b']],
  ])('%s', (pattern, fitting, others) => {
    const matches = compileGoRegexp(pattern);
    expect([fitting, others].map((paths) => paths.map((path) => matches(`/${path}`)))).toEqual([
      fitting.map(() => true),
      others.map(() => false),
    ]);
  });

  it.each([
    '(a',
    'a)',
    '(a)*',
    '*',
    'a{2}',
    String.raw`\b`,
    '[a',
    'a\\',
    'a^b',
    '(a|b)|c',
    '(a|b)'.repeat(9),
    'a'.repeat(2000),
  ])('refuses %.20s', (pattern) => {
    expect(() => compileGoRegexp(pattern)).toThrow('--file-patterns');
  });

  it('agrees with an engine that may go back, on what both take', () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', String.raw`\.`);
    const step = fc.tuple(atom, fc.constantFrom('', '*', '+', '?')).map((parts) => parts.join(''));
    const anchored = fc.tuple(
      fc.constantFrom('', '^'),
      fc.array(step, { maxLength: 5 }),
      fc.constantFrom('', '$'),
    );
    const path = fc.string({ unit: fc.constantFrom('a', 'b', '.', 'c'), maxLength: 8 });
    fc.assert(
      fc.property(anchored, path, ([start, steps, end], text) => {
        const pattern = start + steps.join('') + end;
        expect(compileGoRegexp(pattern)(text)).toBe(new RegExp(pattern, 'u').test(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('takes no time to speak of for a pattern made to take some', () => {
    const cpuMs = startCpuClock();
    expect(compileGoRegexp(`${'a*'.repeat(200)}b`)('a'.repeat(4000))).toBe(false);
    expect(cpuMs()).toBeLessThan(20_000);
  });
});
