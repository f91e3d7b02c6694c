/**
 * Images as skopeo names them: by their place in an archive or a layout, and in folders of `dir:`.
 */

import { mkdtempSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import {
  dockerArchive,
  makeImage,
  ociFiles,
  tarOf,
  writeFiles,
} from '../../../test/support/stored-images.ts';
import { missingTool, needs, run } from '../../../test/support/tools.ts';
import { quietContext } from '../../core/base/context.ts';
import { writeTar } from '../../formats/archive/tar/tar-writer.ts';
import { listDigests, openSource } from './open-source.ts';
import type { SourceRequest } from './source.ts';

const noSkopeo = missingTool('skopeo');
const CONTEXT = quietContext();
const ONE = makeImage([[{ path: 'a', body: 'a' }]]);
const TWO = makeImage([[{ path: 'b', body: 'b' }]]);
const ARM = makeImage([[{ path: 'c', body: 'c' }]], {
  platform: { os: 'linux', architecture: 'arm64' },
});

let folder = '';
const at = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-chosen-'));
  const saved = [
    { image: ONE, tags: ['app:1'] },
    { image: TWO, tags: [] },
    // Equal entries are one image, and count twice all the same.
    { image: ONE, tags: ['app:2'] },
  ];
  writeFileSync(at('saved.tar'), writeTar(dockerArchive(saved, 'blobs')));
  const layout = ociFiles([
    { image: ONE },
    {
      platforms: [
        { image: TWO, isPlatformListed: true },
        { image: ARM, isPlatformListed: true },
      ],
    },
  ]);
  writeFiles(at('layout'), layout);
  writeFileSync(at('layout.tar'), tarOf(layout));
});
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function request(reference: string, platforms: SourceRequest['platforms'] = []): SourceRequest {
  return { reference, kind: 'image', platforms, imageSources: [], skipDirs: [], skipFiles: [] };
}

/** The configurations of what is opened, each with its layers read and compared. */
async function opened(
  reference: string,
  platforms: SourceRequest['platforms'] = [],
): Promise<readonly (string | undefined)[]> {
  const images = await openSource(request(reference, platforms), CONTEXT);
  const configs: (string | undefined)[] = [];
  for (const image of images) {
    for (const layer of image.artifact.layers.keys()) {
      await image.walk(layer, () => undefined, CONTEXT);
      expect(image.isChecked?.(layer)).toBe(true);
    }
    configs.push(image.artifact.image?.configDigest);
    await image[Symbol.asyncDispose]();
  }
  return configs;
}

describe('an image by its place in the list', () => {
  it.each([
    ['saved.tar:@0', ONE],
    ['saved.tar:@1', TWO],
    ['saved.tar:@2', ONE],
    ['layout:@0', ONE],
    ['layout.tar:@0', ONE],
  ])('%s', async (name, image) => {
    expect(await opened(at(name))).toEqual([image.configDigest]);
  });

  it('with a prefix, and of an index with all its platforms', async () => {
    expect(await opened(`docker-archive:${at('saved.tar')}:@1`)).toEqual([TWO.configDigest]);
    expect(await opened(`oci:${at('layout')}:@1`, 'all')).toEqual([
      TWO.configDigest,
      ARM.configDigest,
    ]);
  });

  it.each([
    ['saved.tar:@3', 'saved.tar" holds no image "@3"'],
    ['layout:@2', 'layout" holds no image "@2"'],
  ])('is refused where nothing is there: %s', async (name, message) => {
    await expect(opened(at(name))).rejects.toThrow(message);
  });

  it.skipIf(noSkopeo !== undefined)(`is the one that skopeo means${needs(noSkopeo)}`, () => {
    for (const [place, image] of [ONE, TWO, ONE].entries()) {
      const found = run('skopeo', [
        ...['inspect', '--raw', `docker-archive:${at('saved.tar')}:@${place}`],
      ]);
      const { config } = JSON.parse(found) as { readonly config: { readonly digest: string } };
      expect(config.digest).toBe(image.configDigest);
    }
  });
});

describe.skipIf(noSkopeo !== undefined)(`a folder that skopeo writes${needs(noSkopeo)}`, () => {
  const copy = (from: string, to: string, ...more: readonly string[]): string => {
    run('skopeo', ['copy', '-q', '--insecure-policy', ...more, from, `dir:${at(to)}`]);
    return at(to);
  };

  it.each(['', 'dir:'])('is an image, written as %jPATH', async (prefix) => {
    const dir = copy(`oci:${at('layout')}:@0`, `one-${prefix.length}`);
    expect(await opened(`${prefix}${dir}`)).toEqual([ONE.configDigest]);
  });

  it("of Docker's own form of manifests", async () => {
    const dir = copy(`docker-archive:${at('saved.tar')}:@1`, 'docker');
    expect(readFileSync(join(dir, 'manifest.json'), 'utf8')).toContain('docker.distribution');
    expect(await opened(dir)).toEqual([TWO.configDigest]);
  });

  it('of several platforms is that index', async () => {
    const dir = copy(`oci:${at('layout')}:@1`, 'all', '--all');
    expect(await opened(dir, 'all')).toEqual([TWO.configDigest, ARM.configDigest]);
    const digests = await listDigests(request(dir), CONTEXT);
    expect(digests.map(({ isIndex }) => isIndex)).toEqual([true, false, false]);
  });

  it('is refused where its bytes are others, or where something is missing', async () => {
    const hex = ONE.layers[0]?.digest.slice('sha256:'.length) ?? '';
    const changed = copy(`oci:${at('layout')}:@0`, 'changed');
    const blob = join(changed, hex);
    const bytes = gzipSync('other');
    writeFileSync(blob, Buffer.concat([bytes, Buffer.alloc(9)]));
    await expect(opened(changed)).rejects.toThrow(/layer 1 .*(?:bytes|digest)/u);
    unlinkSync(blob);
    await expect(opened(changed)).rejects.toThrow('is missing');
    renameSync(join(changed, 'manifest.json'), join(changed, 'manifest'));
    await expect(opened(changed)).rejects.toThrow(
      'is not a usable folder of an image: it has no manifest.json',
    );
  });
});

describe('without a place for temporary files', () => {
  it('the place is named, and not the archive', async () => {
    const path = at('saved.tar.gz');
    writeFileSync(path, gzipSync(readFileSync(at('saved.tar'))));
    vi.stubEnv('TMPDIR', at('none'));
    await expect(opened(path)).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: `cannot keep the unpacked "${path}" in "${at('none')}": there is no such file or folder`,
      hint: 'Name a folder that can be written to: TMPDIR=/PATH',
    });
  });
});
