import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions, isAffected, isValidVersion, normalizeVersion } from './index.ts';
import { missingTool, needs } from '../../../test/support/tools.ts';

/** The oracle; it is used where it is installed. */
const tool = 'rpm';
const missing = missingTool('rpm');

describe('rpm', () => {
  it.each([
    ['an empty version', ''],
    ['white space inside', '1 0'],
    ['nothing after the epoch', '1:'],
    ['nothing before the release', '0:-1'],
  ])('does not order %s', (_, version) => {
    expect(compareVersions('rpm', version, '1.0')).toBeUndefined();
    expect(isValidVersion('rpm', version)).toBe(false);
  });

  it.each(['1', '1:2.0-3.el8', '3.0.7-16.el9_2', '2.0~rc1^git5', 'r2023'])(
    '%s is valid',
    (version) => {
      expect(isValidVersion('rpm', version)).toBe(true);
    },
  );

  it.each(['a:1', '1.0-', '1-2:3', '(none)', '1.1.\u03b1', '1:2:3', ' 1.0'])(
    '"%s" is not valid',
    (version) => {
      expect(isValidVersion('rpm', version)).toBe(false);
    },
  );

  it('orders what no package may be called, without certainty', () => {
    expect(compareVersions('rpm', 'a:1', 'b:1')).toBe(-1);
    expect(compareVersions('rpm', '1.\u03b1', '1.\u03b2')).toBe(0);
    expect(isAffected('rpm', '(none)', [{ introduced: '0', fixed: '1.0-1' }], [])).toBeUndefined();
  });

  it('affects every release where an advisory names none', () => {
    expect(isAffected('rpm', '1.0-5.el9', [{ introduced: '0', fixed: '1.0' }], [])).toBe(false);
    expect(isAffected('rpm', '1.0-5.el9', [{ introduced: '1.0', fixed: '1.1' }], [])).toBe(true);
  });

  it.each([
    ['0:1.0-1', '1.0-1'],
    [':1.0-1', '1.0-1'],
    ['004:1.0', '4:1.0'],
    ['0:1:2-1', '0:1:2-1'],
  ])('%s is written %s', (version, expected) => {
    expect(normalizeVersion('rpm', version)).toBe(expected);
  });
});

describe.skipIf(missing !== undefined)(`rpm beside the real rpm${needs(missing)}`, () => {
  it('agrees on 1000 random pairs', () => {
    const pieces = ['0', '1', '9', '10', '01', 'a', 'Z', 'rc', 'el8', '.', '_', '+', '~', '^', '-'];
    const tail = fc.array(fc.constantFrom(...pieces), { maxLength: 4 }).map((one) => one.join(''));
    const heads = ['1', '1.2', '0:1', '1:1', ':1', '01:1.2-3', 'a', '10~', '1^'];
    const pair = fc.tuple(
      fc.constantFrom(...heads),
      fc.constantFrom(...heads),
      tail,
      tail,
      fc.boolean(),
    );
    const pairs = fc
      .sample(pair, { numRuns: 1000, seed: 1 })
      .map(([one, other, a, b, isSame]) => [one + a, (isSame ? one : other) + b] as const);
    const calls = pairs.map(([a, b]) => `print(rpm.vercmp("${a}","${b}"), "")`).join(' ');
    const { stdout } = spawnSync(tool, ['--eval', `%{lua:${calls}}`], { encoding: 'utf8' });
    const ours = pairs.map(([a, b]) => `${a} ${b} ${compareVersions('rpm', a, b) ?? '?'}`);
    const theirs = stdout.trim().split(/\s+/);
    expect(ours).toEqual(pairs.map(([a, b], at) => `${a} ${b} ${theirs[at] ?? '?'}`));
  });
});
