import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareVersions,
  isAffected,
  isValidVersion,
  normalizeVersion,
  satisfies,
  versFromNative,
} from './index.ts';
import { comparePhp } from './php.ts';
import { missingTool, needs } from '../../../test/support/tools.ts';

/** The oracle; it is used where it is installed. */
const tool = 'php';
const missing = missingTool('php');
const SCRIPT = `
while (($line = fgets(STDIN)) !== false) {
  [$a, $b] = explode("\\t", rtrim($line, "\\n"));
  echo version_compare($a, $b), "\\n";
}`;

describe('composer', () => {
  it.each([
    ['1.0', '1.0.0.0'],
    ['v1.2.3-beta.5+build', '1.2.3.0-beta5'],
    ['1.0.0.pl3-dev', '1.0.0.0-patch3-dev'],
    ['1.0.0-rC15-dev', '1.0.0.0-RC15-dev'],
    ['1.0-stable', '1.0.0.0'],
    ['2010-01-02.5', '2010.01.02.5'],
    ['v20100102', '20100102'],
    ['1.x-dev', '1.9999999.9999999.9999999-dev'],
    ['1.2.x-dev', '1.2.9999999.9999999-dev'],
    ['master', 'dev-master'],
    ['DEV-Foo', 'dev-Foo'],
    ['dev-foo@dev as ^2.0@dev', 'dev-foo'],
    ['1.0-SNAPSHOT', '1.0.0.0-SNAPSHOT'],
    ['latest', 'latest'],
  ])('%s is written %s', (version, expected) => {
    expect(normalizeVersion('composer', version)).toBe(expected);
  });

  it.each(['1.0.0-meh', '1.0.0.0.0', '1.0-SNAPSHOT', '^1', 'foo-dev', 'latest', ''])(
    '"%s" is not valid',
    (version) => {
      expect(isValidVersion('composer', version)).toBe(false);
    },
  );

  it('does not order branches among themselves, nor words', () => {
    expect(compareVersions('composer', 'dev-foo', 'dev-bar')).toBeUndefined();
    expect(compareVersions('composer', 'dev-foo', 'DEV-foo')).toBe(0);
    expect(compareVersions('composer', 'latest', '1.0')).toBeUndefined();
  });

  it('is not certain whether an advisory affects a branch', () => {
    const ranges = [{ introduced: '0', fixed: '1.0' }];
    expect(isAffected('composer', 'dev-main', ranges, [])).toBeUndefined();
    expect(isAffected('composer', 'dev-main', ranges, ['dev-main'])).toBe(true);
    expect(isAffected('composer', '1.0-SNAPSHOT', ranges, [])).toBeUndefined();
  });

  it.each<[version: string, range: string, expected: boolean | undefined]>([
    ['1.2.5', '^1.2', true],
    ['1.2.0-beta1', '^1.2', true],
    ['2.0.0-beta1', '^1.2', false],
    ['0.3.9', '^0.3', true],
    ['0.4.0', '^0.3', false],
    ['0.0.4', '^0.0.3', false],
    ['1.9', '~1.2', true],
    ['1.3.0', '~1.2.3', false],
    ['1.2.9', '~1.2.3', true],
    ['1.2.3.9', '~1.2.3.4', true],
    ['1.2.4', '~1.2.3.4', false],
    ['1.2.3-alpha', '~1.2.3-beta', false],
    ['1.2.9', '1.2.*', true],
    ['1.3.0', '1.2.x', false],
    ['2.1.5', '1.0 - 2.1', true],
    ['2.2', '1.0 - 2.1', false],
    ['2.1.1', '1.0 - 2.1.0', false],
    ['1.5', '>=1.0 <2.0 || >=3.0', true],
    ['2.5', '>=1.0,<2.0|>=3.0', false],
    ['1.0', '1.0@dev', true],
    ['1.0-beta', '>=1.0', true],
    ['1.0-alpha', '>=1.0@beta', false],
    ['1.0-beta', '<1.0-stable', true],
    ['1.5', '~1.0.x-dev', false],
    ['1.1.0', '<1.0.x-dev', false],
    ['1.0-beta', '>1.0-alpha', true],
    ['1.0', '!=1.0', false],
    ['1.0', '<> 1.0', false],
    ['dev-main', '*', true],
    ['dev-main', '<9', false],
    ['dev-main', 'dev-main', true],
    ['dev-main', '!=1.0', true],
    ['1.0', '>= nothing', undefined],
    ['1.0', '>=', undefined],
    ['1.0', '^', undefined],
    ['1.0', '=> 1.0', undefined],
  ])('%s in "%s" is %s', (version, range, expected) => {
    expect(satisfies('composer', version, range)).toBe(expected);
  });

  it('spells constraints out in VERS', () => {
    expect(versFromNative('composer', '^1.2 || 3.0')).toBe(
      'vers:composer/>=1.2.0.0|<2.0.0.0|3.0.0.0',
    );
    expect(versFromNative('composer', '^1.2 || *')).toBe('vers:composer/*');
  });
});

describe.skipIf(missing !== undefined)(`composer beside the real PHP${needs(missing)}`, () => {
  it('agrees with version_compare on 1000 random pairs', () => {
    const pieces = ['0', '1', '10', '01', '.1', '-dev', 'alpha', 'b', 'RC', 'rc', 'pl', 'x', '.0'];
    const tail = fc.array(fc.constantFrom(...pieces), { maxLength: 5 }).map((one) => one.join(''));
    const head = fc.constantFrom('1', '1.0', '1.0.0.0-beta');
    const pairs = fc
      .sample(fc.tuple(head, tail, tail), { numRuns: 1000, seed: 1 })
      .map(([a, b, c]) => [a + b, a + c]);
    const input = pairs.map((pair) => `${pair.join('\t')}\n`).join('');
    const { stdout } = spawnSync(tool, ['-r', SCRIPT], { encoding: 'utf8', input });
    const theirs = stdout.trim().split('\n');
    const ours = pairs.map(([a = '', b = '']) => `${a} ${b} ${comparePhp(a, b)}`);
    expect(ours).toEqual(pairs.map((pair, at) => `${pair.join(' ')} ${theirs[at]}`));
  });
});
