/**
 * Images as skopeo names them: by their place in an archive or a layout, and in folders of `dir:`.
 */

import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import { missingAbility } from '../../../test/support/abilities.ts';
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

const PLATFORMS = [
  { image: TWO, isPlatformListed: true },
  { image: ARM, isPlatformListed: true },
];
/** Files of a layout with one image: of one platform, or of several. */
const layoutOf = (what: 'one' | 'all'): Map<string, Buffer> =>
  ociFiles([what === 'one' ? { image: ONE } : { platforms: PLATFORMS }]);

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
  const layout = ociFiles([{ image: ONE }, { platforms: PLATFORMS }]);
  writeFiles(at('layout'), layout);
  writeFileSync(at('layout.tar'), tarOf(layout));
  // Releases of skopeo before 1.14 know no places in a layout.
  writeFiles(
    at('named'),
    ociFiles([
      { image: ONE, tag: 'one' },
      { platforms: PLATFORMS, tag: 'all' },
    ]),
  );
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
      expect(configBySkopeo(`docker-archive:${at('saved.tar')}:@${place}`)).toBe(
        image.configDigest,
      );
    }
  });

  const noPlace = missingAbility('skopeo/oci-place');
  it.skipIf(noPlace !== undefined)(
    `is the one that skopeo means in a layout${needs(noPlace)}`,
    () => {
      expect(configBySkopeo(`oci:${at('layout')}:@0`)).toBe(ONE.configDigest);
    },
  );

  function configBySkopeo(reference: string): string {
    const found = run('skopeo', ['inspect', '--raw', reference]);
    const { config } = JSON.parse(found) as { readonly config: { readonly digest: string } };
    return config.digest;
  }
});

/** Writes an image of the layout as skopeo does: `one` of one platform, `all` with an index. */
type FolderWriter = (what: 'one' | 'all', to: string) => string;

const bySkopeo: FolderWriter = (what, to) => {
  const more = what === 'all' ? ['--all'] : [];
  const args = ['copy', '-q', '--insecure-policy', ...more];
  run('skopeo', [...args, `oci:${at('named')}:${what}`, `dir:${at(to)}`]);
  return at(to);
};

/** Source: containers/image, directory/directory_dest.go. */
const byHand: FolderWriter = (what, to) => {
  const layout = layoutOf(what);
  const read = (digest: string): Buffer =>
    layout.get(`blobs/${digest.replace(':', '/')}`) ?? expect.fail();
  const hexOf = (digest: string): string => digest.slice('sha256:'.length);
  const files = new Map<string, Buffer>([
    ['version', Buffer.from('Directory Transport Version: 1.1\n')],
  ]);
  const addManifest = (name: string, digest: string): void => {
    const bytes = read(digest);
    files.set(name, bytes);
    const { config, layers = [], manifests = [] } = JSON.parse(bytes.toString()) as OciDocument;
    for (const blob of [...(config === undefined ? [] : [config]), ...layers]) {
      files.set(hexOf(blob.digest), read(blob.digest));
    }
    for (const one of manifests) addManifest(`${hexOf(one.digest)}.manifest.json`, one.digest);
  };
  const index = layout.get('index.json') ?? expect.fail();
  const { manifests } = JSON.parse(index.toString()) as Required<OciDocument>;
  addManifest('manifest.json', manifests[0]?.digest ?? '');
  writeFiles(at(to), files);
  return at(to);
};

/** What is read of a manifest or an index. */
interface OciDocument {
  readonly config?: Listed;
  readonly layers?: readonly Listed[];
  readonly manifests?: readonly Listed[];
}

interface Listed {
  readonly digest: string;
}

describe.skipIf(noSkopeo !== undefined)(`a folder that skopeo writes${needs(noSkopeo)}`, () => {
  expectFolders(bySkopeo, 'skopeo');

  it("of Docker's own form of manifests", async () => {
    const dir = at('docker');
    const from = `docker-archive:${at('saved.tar')}:@1`;
    run('skopeo', ['copy', '-q', '--insecure-policy', from, `dir:${dir}`]);
    expect(readFileSync(join(dir, 'manifest.json'), 'utf8')).toContain('docker.distribution');
    expect(await opened(dir)).toEqual([TWO.configDigest]);
  });

  it('has the files that the test writes', () => {
    for (const what of ['one', 'all'] as const) {
      const [real, made] = [bySkopeo(what, `real-${what}`), byHand(what, `made-${what}`)];
      expect(readdirSync(made).sort()).toEqual(readdirSync(real).sort());
      for (const name of readdirSync(real).filter((one) => one !== 'version')) {
        expect(readFileSync(join(made, name)).equals(readFileSync(join(real, name)))).toBe(true);
      }
    }
  });
});

describe('a folder in the form of skopeo', () => {
  expectFolders(byHand, 'hand');
});

function expectFolders(write: FolderWriter, name: string): void {
  it.each(['', 'dir:'])('is an image, written as %jPATH', async (prefix) => {
    const dir = write('one', `${name}-one-${prefix.length}`);
    expect(await opened(`${prefix}${dir}`)).toEqual([ONE.configDigest]);
  });

  it('of several platforms is that index', async () => {
    const dir = write('all', `${name}-all`);
    expect(await opened(dir, 'all')).toEqual([TWO.configDigest, ARM.configDigest]);
    const digests = await listDigests(request(dir), CONTEXT);
    expect(digests.map(({ isIndex }) => isIndex)).toEqual([true, false, false]);
  });

  it('is refused where its bytes are others, or where something is missing', async () => {
    const hex = ONE.layers[0]?.digest.slice('sha256:'.length) ?? '';
    const changed = write('one', `${name}-changed`);
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
}

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
