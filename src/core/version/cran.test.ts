import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions, isValidVersion, normalizeVersion } from './index.ts';
import { missingTool, needs } from '../../../test/support/tools.ts';

/** The oracle; it is used where it is installed. */
const tool = 'Rscript';
const missing = missingTool('Rscript');
const SCRIPT = `
for (line in readLines(file("stdin"))) {
  pair <- strsplit(line, "\\t")[[1]]
  cat(compareVersion(pair[1], pair[2]), "\\n")
}`;

describe('cran', () => {
  it.each(['1.0', '1.0-1', '1.8.0.9000'])('%s is valid', (version) => {
    expect(isValidVersion('cran', version)).toBe(true);
  });

  it.each(['1', '', '1.', '1..0', '1.0a', '1.0_1', ' 1.0', '-1.0'])(
    '"%s" is not valid',
    (version) => {
      expect(isValidVersion('cran', version)).toBe(false);
    },
  );

  it('does not order anything but numbers', () => {
    expect(compareVersions('cran', '1.0a', '1.0')).toBeUndefined();
    expect(compareVersions('cran', '1', '1.0')).toBe(-1);
  });

  it('is written with dots and without leading zeros', () => {
    expect(normalizeVersion('cran', '0.01-2')).toBe('0.1.2');
  });
});

describe.skipIf(missing !== undefined)(`cran beside the real R${needs(missing)}`, () => {
  it('agrees with compareVersion on 300 random pairs', () => {
    const number = fc.constantFrom('0', '1', '2', '10', '01');
    const version = fc
      .array(fc.tuple(fc.constantFrom('.', '-'), number), { minLength: 1, maxLength: 3 })
      .map((parts) => `1${parts.flat().join('')}`);
    const pairs = fc.sample(fc.tuple(version, version), { numRuns: 300, seed: 1 });
    const input = pairs.map((pair) => `${pair.join('\t')}\n`).join('');
    const { stdout } = spawnSync(tool, ['-e', SCRIPT], { encoding: 'utf8', input });
    const theirs = stdout.trim().split(/\s+/);
    const ours = pairs.map(([a, b]) => `${a} ${b} ${compareVersions('cran', a, b)}`);
    expect(ours).toEqual(pairs.map((pair, at) => `${pair.join(' ')} ${theirs[at]}`));
  });
});
