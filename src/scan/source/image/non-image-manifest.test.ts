/**
 * Manifests that are labelled as something else than an image, and manifests that are something
 * else.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { addBlob, pathsIn, readingOf, setIndex } from '../../../../test/support/reading.ts';
import { scriptedRegistry, storeLayout } from '../../../../test/support/registry-server.ts';
import {
  digestOf,
  type MadeImage,
  makeImage,
  ociFiles,
  writeFiles,
  zstdOf,
} from '../../../../test/support/stored-images.ts';
import { writeTar } from '../../../formats/archive/tar/tar-writer.ts';
import { looksLikeFilesystem } from './non-image-manifest.ts';
import { hostPlatform } from '../platform.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const IN_TOTO = 'application/vnd.in-toto+json';
const IMAGE_CONFIG = 'application/vnd.oci.image.config.v1+json';
const host = hostPlatform();
const UNKNOWN = { os: 'unknown', architecture: 'unknown' };
const ATTESTATION = { 'vnd.docker.reference.type': 'attestation-manifest' };
const CLEAN = makeImage([[{ path: 'clean', body: 'c' }]], { platform: host });

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-label-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

type Files = Map<string, Buffer>;
interface Layer {
  readonly mediaType: string;
  readonly blob: Buffer;
  readonly diffId?: string;
}

const TAR = Buffer.from(writeTar([{ path: 'hidden', body: 'h' }]));

/** The first header as tar wrote it before POSIX: without magic, version and owner names. */
function v7(tar: Buffer): Buffer {
  const old = Buffer.from(tar);
  old.fill(0, 257, 512);
  old.fill(' ', 148, 156);
  let sum = 0;
  for (const byte of old.subarray(0, 512)) sum += byte;
  old.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return old;
}

function addManifest(files: Files, layers: readonly Layer[], changes: object = {}): object {
  const config = JSON.stringify({
    ...UNKNOWN,
    config: {},
    rootfs: {
      type: 'layers',
      diff_ids: layers.map(({ blob, diffId }) => diffId ?? digestOf(blob)),
    },
  });
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: { mediaType: IMAGE_CONFIG, ...addBlob(files, config) },
    layers: layers.map(({ mediaType, blob }) => ({ mediaType, ...addBlob(files, blob) })),
    ...changes,
  };
  return { mediaType: MANIFEST, ...addBlob(files, JSON.stringify(manifest)) };
}

const rowsOf = (files: Files): object[] =>
  (JSON.parse(String(files.get('index.json'))) as { manifests: object[] }).manifests;

/** A layout of one index: the clean image of the host, and other rows. */
function nestedLayout(add: (files: Files) => readonly object[], image: MadeImage = CLEAN): Files {
  const files = ociFiles([{ image, isPlatformListed: true }]);
  const rows = [...rowsOf(files), ...add(files)];
  const index = addBlob(files, JSON.stringify({ schemaVersion: 2, manifests: rows }));
  const tag = { 'org.opencontainers.image.ref.name': 'latest' };
  setIndex(files, [{ mediaType: INDEX, ...index, annotations: tag }]);
  return files;
}

async function readBoth(files: Files, platforms: Parameters<typeof pathsIn>[1] = {}) {
  writeFiles(join(folder, 'layout'), files);
  const local = await readingOf(join(folder, 'layout'), platforms);
  using server = await scriptedRegistry();
  storeLayout(server, 'app', files);
  const remote = { imageSources: ['remote'], env: { HOME: '/nonexistent' }, ...platforms };
  const live = await readingOf(`${server.host}/app:latest`, remote);
  return { local, live, requests: server.requests };
}

const gz = {
  mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
  blob: gzipSync(TAR),
  diffId: digestOf(TAR),
};
const plain = { mediaType: IN_TOTO, blob: TAR };
const inToto = {
  mediaType: IN_TOTO,
  blob: Buffer.from('{"_type":"https://in-toto.io/Statement/v0.1"}'),
};
const zstd = { ...gz, blob: zstdOf(TAR) };

describe('an image that is labelled as an attestation', () => {
  it.each<[string, object, Layer]>([
    ['by its annotation', { platform: host, annotations: ATTESTATION }, gz],
    ['by its platform', { platform: UNKNOWN }, gz],
    ['by both', { platform: UNKNOWN, annotations: ATTESTATION }, gz],
    ['by an annotation without platform', { annotations: ATTESTATION }, gz],
    [
      'by any value of the annotation',
      { platform: UNKNOWN, annotations: { 'vnd.docker.reference.type': '' } },
      gz,
    ],
    ['with a layer of another media type', { platform: UNKNOWN }, { ...gz, mediaType: IN_TOTO }],
    ['with a plain tar', { platform: UNKNOWN }, plain],
    ['with a tar without magic', { platform: UNKNOWN }, { ...plain, blob: v7(TAR) }],
    ['with zstd', { platform: UNKNOWN }, zstd],
  ])('%s is scanned', async (_, row, layer) => {
    const files = nestedLayout((made) => [{ ...addManifest(made, [layer]), ...row }]);
    const { local, live } = await readBoth(files);
    expect(local).toMatchObject({ paths: ['clean', 'hidden'] });
    expect(live).toMatchObject({ paths: ['clean', 'hidden'] });
  });

  it.each<[string, Buffer]>([
    ['bzip2', Buffer.from('BZh91AY&SY')],
    ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4])],
    ['a tar behind an empty block', Buffer.concat([Buffer.alloc(512), TAR.subarray(0, 300)])],
  ])('with %s is refused, as its layer cannot be read', async (_, blob) => {
    const layer = { ...plain, blob };
    const files = nestedLayout((made) => [{ ...addManifest(made, [layer]), platform: UNKNOWN }]);
    const { local, live } = await readBoth(files);
    expect(local).toContain('is damaged');
    expect(live).toContain('is damaged');
  });

  it('with a statement in front of its file system is refused', async () => {
    const files = nestedLayout((made) => [
      { ...addManifest(made, [inToto, gz]), platform: UNKNOWN },
    ]);
    expect((await readBoth(files)).live).toContain('layer 1 of 2');
  });

  it('in the index of a layout is scanned, as tools choose there by name or place', async () => {
    const files = ociFiles([{ image: CLEAN, isPlatformListed: true }]);
    const row = { ...addManifest(files, [gz]), platform: UNKNOWN, annotations: ATTESTATION };
    setIndex(files, [...rowsOf(files), row]);
    writeFiles(folder, files);
    expect(await pathsIn(folder)).toEqual(['clean', 'hidden']);
    setIndex(files, [row]);
    writeFiles(folder, files);
    expect(await pathsIn(folder)).toEqual(['hidden']);
  });

  it('by an unknown media type in the index is scanned', async () => {
    const files = ociFiles([]);
    const row = { ...addManifest(files, [gz]), mediaType: 'application/vnd.example.signature' };
    setIndex(files, [row]);
    writeFiles(folder, files);
    expect(await pathsIn(folder)).toEqual(['hidden']);
  });

  it('is left to the platforms asked for, and found by its own', async () => {
    const files = nestedLayout((made) => [{ ...addManifest(made, [gz]), platform: UNKNOWN }]);
    for (const [platforms, paths] of [
      [[host], ['clean']],
      [[UNKNOWN], ['hidden']],
      ['all' as const, ['clean', 'hidden']],
    ] as const) {
      const { local, live } = await readBoth(files, { platforms });
      expect(local).toMatchObject({ paths });
      expect(live).toMatchObject({ paths });
    }
  });

  it('is not read where another entry of its platform is taken', async () => {
    const files = nestedLayout((made) => [
      { ...addManifest(made, [inToto]), platform: UNKNOWN },
      { ...addManifest(made, [gz]), platform: UNKNOWN },
      {
        ...addManifest(made, [{ ...gz, mediaType: 'x' }]),
        platform: { ...UNKNOWN, variant: 'v1' },
      },
    ]);
    const { local, live, requests } = await readBoth(files);
    expect(local).toMatchObject({ paths: ['clean', 'hidden'] });
    expect(live).toMatchObject({ paths: ['clean', 'hidden'] });
    expect(new Set(requests.filter((line) => line.includes('/manifests/'))).size).toBe(4);
  });

  it('is read where it is marked as compressed with zstd', async () => {
    const annotations = { 'io.github.containers.compression.zstd': 'true' };
    const files = nestedLayout((made) => [
      { ...addManifest(made, [inToto]), platform: UNKNOWN },
      { ...addManifest(made, [gz]), platform: UNKNOWN, annotations },
    ]);
    expect((await readBoth(files)).live).toMatchObject({ paths: ['clean', 'hidden'] });
  });
});

describe('what is not an image is listed', () => {
  const note = /^1 manifest of the image is left out: attestation \(sha256:/u;

  it.each<[string, readonly Layer[]]>([
    ['statements of BuildKit', [inToto, inToto]],
    ['no layers', []],
    ['a short layer', [{ mediaType: IN_TOTO, blob: Buffer.from('{}') }]],
    ['an empty layer', [{ mediaType: gz.mediaType, blob: Buffer.alloc(0) }]],
    ['a text as long as a tar', [{ mediaType: IN_TOTO, blob: Buffer.alloc(4096, '{"a":"b"} ') }]],
  ])('with %s', async (_, layers) => {
    const files = nestedLayout((made) => [
      { ...addManifest(made, layers), platform: UNKNOWN, annotations: ATTESTATION },
    ]);
    for (const read of Object.values(await readBoth(files)).slice(0, 2)) {
      expect(read).toEqual({ paths: ['clean'], notes: [expect.stringMatching(note)] });
    }
  });

  it('which was not copied with the image', async () => {
    const missing = { mediaType: MANIFEST, digest: `sha256:${'1'.repeat(64)}`, size: 1 };
    const files = nestedLayout(() => [{ ...missing, platform: UNKNOWN }]);
    const { local, live } = await readBoth(files);
    expect(local).toMatchObject({ notes: [expect.stringMatching(note)] });
    expect(live).toMatchObject({ notes: [expect.stringMatching(note)] });
  });

  it('as cosign saves an image of several platforms with its signatures', async () => {
    const simpleSigning = {
      mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json',
      blob: Buffer.from('{"critical":{"type":"cosign container image signature"},"optional":null}'),
    };
    const dsse = {
      mediaType: 'application/vnd.dsse.envelope.v1+json',
      blob: Buffer.from('{"payload":""}'),
    };
    const files = nestedLayout(() => []);
    const kind = (text: string): object => ({
      annotations: { kind: `dev.cosignproject.cosign/${text}` },
    });
    const empty = addBlob(files, '{}');
    const bundle = {
      artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      config: { mediaType: 'application/vnd.oci.empty.v1+json', ...empty },
    };
    setIndex(files, [
      ...rowsOf(files),
      { ...addManifest(files, [simpleSigning, simpleSigning]), ...kind('sigs') },
      { ...addManifest(files, [dsse]), ...kind('atts') },
      addManifest(
        files,
        [{ mediaType: bundle.artifactType, blob: Buffer.from('{"a":1}') }],
        bundle,
      ),
    ]);
    writeFiles(folder, files);
    expect(await readingOf(folder)).toEqual({
      paths: ['clean'],
      notes: [
        expect.stringMatching(
          /^3 manifests .*simplesigning\.v1\+json \(.*dsse\.envelope\.v1\+json \(.*bundle\.v0\.3\+json \(/u,
        ),
      ],
    });
  });

  it('as tools attach a bill of materials', async () => {
    const sbom = {
      mediaType: 'application/spdx+json',
      blob: Buffer.from('{"spdxVersion":"SPDX-2.3"}'),
    };
    const artifactType = 'application/spdx+json';
    const files = ociFiles([{ image: CLEAN }]);
    const subject = { mediaType: MANIFEST, digest: digestOf(Buffer.from('x')), size: 1 };
    setIndex(files, [...rowsOf(files), addManifest(files, [sbom], { artifactType, subject })]);
    writeFiles(folder, files);
    expect(await readingOf(folder)).toMatchObject({
      paths: ['clean'],
      notes: [expect.stringContaining('application/spdx+json')],
    });
  });
});

describe('looksLikeFilesystem', () => {
  it.each<[string, Buffer, boolean]>([
    ['a tar', TAR, true],
    ['a tar of version 7', v7(TAR), true],
    ['gzip', gzipSync('x'), true],
    ['a skippable frame of zstd', Buffer.from([0x5e, 0x2a, 0x4d, 0x18]), true],
    ['JSON', Buffer.from('{"a":1}'), false],
    ['JSON of 512 bytes', Buffer.alloc(512, '{"a":1},'), false],
    ['PEM', Buffer.from('-----BEGIN CERTIFICATE-----'), false],
    ['nothing', Buffer.alloc(0), false],
  ])('%s', (_, head, expected) => {
    expect(looksLikeFilesystem(head.subarray(0, 512))).toBe(expected);
  });
});
