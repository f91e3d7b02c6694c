import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions, isValidVersion, normalizeVersion } from './index.ts';
import { missingTool, needs } from '../../../test/support/tools.ts';

/** The oracle; it is used where it is installed. */
const tool = 'dpkg';
const missing = missingTool('dpkg');

describe('deb', () => {
  it.each([
    ['an empty version', ''],
    ['white space inside', '1 0'],
    ['an empty epoch', ':1.0'],
    ['an epoch that is not a number', 'a:1.0'],
    ['an epoch above 31 bits', '2147483648:1.0'],
    ['nothing after the epoch', '1:'],
    ['an empty revision', '1.0-'],
    ['an empty upstream part', '-1'],
  ])('does not order %s', (_, version) => {
    expect(compareVersions('deb', version, '1.0')).toBeUndefined();
    expect(isValidVersion('deb', version)).toBe(false);
  });

  it('orders what dpkg only warns of', () => {
    expect(compareVersions('deb', 'r1', '1')).toBe(1);
    expect(isValidVersion('deb', 'r1')).toBe(false);
    expect(isValidVersion('deb', '1.0_1')).toBe(false);
  });

  it('leaves out an epoch of 0 unless a colon follows', () => {
    expect(normalizeVersion('deb', '0:1.0-1')).toBe('1.0-1');
    expect(normalizeVersion('deb', '0:1:2-1')).toBe('0:1:2-1');
  });
});

describe.skipIf(missing !== undefined)(`deb beside the real dpkg${needs(missing)}`, () => {
  it('agrees on 300 random pairs', () => {
    const piece = fc.constantFrom(
      '0',
      '1',
      '9',
      'a',
      'Z',
      '.',
      '+',
      '~',
      '-',
      '10',
      'deb12u',
      'rc',
      '01',
    );
    const tail = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
    const version = fc
      .tuple(fc.constantFrom('', '', '0:', '1:'), fc.constantFrom('1', '1.2', '0', '10'), tail)
      .map((parts) => parts.join(''))
      .filter((text) => isValidVersion('deb', text));
    const statements = fc.sample(fc.tuple(version, version), 300).map(([a, b]) => {
      const order = compareVersions('deb', a, b);
      return `${a} ${order === 0 ? 'eq' : order === -1 ? 'lt' : 'gt'} ${b}`;
    });
    // Versions have no characters that a shell reads otherwise; one shell starts the tool faster
    // than this process does.
    const script = statements.map((words) => `${tool} --compare-versions ${words}; echo $?\n`);
    const { stdout } = spawnSync('sh', { input: script.join(''), encoding: 'utf8' });
    const statuses = stdout.trimEnd().split('\n');
    expect(statuses).toHaveLength(statements.length);
    expect(statements.filter((_, index) => statuses[index] !== '0')).toEqual([]);
  });
});
