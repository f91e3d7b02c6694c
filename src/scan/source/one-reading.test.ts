/** Documents and archives that container tools and other readers would read differently. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { scriptedRegistry, storeLayout } from '../../../test/support/registry-server.ts';
import {
  digestOf,
  dockerArchive,
  makeImage,
  ociFiles,
  tarOf,
  writeFiles,
  type MadeImage,
} from '../../../test/support/stored-images.ts';
import { quietContext } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import { writeTar, type TarMember } from '../../formats/archive/tar/tar-writer.ts';
import { openSource } from './open-source.ts';
import { hostPlatform } from './platform.ts';
import type { SourceRequest } from './source.ts';

const CONTEXT = quietContext({ fetch: globalThis.fetch });
const PLATFORM = hostPlatform();
const CLEAN = makeImage([[{ path: 'clean', body: 'clean' }]], { platform: PLATFORM });
const OTHER = makeImage([[{ path: 'other', body: 'other' }]], { platform: PLATFORM });
const REAL_INDEX = 'application/vnd.oci.image.index.v1+json';
const REAL_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

type Files = Map<string, Buffer>;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-reading-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});
const at = (name: string): string => join(folder, name);

/** All paths in all layers of what is opened, or the reason why nothing is. */
async function reading(
  reference: string,
  changes: Partial<SourceRequest> = {},
): Promise<string[] | string> {
  const request = { platforms: [], imageSources: [], skipDirs: [], skipFiles: [], ...changes };
  const paths: string[] = [];
  try {
    for (const opened of await openSource({ reference, kind: 'image', ...request }, CONTEXT)) {
      await using artifact = opened;
      for (const layer of artifact.artifact.layers.keys()) {
        await artifact.walk(
          layer,
          (entry) => {
            paths.push(entry.path.slice(1));
            return undefined;
          },
          CONTEXT,
        );
      }
    }
    return paths.sort();
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    expect(error.code).toBe('DAMAGED');
    expect(error.hint).toBeDefined();
    return error.message;
  }
}

function addBlob(files: Files, text: string | Buffer): { digest: string; size: number } {
  const bytes = Buffer.from(text);
  files.set(`blobs/sha256/${digestOf(bytes).slice(7)}`, bytes);
  return { digest: digestOf(bytes), size: bytes.length };
}

/** The manifest of an image, as it is stored. */
function manifestOf(image: MadeImage): Record<string, unknown> {
  const files = ociFiles([{ image }]);
  const index = JSON.parse(String(files.get('index.json'))) as { manifests: [{ digest: string }] };
  const bytes = files.get(`blobs/sha256/${index.manifests[0].digest.slice(7)}`);
  return JSON.parse(String(bytes)) as Record<string, unknown>;
}

/** A layout with the blobs of both images, and one manifest, a text. */
function layoutWith(manifest: string | Buffer): Files {
  const files = ociFiles([{ image: CLEAN }, { image: OTHER }]);
  const row = { mediaType: REAL_MANIFEST, ...addBlob(files, manifest), ...named('latest') };
  setIndex(files, [row]);
  return files;
}

function named(tag: string): object {
  return { annotations: { 'org.opencontainers.image.ref.name': tag } };
}

function setIndex(files: Files, manifests: readonly object[]): void {
  files.set('index.json', Buffer.from(JSON.stringify({ schemaVersion: 2, manifests })));
}

/** Adds members to the JSON text of an object, as they are. */
function withMembers(json: object, members: string): string {
  return `${JSON.stringify(json).slice(0, -1)},${members}}`;
}

const cleanManifest = manifestOf(CLEAN);
const otherManifest = manifestOf(OTHER);
const otherLayers = JSON.stringify(otherManifest['layers']);
const otherConfig = JSON.stringify(otherManifest['config']);
const text = JSON.stringify(cleanManifest);
const [cleanLayer] = cleanManifest['layers'] as [{ digest: string; size: number }];
const [otherLayer] = otherManifest['layers'] as [{ digest: string }];

const MANIFESTS: readonly (readonly [string, string | Buffer, string])[] = [
  [
    'Config and Layers',
    withMembers(cleanManifest, `"Config":${otherConfig},"Layers":${otherLayers}`),
    'the key "Config" differs from "config" only in case',
  ],
  ['LAYERS in front', `{"LAYERS":${otherLayers},${text.slice(1)}`, '"LAYERS" differs'],
  ['only Layers', text.replace('"layers"', '"Layers"'), '"Layers" differs'],
  ['only CONFIG', text.replace('"config":', '"CONFIG":'), '"CONFIG" differs'],
  ['layers with a long s', withMembers(cleanManifest, `"layerſ":${otherLayers}`), '"layerſ"'],
  ['an escaped key', withMembers(cleanManifest, `"\\u004cayers":${otherLayers}`), '"Layers"'],
  ['layers twice', withMembers(cleanManifest, `"layers":${otherLayers}`), 'more than once'],
  ['config twice', withMembers(cleanManifest, `"config":${otherConfig}`), 'more than once'],
  [
    'Digest in a layer',
    text.replace(
      `"${cleanLayer.digest}"`,
      `"${cleanLayer.digest}","Digest":"${otherLayer.digest}"`,
    ),
    '"layers.0.Digest" differs',
  ],
  [
    'digest twice in a layer',
    text.replace(
      `"${cleanLayer.digest}"`,
      `"${cleanLayer.digest}","digest":"${otherLayer.digest}"`,
    ),
    '"layers.0.digest" occurs more than once',
  ],
  ['Size in a layer', text.replace(/"size":(\d+)\}\]/u, '"size":$1,"Size":1}]'), '.Size" differs'],
  ['MediaType', withMembers(cleanManifest, `"MediaType":"${REAL_INDEX}"`), '"MediaType" differs'],
  ['a size with a fraction', text.replace(/"size":(\d+)\}\]/u, '"size":$1.5}]'), 'an integer'],
  ['layers that are an object', text.replace(/"layers":.*\]/u, '"layers":{}'), 'an array'],
  ['fsLayers', withMembers(cleanManifest, '"fsLayers":[]'), 'schema 1'],
  ['manifests', withMembers(cleanManifest, '"manifests":[]'), 'an index and a manifest at once'],
  ['another media type', text.replace(REAL_MANIFEST, REAL_INDEX), 'it was announced as'],
  ['a byte order mark', `\uFEFF${text}`, 'byte order mark'],
  [
    'bytes that are not UTF-8',
    Buffer.from(withMembers(cleanManifest, '"x":"\xff"'), 'latin1'),
    'UTF-8',
  ],
  ['a second value', `${text}${JSON.stringify(otherManifest)}`, 'text after the end'],
];

describe('image manifests', () => {
  it.each(MANIFESTS)('with %s are refused', async (_, manifest, reason) => {
    writeFiles(at('layout'), layoutWith(manifest));
    expect(await reading(at('layout'))).toContain(reason);
  });

  it.each([
    ['annotations', withMembers(cleanManifest, '"annotations":{"layers":"a","Layers":"b"}')],
    ['unknown fields', withMembers(cleanManifest, '"x":1,"X":{"layers":[],"Layers":[]},"x":2')],
    ['fields of other documents', withMembers(cleanManifest, '"rootfs":1,"RootFS":2,"Env":[]')],
    [
      'absent values',
      withMembers(cleanManifest, '"manifests":null,"subject":null,"fsLayers":null'),
    ],
  ])('with %s are read', async (_, manifest) => {
    writeFiles(at('layout'), layoutWith(manifest));
    expect(await reading(at('layout'))).toEqual(['clean']);
  });
});

describe('every way in', () => {
  const manifest = withMembers(cleanManifest, `"Config":${otherConfig},"Layers":${otherLayers}`);
  const files = layoutWith(manifest);
  const refused = 'differs from "config" only in case';

  it.each([
    ['an archive', (bytes: Uint8Array) => bytes],
    ['an archive in gzip', (bytes: Uint8Array) => gzipSync(bytes)],
  ])('%s', async (_, change) => {
    writeFileSync(at('a.tar'), change(tarOf(files)));
    expect(await reading(at('a.tar'))).toContain(refused);
    expect(await reading(`oci-archive:${at('a.tar')}`)).toContain(refused);
  });

  it('standard input', async () => {
    const bytes = tarOf(files);
    async function* stdin(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(bytes);
    }
    expect(await reading('-', { stdin })).toContain(refused);
  });

  it('a folder of dir:', async () => {
    const dir: Files = new Map([
      ['version', Buffer.from('Directory Transport Version: 1.1\n')],
      ['manifest.json', Buffer.from(manifest)],
    ]);
    for (const [path, bytes] of files) {
      if (path.startsWith('blobs/')) dir.set(path.slice('blobs/sha256/'.length), bytes);
    }
    writeFiles(at('dir'), dir);
    expect(await reading(at('dir'))).toContain(refused);
  });

  it.each([false, true])('a registry, read lazily: %s', async (isLazy) => {
    using server = await scriptedRegistry();
    storeLayout(server, 'app', files);
    const name = `${server.host}/app:latest`;
    const remote = { imageSources: ['remote'], env: { HOME: '/nonexistent' }, isLazy };
    expect(await reading(name, remote)).toContain(refused);
  });

  it('a nested index', async () => {
    const nested = layoutWith(manifest);
    const row = { mediaType: REAL_MANIFEST, ...addBlob(nested, manifest), platform: PLATFORM };
    const index = addBlob(nested, JSON.stringify({ schemaVersion: 2, manifests: [row] }));
    setIndex(nested, [{ mediaType: REAL_INDEX, ...index }]);
    writeFiles(at('layout'), nested);
    expect(await reading(at('layout'))).toContain(refused);
  });
});

describe('image indexes', () => {
  const files = layoutWith(text);
  const [row] = (JSON.parse(String(files.get('index.json'))) as { manifests: [object] }).manifests;
  const other = { mediaType: REAL_MANIFEST, ...addBlob(files, JSON.stringify(otherManifest)) };
  const index = { schemaVersion: 2, manifests: [row] };
  const rows = JSON.stringify([other]);

  it.each([
    ['Manifests', withMembers(index, `"Manifests":${rows}`), '"Manifests" differs'],
    ['manifests twice', withMembers(index, `"manifests":${rows}`), 'more than once'],
    ['manifests with a long s', withMembers(index, `"manifeſts":${rows}`), 'differs'],
    ['only MANIFESTS', JSON.stringify(index).replace('manifests', 'MANIFESTS'), 'differs'],
    [
      'Digest in a row',
      `{"manifests":[${withMembers(row, `"Digest":"${other.digest}"`)}]}`,
      '"manifests.0.Digest" differs',
    ],
    [
      'Platform in a row',
      `{"manifests":[${withMembers(row, '"Platform":{"os":"linux"}')}]}`,
      '"manifests.0.Platform" differs',
    ],
    [
      'OS in a platform',
      `{"manifests":[${withMembers(row, '"platform":{"OS":"linux"}')}]}`,
      '"manifests.0.platform.OS" differs',
    ],
    ['Annotations in a row', `{"manifests":[${withMembers(row, '"Annotations":{}')}]}`, 'differs'],
  ])('with %s are refused', async (_, changed, reason) => {
    for (const isNested of [false, true]) {
      const made = new Map(files);
      if (isNested) setIndex(made, [{ mediaType: REAL_INDEX, ...addBlob(made, changed) }]);
      else made.set('index.json', Buffer.from(changed));
      writeFiles(at(`layout-${isNested}`), made);
      expect(await reading(at(`layout-${isNested}`))).toContain(reason);
    }
  });

  it('with a layout file of another case is refused', async () => {
    const version = '{"imageLayoutVersion":"1.0.0","ImageLayoutVersion":"2.0.0"}';
    writeFiles(at('layout'), new Map([...files, ['oci-layout', Buffer.from(version)]]));
    expect(await reading(at('layout'))).toContain('"ImageLayoutVersion" differs');
  });
});

describe('configurations', () => {
  const config = JSON.parse(CLEAN.config.toString()) as Record<string, unknown>;
  const withConfig = (changed: string): MadeImage => {
    const bytes = Buffer.from(changed);
    return { ...CLEAN, config: bytes, configDigest: digestOf(bytes) };
  };

  it.each([
    ['RootFS', '"RootFS":{"diff_ids":[]}', '"RootFS" differs'],
    ['rootfs twice', '"rootfs":{"diff_ids":[]}', 'more than once'],
    ['OS', '"OS":"windows"', '"OS" differs'],
    ['Architecture', '"Architecture":"s390x"', '"Architecture" differs'],
    ['History', '"History":[]', '"History" differs'],
    ['Config', '"Config":{"Env":["A=b"]}', '"Config" differs'],
    ['a field of Docker in another case', '"Container_Config":{}', 'differs'],
    ['the Kelvin sign', '"container_config":{"Wor\u212AingDir":"/"}', 'differs from "WorkingDir"'],
    ['env below container_config', '"container_config":{"env":[]}', 'differs from "Env"'],
    ['docKer_version', '"docKer_version":"1"', 'differs from "docker_version"'],
  ])('with %s are refused', async (_, members, reason) => {
    const image = withConfig(withMembers(config, members));
    writeFiles(at('layout'), ociFiles([{ image }]));
    writeFileSync(at('a.tar'), writeTar(dockerArchive([{ image, tags: ['app:1'] }])));
    expect(await reading(at('layout'))).toContain(reason);
    expect(await reading(at('a.tar'))).toContain(reason);
  });

  it('with Diff_Ids are refused', async () => {
    const changed = CLEAN.config.toString().replace('"diff_ids"', '"Diff_Ids":[],"diff_ids"');
    writeFiles(at('layout'), ociFiles([{ image: withConfig(changed) }]));
    expect(await reading(at('layout'))).toContain('"rootfs.Diff_Ids" differs');
  });

  it.each([
    ['labels', '"Labels":{"env":"a","Env":"b","env":"c"}'],
    ['ports', '"ExposedPorts":{"80/tcp":{},"80/TCP":{}}'],
    ['volumes', '"Volumes":{"/data":{},"/DATA":{}}'],
    ['a command as a text', '"Cmd":"sh"'],
  ])('with free keys in %s are read', async (_, members) => {
    const changed = CLEAN.config.toString().replace('"config":{}', `"config":{${members}}`);
    const image = withConfig(changed);
    writeFiles(at('layout'), ociFiles([{ image }]));
    writeFileSync(at('a.tar'), writeTar(dockerArchive([{ image, tags: ['app:1'] }])));
    expect(await reading(at('layout'))).toEqual(['clean']);
    expect(await reading(at('a.tar'))).toEqual(['clean']);
  });
});

describe('manifest.json of archives', () => {
  const members = [
    ...dockerArchive([{ image: OTHER, tags: [] }], 'blobs').slice(0, -1),
    ...dockerArchive([{ image: CLEAN, tags: ['app:1'] }], 'blobs'),
  ];
  const last = members.at(-1) as TarMember & { body: string };
  const [item] = JSON.parse(last.body) as [{ Config: string; Layers: string[] }];
  const [savedOther] = JSON.parse(
    (dockerArchive([{ image: OTHER, tags: [] }], 'blobs').at(-1) as { body: string }).body,
  ) as [{ Config: string; Layers: string[] }];
  const save = (body: string): string => {
    writeFileSync(
      at('a.tar'),
      writeTar([...members.slice(0, -1), { path: 'manifest.json', body }]),
    );
    return at('a.tar');
  };

  it.each([
    ['config', `"config":"${savedOther.Config}"`, '"0.config" differs from "Config"'],
    ['layers', `"layers":${JSON.stringify(savedOther.Layers)}`, 'differs from "Layers"'],
    ['LAYERS with a long s', '"LAYERſ":[]', 'differs from "Layers"'],
    ['Layers twice', `"Layers":${JSON.stringify(savedOther.Layers)}`, 'more than once'],
    ['Config twice', `"Config":"${savedOther.Config}"`, 'more than once'],
    ['repoTags', '"repoTags":["other:1"]', 'differs from "RepoTags"'],
    [
      'a descriptor of LayerSources',
      '"LayerSources":{"a":{"Digest":"b"}}',
      '"0.LayerSources.a.Digest"',
    ],
  ])('with %s are refused', async (_, changed, reason) => {
    expect(await reading(save(`[${withMembers(item, changed)}]`))).toContain(reason);
  });

  it('with free keys of LayerSources and unknown fields are read', async () => {
    const free = '"LayerSources":{"sha256:a":{},"SHA256:A":{}},"x":1,"X":2';
    expect(await reading(save(`[${withMembers(item, free)}]`))).toEqual(['clean']);
  });
});

describe('members of archives with an unknown type', () => {
  const members = dockerArchive([{ image: CLEAN, tags: ['app:1'] }], 'blobs');
  const names = members.map(({ path }) => path);
  /** The archive in which a member, before the others if it is added, has the type `Z`. */
  const save = (name: string, added?: TarMember): string => {
    const all = added === undefined ? members : [added, ...members];
    const tar = Buffer.from(writeTar(all));
    for (let start = 0; start < tar.length; start += 512) {
      if (tar.toString('latin1', start, tar.indexOf(0, start)) !== name) continue;
      tar.write('Z', start + 156, 'latin1');
      tar.write('        ', start + 148, 'latin1');
      const sum = tar.subarray(start, start + 512).reduce((total, byte) => total + byte, 0);
      tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, start + 148, 'latin1');
      break;
    }
    writeFileSync(at('a.tar'), tar);
    return at('a.tar');
  };

  it.each(names)('are refused: %s', async (name) => {
    expect(await reading(save(name))).toContain('is of an unknown type');
  });

  it('are refused beside a file of the same name', async () => {
    const twin = { path: 'manifest.json', body: '[]' };
    expect(await reading(save('manifest.json', twin))).toContain('twice, with different content');
  });

  it('are passed over where nothing needs them', async () => {
    expect(await reading(save('label', { path: 'label', body: '' }))).toEqual(['clean']);
  });
});
