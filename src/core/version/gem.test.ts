import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareVersions,
  isValidVersion,
  normalizeVersion,
  satisfies,
  versFromNative,
} from './index.ts';
import { missingTool, needs } from '../../../test/support/tools.ts';

/** The oracle; it is used where it is installed. */
const tool = 'ruby';
const missing = missingTool('ruby');
const SCRIPT = `
STDIN.each_line do |line|
  a, b = line.chomp.split("\\t", -1)
  known = Gem::Version.correct?(a) && Gem::Version.correct?(b)
  puts known ? Gem::Version.new(a) <=> Gem::Version.new(b) : "undefined"
end`;

describe('gem', () => {
  it.each(['1', '1.0.a', '1.0.0-alpha.1', '1.0.a10'])('%s is valid', (version) => {
    expect(isValidVersion('gem', version)).toBe(true);
  });

  it.each(['', 'a', '1..2', '1.', 'v1.0', '1.0_1', '1 0', '1.0+2'])(
    '"%s" is not valid',
    (version) => {
      expect(isValidVersion('gem', version)).toBe(false);
    },
  );

  it('does not order what RubyGems refuses', () => {
    expect(compareVersions('gem', 'v1.0', '1.0')).toBeUndefined();
  });

  it.each([
    ['1.0.0', '1'],
    ['0', '0'],
    ['1.0.a0', '1.0.a'],
    ['1.0-1', '1.0.pre.1'],
    ['0.0', '0'],
    ['10.0', '10'],
    ['100', '100'],
    ['1.0-', '1.0-'],
  ])('%s is written %s', (version, expected) => {
    expect(normalizeVersion('gem', version)).toBe(expected);
  });

  it.each<[version: string, range: string, expected: boolean | undefined]>([
    ['2.2.5', '~> 2.2.1', true],
    ['2.3.0', '~> 2.2.1', false],
    ['2.3.0.rc1', '~> 2.2.1', false],
    ['2.2.0', '~> 2.2.1', false],
    ['2.9', '~> 2.2', true],
    ['3.0', '~> 2.2', false],
    ['3.0.a', '~> 2.2', false],
    ['1.9', '~> 1', true],
    ['5.1.2', '~> 5.0.7, >= 5.0.7.1 || ~> 5.1.1', true],
    ['5.0.7', '~> 5.0.7, >= 5.0.7.1', false],
    ['1.0', '~> x', undefined],
    ['1.0', '~>', undefined],
  ])('%s in "%s" is %s', (version, range, expected) => {
    expect(satisfies('gem', version, range)).toBe(expected);
  });

  it('spells a pessimistic requirement out in VERS', () => {
    expect(versFromNative('gem', '~> 2.2.1')).toBe('vers:gem/>=2.2.1|<2.3');
  });
});

describe.skipIf(missing !== undefined)(`gem beside the real RubyGems${needs(missing)}`, () => {
  it('agrees on 1000 random pairs', () => {
    const pieces = ['0', '1', '10', '01', '.0', '.1', '.a', 'b', '.rc', 'A', '-', '-1', '.00', '.'];
    const tail = fc.array(fc.constantFrom(...pieces), { maxLength: 5 }).map((one) => one.join(''));
    const head = fc.constantFrom('1', '1.0', '1.2');
    const pairs = fc
      .sample(fc.tuple(head, tail, tail), { numRuns: 1000, seed: 1 })
      .map(([a, b, c]) => [a + b, a + c]);
    const input = pairs.map((pair) => `${pair.join('\t')}\n`).join('');
    const { stdout } = spawnSync(tool, ['-e', SCRIPT], { encoding: 'utf8', input });
    const theirs = stdout.trim().split('\n');
    const ours = pairs.map(([a = '', b = '']) => {
      const isKnown = isValidVersion('gem', a) && isValidVersion('gem', b);
      return `${a} ${b} ${isKnown ? compareVersions('gem', a, b) : undefined}`;
    });
    expect(ours).toEqual(pairs.map((pair, at) => `${pair.join(' ')} ${theirs[at]}`));
  });
});
