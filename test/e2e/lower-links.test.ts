/**
 * Layers that runtimes unpack differently: entries and whiteouts behind a link of a lower layer.
 * What the two ways show was taken from Podman (overlay and vfs), containerd (overlayfs and
 * native), Docker (overlay2) and umoci: `docs/layers.md`.
 */

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '../../src/core/base/context.ts';
import { writeTar, type TarMember } from '../../src/formats/archive/tar/tar-writer.ts';
import type { ArtifactResult } from '../../src/core/model/report/report.ts';
import { scan } from '../../src/scan/pipeline/index.ts';
import { dockerArchive, makeImage } from '../support/stored-images.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'assay-lower-links-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, body = ''): TarMember => ({ path: name, body });
const link = (name: string, target: string): TarMember => ({ path: name, type: 'symlink', target });
const hard = (name: string, target: string): TarMember => ({
  path: name,
  type: 'hardlink',
  target,
});
const directory = (name: string): TarMember => ({ path: name, type: 'directory' });
const node = (name: string, version: string): TarMember =>
  file(name, JSON.stringify({ name: 'pkg', version }));
const apk = (name: string, version: string): TarMember =>
  file(name, `P:pkg\nV:${version}\nA:x86_64\n\n`);
const python = (name: string, version: string): TarMember =>
  file(name, `Metadata-Version: 2.1\nName: pkg\nVersion: ${version}\n`);
const status = (name: string, version: string): TarMember =>
  file(
    name,
    `Package: pkg\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n\n`,
  );

const OLD = node('data/pkg/package.json', '1.0.0');
const APP = link('app', 'data');

describe('layers that runtimes unpack differently', () => {
  it.each<[string, TarMember[][], string[]]>([
    ['a whiteout behind a link', [[OLD], [APP], [file('app/.wh.pkg')]], ['1.0.0']],
    ['an opaque directory behind a link', [[OLD], [APP], [file('app/.wh..wh..opq')]], ['1.0.0']],
    [
      'a file behind a link',
      [[OLD], [APP], [node('app/pkg/package.json', '2.0.0')]],
      ['1.0.0', '2.0.0'],
    ],
    ['a link behind a link', [[OLD], [APP], [link('app/pkg', '/opt')]], ['1.0.0']],
    [
      'a file behind a link that came with its target',
      [[OLD, APP], [node('app/pkg/package.json', '2.0.0')]],
      ['1.0.0', '2.0.0'],
    ],
    [
      'a whiteout behind an absolute link',
      [[OLD, link('app', '/data')], [file('app/.wh.pkg')]],
      ['1.0.0'],
    ],
    [
      'a file behind a link to a link',
      [[OLD, APP, link('next', 'app')], [node('next/pkg/package.json', '2.0.0')]],
      ['1.0.0', '2.0.0'],
    ],
    [
      'a file behind a relative link in another directory',
      [[OLD, link('a/app', '../../data')], [node('a/app/pkg/package.json', '2.0.0')]],
      ['1.0.0', '2.0.0'],
    ],
    [
      'a whiteout of a directory above, behind a link',
      [[node('srv/data/pkg/package.json', '1.0.0'), link('app', 'srv')], [file('app/.wh.data')]],
      ['1.0.0'],
    ],
    [
      'a hard link behind a link',
      [[OLD], [APP], [node('new', '3.0.0'), hard('app/pkg/package.json', 'new')]],
      ['1.0.0', '3.0.0'],
    ],
    [
      'a file behind a link, and a later one where the link leads',
      [[OLD, APP], [node('app/pkg/package.json', '2.0.0')], [node(OLD.path, '3.0.0')]],
      ['2.0.0', '3.0.0'],
    ],
    [
      'a file behind a link, which a later whiteout takes away where the link leads',
      [[OLD, APP], [node('app/pkg/package.json', '2.0.0')], [file('data/.wh.pkg')]],
      ['2.0.0'],
    ],
    [
      'a plain file in the place of a directory behind a link',
      [[OLD, APP], [file('app/pkg', 'x')]],
      ['1.0.0'],
    ],
    [
      'a file behind a link of its own layer to a link of a lower one',
      [
        [OLD, link('mid', 'data')],
        [link('app', 'mid'), node('app/pkg/package.json', '2.0.0')],
      ],
      ['1.0.0', '2.0.0'],
    ],
    [
      'an opaque directory behind a link, after layers that stored something there',
      [
        [OLD, APP],
        [node('app/a/package.json', '2.0.0')],
        [node('data/b/package.json', '3.0.0')],
        [file('app/.wh..wh..opq')],
      ],
      ['1.0.0', '2.0.0', '3.0.0'],
    ],
    [
      'a whiteout behind a link that takes the place of another link',
      [
        [node('lib/package.json', '1.0.0'), link('app', 'lib')],
        [link('app', 'srv'), file('app/.wh.package.json')],
      ],
      ['1.0.0'],
    ],
    [
      'an opaque root',
      [[OLD], [file('.wh..wh..opq'), node('e/package.json', '2.0.0')]],
      ['1.0.0', '2.0.0'],
    ],
    [
      'a whiteout of a directory that the layer makes again',
      [[OLD], [file('.wh.data'), directory('data'), node('data/new/package.json', '2.0.0')]],
      ['1.0.0', '2.0.0'],
    ],
    [
      'a Python package behind a link',
      [
        [python('data/pkg-1.0.0.dist-info/METADATA', '1.0.0'), APP],
        [python('app/pkg-1.0.0.dist-info/METADATA', '2.0.0')],
      ],
      ['1.0.0', '2.0.0'],
    ],
    [
      "Alpine's database behind the link of a merged root",
      [
        [apk('usr/lib/apk/db/installed', '1.0.0-r0'), link('lib', 'usr/lib')],
        [apk('lib/apk/db/installed', '2.0.0-r0')],
      ],
      ['1.0.0-r0', '2.0.0-r0'],
    ],
    [
      'a file that a database links to, under a name that says nothing',
      [
        [
          status('real/data', '1.0.0'),
          link('s', '/real'),
          link('var/lib/dpkg/status', '/real/data'),
        ],
        [status('s/data', '2.0.0')],
      ],
      ['1.0.0', '2.0.0'],
    ],
  ])('%s: packages of both readings', async (_, layers, expected) => {
    const { inventory, diagnostics } = await resultOf(layers);
    expect(versionsOf(inventory)).toEqual(expected);
    expect(diagnostics.filter(({ gap }) => gap !== undefined)).toEqual([]);
  });

  it.each<[string, TarMember[][], string[]]>([
    [
      'a directory of its own in the place of the link',
      [
        [OLD, APP],
        [directory('app'), node('app/pkg/package.json', '2.0.0')],
      ],
      ['1.0.0', '2.0.0'],
    ],
    [
      'an opaque directory of its own in the place of the link',
      [
        [OLD, APP],
        [directory('app'), file('app/.wh..wh..opq')],
      ],
      ['1.0.0'],
    ],
    [
      'a new package behind a link',
      [[OLD, APP], [node('app/other/package.json', '2.0.0')]],
      ['1.0.0', '2.0.0'],
    ],
    ['a whiteout of nothing behind a link', [[OLD, APP], [file('app/.wh.absent')]], ['1.0.0']],
    [
      'a library in a merged root',
      [[OLD, link('lib', 'usr/lib')], [file('lib/systemd/app.service', 'x')]],
      ['1.0.0'],
    ],
    ['a file in /var/run', [[OLD, link('var/run', '/run')], [file('var/run/app.pid')]], ['1.0.0']],
    ['a whiteout of the link itself', [[OLD, APP], [file('.wh.app')]], ['1.0.0']],
    [
      'a whiteout of the link in front of what takes its place',
      [
        [OLD, APP],
        [file('.wh.app'), node('app/pkg/package.json', '2.0.0')],
      ],
      ['1.0.0', '2.0.0'],
    ],
    ['a whiteout where the link leads', [[OLD, APP], [file('data/.wh.pkg')]], []],
  ])('%s: nothing more than one reading has', async (_, layers, expected) => {
    const { inventory, diagnostics } = await resultOf(layers);
    expect(versionsOf(inventory)).toEqual(expected);
    expect(diagnostics.filter(({ gap }) => gap !== undefined)).toEqual([]);
  });

  it('is a gap where a whiteout of the link stands behind entries below it', async () => {
    const { diagnostics } = await resultOf([
      [OLD, APP],
      [node('app/pkg/package.json', '2.0.0'), file('.wh.app')],
    ]);
    expect(diagnostics.filter(({ gap }) => gap !== undefined)).toHaveLength(1);
  });

  it('is a gap where the two readings are of different releases', async () => {
    const { diagnostics } = await resultOf([
      [file('data/os-release', 'ID=debian\nVERSION_ID="11"\n'), link('etc', 'data')],
      [
        file('etc/os-release', 'ID=debian\nVERSION_ID="12"\n'),
        file('data/os-release', 'ID=debian\nVERSION_ID="11"\n'),
      ],
    ]);
    const gaps = diagnostics.filter(({ message }) => message.includes('one reading is'));
    expect(gaps).toHaveLength(1);
  });
});

describe('the files of a package behind a link of a lower layer', () => {
  const good = 'genuine';
  const md5 = createHash('md5').update(good).digest('hex');
  const base = [
    status('var/lib/dpkg/status', '1.0.0'),
    file('var/lib/dpkg/info/pkg.list', '/usr/lib/libpkg.so.1\n'),
    file('var/lib/dpkg/info/pkg.md5sums', `${md5}  usr/lib/libpkg.so.1\n`),
    link('lib', 'usr/lib'),
  ];
  const library = (name: string, body: string): TarMember => ({ path: name, body, mode: 0o755 });

  it.each<[string, TarMember[][], 'verified' | 'contradicted']>([
    ['as the manifest says', [[library('usr/lib/libpkg.so.1', good)]], 'verified'],
    [
      'the same file once more',
      [[library('usr/lib/libpkg.so.1', good)], [library('lib/libpkg.so.1', good)]],
      'verified',
    ],
    [
      'another file beside it',
      [[library('usr/lib/libpkg.so.1', good)], [library('lib/libnew.so.1', 'x')]],
      'verified',
    ],
    [
      'changed where layers are unpacked onto each other',
      [[library('usr/lib/libpkg.so.1', good)], [library('lib/libpkg.so.1', 'changed')]],
      'contradicted',
    ],
    [
      'changed where layers are unpacked apart',
      [[library('usr/lib/libpkg.so.1', 'changed')], [library('lib/libpkg.so.1', good)]],
      'contradicted',
    ],
    [
      'hidden where layers are unpacked apart, and there in the other reading',
      [[library('lib/libpkg.so.1', good)], [library('lib/libnew.so.1', 'x')]],
      'verified',
    ],
  ])('%s', async (_, layers, level) => {
    const [first = [], ...others] = layers;
    const { inventory } = await resultOf([[...base, ...first], ...others]);
    expect(inventory.packages.map(({ evidence }) => evidence.level)).toEqual([level]);
    const contradictions = inventory.packages.flatMap(({ evidence }) => evidence.contradictions);
    expect(contradictions).toHaveLength(level === 'contradicted' ? 1 : 0);
  });
});

function versionsOf({ packages }: ArtifactResult['inventory']): readonly string[] {
  return packages.map(({ version }) => version).sort();
}

async function resultOf(layers: readonly (readonly TarMember[])[]): Promise<ArtifactResult> {
  const reference = path.join(folder, 'app.tar');
  const image = makeImage(layers);
  writeFileSync(reference, writeTar(dockerArchive([{ image, tags: ['app:1'] }])));
  const targets = [{ reference, kind: 'image' as const }];
  const { results } = await scan({ targets, allowEmpty: true }, quietContext());
  const [result] = results;
  if (result === undefined) throw new Error('no result');
  return result;
}
