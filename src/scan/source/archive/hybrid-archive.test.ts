/** Archives and folders with two tables of contents, or with several members of one name. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { pathsIn } from '../../../../test/support/reading.ts';
import {
  dockerArchive,
  makeImage,
  ociFiles,
  writeFiles,
  type MadeImage,
} from '../../../../test/support/stored-images.ts';
import { quietContext } from '../../../core/base/context.ts';
import { writeTar, type TarMember } from '../../../formats/archive/tar/tar-writer.ts';
import { listDigests } from '../open-source.ts';
import { hostPlatform } from '../platform.ts';

const host = hostPlatform();
const foreign = { os: 'linux', architecture: host.architecture === 's390x' ? 'amd64' : 's390x' };
const imageOf = (name: string, platform = host): MadeImage =>
  makeImage([[{ path: name, body: name }]], { platform });
const CLEAN = imageOf('clean');
const OTHER = imageOf('other');
const FOREIGN = imageOf('foreign', foreign);

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-contents-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const saved = (image: MadeImage): TarMember[] =>
  dockerArchive([{ image, tags: ['app:1'] }], 'blobs');
const layout = (...images: Parameters<typeof ociFiles>[0][number][]): TarMember[] =>
  [...ociFiles(images)].map(([path, body]) => ({ path, body }));
const member = (members: readonly TarMember[], path: string): TarMember => {
  const found = members.find((one) => one.path === path);
  if (found === undefined) throw new Error(`no ${path}`);
  return found;
};
/** Both forms, without members that are equal. */
const both = (docker: readonly TarMember[], oci: readonly TarMember[]): TarMember[] => {
  const paths = new Set(docker.map(({ path }) => path));
  return [...docker, ...oci.filter(({ path }) => !paths.has(path))];
};

function save(members: readonly TarMember[], behind?: Uint8Array): string {
  const path = join(folder, 'a.tar');
  writeFileSync(path, Buffer.concat([writeTar(members), behind ?? new Uint8Array(0)]));
  return path;
}

const listed = (image: MadeImage): { image: MadeImage; isPlatformListed: true } => ({
  image,
  isPlatformListed: true,
});
const nested = (...images: MadeImage[]): Parameters<typeof layout>[0] => ({
  tag: '1',
  platforms: images.map(listed),
});

describe('an archive with manifest.json and index.json', () => {
  const pair = [...saved(CLEAN).slice(0, -1), ...saved(OTHER)];

  it.each([
    ['that name different images', both(pair, layout({ image: CLEAN }))],
    ['whose index has another platform only', both(saved(CLEAN), layout(nested(FOREIGN)))],
    ['whose index lists nothing that is here', both(saved(CLEAN), layout())],
    [
      'of which one of two images is in both',
      both(
        dockerArchive(
          [
            { image: CLEAN, tags: ['app:1'] },
            { image: OTHER, tags: ['app:2'] },
          ],
          'blobs',
        ),
        layout({ image: CLEAN }),
      ),
    ],
  ])('%s is refused', async (_, members) => {
    const path = save(members);
    expect(await pathsIn(path)).toContain('two tables of contents that disagree');
    const request = {
      reference: path,
      platforms: [],
      imageSources: [],
      skipDirs: [],
      skipFiles: [],
    };
    const digests = listDigests(request, quietContext());
    await expect(digests).rejects.toThrow('two tables of contents that disagree');
  });

  it.each([
    ['the same image', both(saved(CLEAN), layout({ image: CLEAN, tag: '1' })), ['clean']],
    [
      'one row of an index for two platforms',
      both(saved(CLEAN), layout(nested(CLEAN, FOREIGN))),
      ['clean'],
    ],
    ['the foreign platform alone', both(saved(FOREIGN), layout(nested(FOREIGN))), ['foreign']],
    [
      'another image beside it in the index',
      both(saved(CLEAN), layout({ image: CLEAN, tag: '1' }, { image: OTHER, tag: '2' })),
      ['clean', 'other'],
    ],
    [
      'another image of the same platform in front',
      both(saved(CLEAN), layout(nested(OTHER, CLEAN))),
      ['clean', 'other'],
    ],
    [
      'the image of the host beside a foreign one',
      both(saved(FOREIGN), layout(nested(FOREIGN, OTHER))),
      ['foreign', 'other'],
    ],
  ])('with %s is read', async (_, members, paths) => {
    expect(await pathsIn(save(members))).toEqual(paths);
    expect(await pathsIn(`oci-archive:${save(members)}`)).toEqual(paths);
    expect(await pathsIn(`docker-archive:${save(members)}`)).toEqual(paths);
  });

  it('finds a name that only the index has', async () => {
    const members = both(saved(CLEAN), layout({ image: CLEAN }, { image: OTHER, tag: 'two' }));
    expect(await pathsIn(`${save(members)}:two`)).toEqual(['other']);
  });

  it('takes the platform asked for from both', async () => {
    const path = save(both(saved(CLEAN), layout(nested(CLEAN, FOREIGN))));
    expect(await pathsIn(path, { platforms: [foreign] })).toEqual(['foreign']);
    expect(await pathsIn(path, { platforms: 'all' })).toEqual(['clean', 'foreign']);
  });

  it('leaves out what the index lists and the archive does not hold', async () => {
    const members = both(saved(CLEAN), layout(nested(CLEAN, OTHER)));
    const layer = OTHER.layers[0]?.digest.slice(7) ?? '';
    expect(await pathsIn(save(members.filter(({ path }) => !path.includes(layer))))).toEqual([
      'clean',
    ]);
  });
});

describe('an archive with other lists', () => {
  const repositories: TarMember = { path: 'repositories', body: '{"app":{"1":"abc"}}' };

  it('of old docker beside an index is refused', async () => {
    expect(await pathsIn(save([...layout({ image: CLEAN }), repositories]))).toContain(
      '"repositories"',
    );
  });

  it('of old docker beside a manifest.json is read', async () => {
    expect(await pathsIn(save([...saved(CLEAN), repositories]))).toEqual(['clean']);
  });
});

describe('a folder', () => {
  const files = (members: readonly TarMember[]): Map<string, Buffer> =>
    new Map(members.map((one) => [one.path, Buffer.from('body' in one ? (one.body ?? '') : '')]));

  it.each([
    ['unpacked from docker save', both(saved(CLEAN), layout({ image: CLEAN })), ['clean']],
    [
      'unpacked, with another image in its index',
      both(saved(CLEAN), layout({ image: CLEAN }, { image: OTHER })),
      ['clean', 'other'],
    ],
  ])('%s is read', async (_, members, paths) => {
    writeFiles(folder, files(members));
    expect(await pathsIn(folder)).toEqual(paths);
  });

  it('whose lists disagree is refused', async () => {
    writeFiles(folder, files(both(saved(OTHER), layout({ image: CLEAN }))));
    expect(await pathsIn(folder)).toContain('two tables of contents that disagree');
  });

  it.each(['', 'dir:'])(
    'with an index and the manifest.json of dir: is refused as %s',
    async (prefix) => {
      const manifest = { path: 'manifest.json', body: '{"schemaVersion":2,"layers":[]}' };
      const version = { path: 'version', body: 'Directory Transport Version: 1.1\n' };
      writeFiles(folder, files([...layout({ image: CLEAN }), manifest, version]));
      expect(await pathsIn(`${prefix}${folder}`)).toContain('two tables of contents');
    },
  );
});

describe('members of one name', () => {
  const one = saved(CLEAN);
  const other = [...one.slice(0, -1), ...saved(OTHER)];
  const list = member(one, 'manifest.json');
  const otherList = member(saved(OTHER), 'manifest.json');
  const blob = one[1] ?? list;
  const index = member(layout({ image: CLEAN }), 'index.json');

  it.each<[string, readonly TarMember[]]>([
    ['manifest.json, the other one first', [otherList, ...other.slice(0, -1), list]],
    ['manifest.json, the other one last', [list, ...other]],
    ['./manifest.json and manifest.json', [{ ...otherList, path: './manifest.json' }, ...one]],
    ['/manifest.json and manifest.json', [{ ...otherList, path: '/manifest.json' }, ...one]],
    ['x/../manifest.json', [...one, { ...otherList, path: 'x/../manifest.json' }]],
    ['blobs//sha256', [...one, { path: blob.path.replace('/', '//'), body: 'x' }]],
    ['a configuration', [...one, { ...(one[0] ?? list), body: '{}' }]],
    ['a layer', [{ path: blob.path, body: 'x' }, ...one]],
    ['index.json', [...layout({ image: CLEAN }), member(layout({ image: OTHER }), 'index.json')]],
    ['oci-layout', [...layout({ image: CLEAN }), { path: 'oci-layout', body: '{}' }]],
    ['a file and a link', [...one, { path: 'manifest.json', type: 'symlink', target: 'x' }]],
    ['a file and a folder', [...one, { path: 'manifest.json/', type: 'directory' }]],
    [
      'a link to two targets',
      [
        { path: 'l', type: 'symlink', target: 'a' },
        { path: 'l', type: 'symlink', target: 'b' },
        ...one,
      ],
    ],
  ])('%s are refused', async (_, members) => {
    expect(await pathsIn(save(members))).toMatch(/has more than one reading: it holds ".*" twice/u);
  });

  it.each<[string, readonly TarMember[], string]>([
    [
      'a member behind a link',
      [{ path: 'blobs', type: 'symlink', target: 'x' }, ...one],
      'lies behind the link "blobs"',
    ],
    [
      'a member outside the root',
      [...one, { ...otherList, path: '../manifest.json' }],
      'outside its root',
    ],
    [
      'an absolute link with two targets',
      [
        ...one.slice(0, -1),
        { path: 'c/l', type: 'symlink', target: `/${one[0]?.path ?? ''}` },
        { path: `c/${one[0]?.path ?? ''}`, body: OTHER.config },
        {
          path: 'manifest.json',
          body: String('body' in list ? list.body : '').replace(one[0]?.path ?? '', 'c/l'),
        },
      ],
      'the link "c/l" can mean',
    ],
  ])('%s is refused', async (_, members, reason) => {
    expect(await pathsIn(save(members))).toContain(reason);
  });

  it.each<[string, readonly TarMember[]]>([
    ['with equal bytes', [...one, list, { ...list, path: './manifest.json' }, blob]],
    [
      'that are folders',
      [{ path: 'blobs/', type: 'directory' }, { path: 'blobs', type: 'directory' }, ...one],
    ],
    [
      'with an absolute link',
      [
        ...one.slice(0, -1),
        { path: 'c/l', type: 'symlink', target: `/${one[0]?.path ?? ''}` },
        {
          path: 'manifest.json',
          body: String('body' in list ? list.body : '').replace(one[0]?.path ?? '', 'c/l'),
        },
      ],
    ],
  ])('%s are read', async (_, members) => {
    expect(await pathsIn(save(members))).toEqual(['clean']);
  });

  it('behind the end of the archive are not read', async () => {
    expect(index.path).toBe('index.json');
    expect(await pathsIn(save(one, writeTar(saved(OTHER))))).toEqual(['clean']);
  });
});
