import { describe, expect, it } from 'vitest';
import { readCatalog } from '../../../test/support/catalog-file.ts';
import { apkRepositories } from '../catalog/alpine/apk-repositories.ts';
import type { Distro } from '../../core/model/package/package.ts';
import { edgeRepositoryGaps } from './edge-repositories.ts';

const PATH = '/etc/apk/repositories';
const CDN = 'https://dl-cdn.alpinelinux.org/alpine';

async function gapsOf(system: Distro | undefined, text: string): Promise<readonly string[]> {
  const result = await readCatalog(apkRepositories, PATH, text);
  const row = { path: PATH, layer: 1, foundBy: 'alpine/apk-repositories', result, earlier: [] };
  return edgeRepositoryGaps(system, { cataloged: [row] }).map(
    ({ gap, message, location }) => `${gap ?? ''} ${location?.layer ?? ''}: ${message}`,
  );
}

describe('edgeRepositories', () => {
  const alpine = (versionId: string): Distro => ({ id: 'alpine', versionId });

  it.each([
    ['main', '3.20.3', `${CDN}/edge/main\n`],
    [
      'all three',
      '3.20.3',
      ['main', 'community', 'testing'].map((n) => `${CDN}/edge/${n}`).join('\n'),
    ],
    ['a mirror without TLS', '3.9.6', 'http://mirror.example/pub/alpine/edge/main\n'],
    ['a mirror on disk', '3.22', '/media/cdrom/edge/main\n'],
    ['a comment on the release', '3.20.3', `#${CDN}/v3.20/main\n${CDN}/edge/main\n`],
    ['a tagged release beside it', '3.20.3', `@old ${CDN}/v3.20/main\n${CDN}/edge/main\n`],
    ['the newest release beside it', '3.20.3', `${CDN}/edge/main\n${CDN}/latest-stable/main\n`],
  ])('is a gap for repositories of edge: %s', async (_, versionId, text) => {
    const [gap = '', ...more] = await gapsOf(alpine(versionId), text);
    expect(gap).toMatch(/^unknownSystem 1: the release file names alpine 3/);
    expect(gap).toContain(`alpine ${versionId}`);
    expect(gap).toContain('--distro alpine/edge');
    expect(more).toEqual([]);
  });

  it.each([
    ['the release itself', alpine('3.20.3'), `${CDN}/v3.20/main\n`],
    [
      'the release, with edge beside it',
      alpine('3.20.3'),
      `${CDN}/v3.20/main\n${CDN}/edge/testing\n`,
    ],
    [
      'edge that is asked for by name',
      alpine('3.20.3'),
      `${CDN}/v3.20/main\n@edge ${CDN}/edge/main\n`,
    ],
    ['edge by its release file', alpine('3.23.0_alpha20260801'), `${CDN}/edge/main\n`],
    ['a dated snapshot', alpine('20240923'), `${CDN}/edge/main\n`],
    ['the newest release alone', alpine('3.20.3'), `${CDN}/latest-stable/main\n`],
    ['no repositories', alpine('3.20.3'), ''],
    ['private repositories', alpine('3.20.3'), 'https://a.example/apk\n'],
    ['another system', { id: 'wolfi', versionId: '20230201' }, `${CDN}/edge/main\n`],
    ['no system', undefined, `${CDN}/edge/main\n`],
  ])('is none for %s', async (_, system, text) => {
    expect(await gapsOf(system, text)).toEqual([]);
  });
});
