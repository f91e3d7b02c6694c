import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import '../../../../test/support/property-seed.ts';
import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { apkRepositories } from './apk-repositories.ts';

const PATH = '/etc/apk/repositories';

async function releasesIn(text: string): Promise<readonly string[] | undefined> {
  return (await readCatalog(apkRepositories, PATH, text)).repositoryReleases;
}

describe('apkRepositories', () => {
  it.each([
    [
      'the official ones',
      'https://dl-cdn.alpinelinux.org/alpine/v3.20/main\nhttps://dl-cdn.alpinelinux.org/alpine/v3.20/community\n',
      ['3.20'],
    ],
    ['a mirror on disk', '/media/cdrom/apks/v3.9/main\n', ['3.9']],
    ['several', 'http://a.example/v3.20/main/\nhttp://a.example/edge/testing\n', ['3.20', 'edge']],
    ['the newest', 'http://a.example/latest-stable/main\n', ['latest-stable']],
    [
      'comments and tags',
      '#http://a.example/v3.1/main\n@edge http://a.example/edge/main\n',
      undefined,
    ],
    ['others', 'https://packages.wolfi.dev/os\nhttp://a.example/v3.20/private\n', undefined],
    ['nothing', '', undefined],
  ])('reads %s', async (_name, text, releases) => {
    expect(await releasesIn(text)).toEqual(releases);
  });

  it('survives any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), async (bytes) => {
        expect((await readCatalog(apkRepositories, PATH, bytes)).packages).toEqual([]);
      }),
    );
  });
});
