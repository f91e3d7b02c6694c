import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  layoutFolder,
  missingForRegistry,
  startRegistry,
  type RunningRegistry,
} from '../../../../test/support/registry.ts';
import { makeImage, ociFiles } from '../../../../test/support/stored-images.ts';
import { needs } from '../../../../test/support/tools.ts';
import { quietContext, type Context } from '../../../core/base/context.ts';
import { registry } from './registry.ts';
import type { OpenArtifact, SourceRequest } from '../source.ts';

const CONTEXT = quietContext({ fetch: globalThis.fetch });
const AMD64 = { os: 'linux', architecture: 'amd64' };
const ARM64 = { os: 'linux', architecture: 'arm64', variant: 'v8' };

const one = makeImage([[{ path: 'etc/one', body: 'one' }], [{ path: 'etc/two', body: 'two' }]]);
const other = makeImage([[{ path: 'etc/arm', body: 'arm' }]], { platform: ARM64 });

function request(reference: string, changes: Partial<SourceRequest> = {}): SourceRequest {
  const env = { HOME: '/nonexistent', PATH: process.env['PATH'] };
  return {
    reference,
    env,
    platforms: [],
    imageSources: [],
    skipDirs: [],
    skipFiles: [],
    ...changes,
  };
}

async function pathsOf(opened: OpenArtifact, context: Context = CONTEXT): Promise<string[]> {
  const paths: string[] = [];
  for (const layer of opened.artifact.layers.keys()) {
    await opened.walk(
      layer,
      (entry) => {
        paths.push(entry.path);
        return undefined;
      },
      context,
    );
  }
  return paths;
}

describe.skipIf(missingForRegistry)(`images in a real registry${needs(missingForRegistry)}`, () => {
  let folder = '';
  let server: RunningRegistry;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'assay-remote-'));
    server = await startRegistry();
    server.push(layoutFolder(join(folder, 'one'), ociFiles([{ image: one, tag: '1' }])), 'app:1');
    const platforms = [
      { image: one, isPlatformListed: true },
      { image: other, isPlatformListed: true },
    ];
    const index = ociFiles([{ tag: '2', platforms }]);
    server.push(layoutFolder(join(folder, 'two'), index), 'team/app:2');
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  it('opens a tag without asking for a layer, and downloads each layer once', async () => {
    const before = server.requests().length;
    const [opened] = await registry.open(request(`${server.host}/app:1`), CONTEXT);
    if (opened === undefined) throw new Error('nothing was opened');
    await using artifact = opened;
    const { image, layers } = artifact.artifact;
    expect(image).toMatchObject({
      configDigest: one.configDigest,
      platform: AMD64,
      tags: [`${server.host}/app:1`],
      repoDigests: [`${server.host}/app@${String(image?.manifestDigest)}`],
    });
    expect(layers.map(({ blobDigest, diffId }) => [blobDigest, diffId])).toEqual(
      one.layers.map(({ digest, diffId }) => [digest, diffId]),
    );
    expect(artifact.nameOf?.(0)).toEqual({
      digest: one.layers[0]?.digest,
      of: 'stored',
      by: 'manifest',
    });
    const blobs = (): string[] =>
      server
        .requests()
        .slice(before)
        .filter((line) => line.startsWith('GET'))
        .filter((line) => one.layers.some(({ digest }) => line.includes(digest)));
    expect(blobs()).toEqual([]);
    expect(await pathsOf(artifact)).toEqual(['/etc/one', '/etc/two']);
    expect(await pathsOf(artifact)).toEqual(['/etc/one', '/etc/two']);
    expect(blobs()).toHaveLength(2);
  });

  it('opens a digest, and of an index the platforms asked for', async () => {
    const all = await registry.open(
      request(`${server.host}/team/app:2`, { platforms: 'all' }),
      CONTEXT,
    );
    expect(all.map(({ artifact }) => artifact.image?.platform)).toEqual([AMD64, ARM64]);
    expect(await Promise.all(all.map((opened) => pathsOf(opened)))).toEqual([
      ['/etc/one', '/etc/two'],
      ['/etc/arm'],
    ]);
    const index = String(all[0]?.artifact.image?.indexDigest);
    const manifest = String(all[1]?.artifact.image?.manifestDigest);
    for (const opened of all) await opened[Symbol.asyncDispose]();

    const named = `${server.host}/team/app`;
    const [arm] = await registry.open(
      request(`${named}:2`, { platforms: [{ os: 'linux', architecture: 'arm64' }] }),
      CONTEXT,
    );
    expect(arm?.artifact.image?.repoDigests).toEqual([`${named}@${manifest}`, `${named}@${index}`]);
    expect(arm?.diagnostics()[0]?.message).toMatch(/^1 manifest of the image is left out: linux/);
    const [pinned] = await registry.open(request(`${named}:gone@${manifest}`), CONTEXT);
    expect(await pathsOf(pinned as OpenArtifact)).toEqual(['/etc/arm']);
    for (const opened of [arm, pinned]) await opened?.[Symbol.asyncDispose]();

    expect(await registry.digests(request(`${named}:2`), CONTEXT)).toEqual([
      { name: named, digest: index, isIndex: true },
      { name: named, digest: expect.any(String) as string, isIndex: false, platform: AMD64 },
      { name: named, digest: manifest, isIndex: false, platform: ARM64 },
    ]);
  });

  it.each([
    ['a tag', 'app:9', 'NOT_FOUND', 'status 404, MANIFEST_UNKNOWN: manifest unknown'],
    ['a repository', 'none:1', 'NOT_FOUND', 'status 404'],
  ])('says that there is no such %s', async (_, name, code, text) => {
    const asked = registry.open(request(`${server.host}/${name}`), CONTEXT);
    await expect(asked).rejects.toMatchObject({
      code,
      message: expect.stringContaining(text) as string,
    });
  });

  it('says which platforms there are', async () => {
    const platforms = [{ os: 'linux', architecture: 's390x' }];
    const asked = registry.open(request(`${server.host}/team/app:2`, { platforms }), CONTEXT);
    await expect(asked).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('it has linux/amd64, linux/arm64/v8') as string,
    });
  });

  it('asks nobody when the network is off', async () => {
    const asked = registry.open(request(`${server.host}/app:1`), quietContext());
    await expect(asked).rejects.toMatchObject({ code: 'OFFLINE' });
  });
});
