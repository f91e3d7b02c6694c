import { describe, expect, it } from 'vitest';
import { quietContext } from '../../core/base/context.ts';
import { scan } from '../pipeline/index.ts';
import { openSource } from './open-source.ts';
import { packageUrls } from './package-urls.ts';

const REQUEST = { platforms: [], imageSources: [], skipDirs: [], skipFiles: [] };

describe('package URLs as a target', () => {
  it('are the packages of one artifact, each on its line', async () => {
    const reference = 'pkg:npm/left-pad@1.3.0\n  pkg:deb/debian/bash@5.2.15-2?distro=debian-12';
    const { results } = await scan({ targets: [{ reference, kind: 'sbom' }] }, quietContext());
    expect(results).toHaveLength(1);
    const [result] = results;
    expect(result?.inventory.distro).toMatchObject({ id: 'debian', versionId: '12' });
    expect(
      result?.inventory.packages.map(({ ecosystem, name, version, locations: [{ line }] }) => [
        ecosystem,
        name,
        version,
        line,
      ]),
    ).toEqual([
      ['debian', 'bash', '5.2.15-2', 2],
      ['npm', 'left-pad', '1.3.0', 1],
    ]);
    expect(result?.diagnostics.filter(({ gap }) => gap !== undefined)).toEqual([]);
  });

  it.each([
    ['pkg:npm/x@1', true],
    ['PKG:npm/x@1', true],
    ['./pkg:npm', false],
    ['app', false],
  ])('are told by their scheme: %s', async (reference, isTaken) => {
    expect(await packageUrls.accepts({ ...REQUEST, reference })).toBe(isTaken);
  });

  it.each(['pkg:', 'pkg:npm', 'pkg:npm/', 'pkg:npm/a@1 nonsense'])(
    'are refused: %s',
    async (text) => {
      await expect(
        openSource({ ...REQUEST, reference: text }, quietContext()),
      ).rejects.toMatchObject({ code: 'USAGE' });
    },
  );

  it('of an ecosystem that is not known are a gap', async () => {
    const { results } = await scan(
      { targets: [{ reference: 'pkg:unheard/a@1' }], allowEmpty: true },
      quietContext(),
    );
    expect(results[0]?.diagnostics.map(({ gap }) => gap)).toEqual(['noAdvisoryData']);
  });
});
