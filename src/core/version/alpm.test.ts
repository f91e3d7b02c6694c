import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions, isAffected, isValidVersion, normalizeVersion } from './index.ts';
import { missingTool, needs } from '../../../test/support/tools.ts';

/** The oracle; it is used where it is installed. */
const tool = 'vercmp';
const missing = missingTool('vercmp');

describe('alpm', () => {
  it.each(['1', '1:2.0-3', '1.0.r5.gabc-1.1', 'r100.abc-1'])('%s is valid', (version) => {
    expect(isValidVersion('alpm', version)).toBe(true);
  });

  it.each(['', '1 0', '1-a', 'a:1-1', '1.-1', '1-', ' 1-1'])('"%s" is not valid', (version) => {
    expect(isValidVersion('alpm', version)).toBe(false);
  });

  it.each(['', '1 0', '1:', '1:-1'])('does not order "%s"', (version) => {
    expect(compareVersions('alpm', version, '1')).toBeUndefined();
  });

  it('counts every release of a version that an advisory names without one', () => {
    expect(isAffected('alpm', '1.0-5', [{ introduced: '0', fixed: '1.0' }], [])).toBe(false);
    expect(isAffected('alpm', '1.0-5', [{ introduced: '0', lastAffected: '1.0' }], [])).toBe(true);
  });

  it('leaves out an epoch of 0', () => {
    expect(normalizeVersion('alpm', '0:1.0-1')).toBe('1.0-1');
    expect(normalizeVersion('alpm', '01:1.0-1')).toBe('1:1.0-1');
  });
});

describe.skipIf(missing !== undefined)(`alpm beside the real pacman${needs(missing)}`, () => {
  it('agrees on 300 random pairs', () => {
    const pieces = ['0', '1', '10', '01', 'a', 'rc', '.1', '.a', '_2', '+b', '..1'];
    const tail = fc.array(fc.constantFrom(...pieces), { maxLength: 4 }).map((one) => one.join(''));
    const release = fc.constantFrom('', '', '-1', '-2', '-10', '-1.1');
    const version = fc
      .tuple(fc.constantFrom('1', '1.0', '0:1', '1:1', 'a'), tail, release)
      .map((parts) => parts.join(''));
    for (const [a, b] of fc.sample(fc.tuple(version, version), { numRuns: 300, seed: 1 })) {
      const { stdout } = spawnSync(tool, [a, b], { encoding: 'utf8' });
      expect(`${a} ${b} ${compareVersions('alpm', a, b)}`).toBe(`${a} ${b} ${stdout.trim()}`);
    }
  });
});
