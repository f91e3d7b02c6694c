import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

import { digestOf, makeImage, type LayerForm } from '../../../../test/support/stored-images.ts';
import { quietContext } from '../../../core/base/context.ts';
import type { BlobBytes } from '../../../clients/oci/content-store.ts';
import { readManifest, type ImageManifest } from '../../../clients/oci/manifest.ts';
import { convertImage, type ConvertedImage, type UnpackedImage } from './converted-image.ts';
import { storedMemory } from '../stored-bytes.ts';

const MEMBERS = [
  [{ path: 'etc/a', body: 'a'.repeat(100_000) }],
  [{ path: 'etc/b', body: 'b' }],
  [{ path: 'etc/b', body: 'b' }],
];

function unpacked(...forms: readonly LayerForm[]): UnpackedImage {
  const { layers, config } = makeImage(MEMBERS, { forms });
  return {
    configBytes: config,
    layers: layers.map(({ blob, diffId }, index) => {
      const name = `layer ${index + 1}`;
      return { name, shortName: name, bytes: storedMemory(blob), diffId };
    }),
  };
}

async function manifestOf({ root, store }: ConvertedImage): Promise<ImageManifest> {
  const { bytes, mediaType } = await store.manifest(root);
  const manifest = readManifest(bytes, mediaType, 'test');
  if (manifest.kind !== 'manifest') throw new Error('an index');
  return manifest;
}

async function read(blob: BlobBytes): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of blob.chunks()) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

describe('an image without a manifest', () => {
  it.each<[string, readonly LayerForm[]]>([
    ['plain layers', ['plain']],
    ['layers of gzip', ['gzip']],
    ['both', ['gzip', 'plain']],
  ])('gets the same manifest from %s', async (_, forms) => {
    await using plain = await convertImage(unpacked('plain'), quietContext());
    await using image = await convertImage(unpacked(...forms), quietContext());
    expect(image.root).toEqual(plain.root);
    expect(image.manifestDigest).toBe(image.root.digest);
    const { layers, config } = await manifestOf(image);
    expect(config.digest).toBe(digestOf(unpacked('plain').configBytes));
    const source = unpacked('plain').layers;
    for (const [index, layer] of layers.entries()) {
      const bytes = await read(await image.store.blob(layer));
      expect([digestOf(bytes), bytes.length]).toEqual([layer.digest, layer.sizeBytes]);
      expect(digestOf(gunzipSync(bytes))).toBe(source[index]?.diffId);
      // No time, and no operating system.
      expect([...bytes.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
    }
  });

  it('has equal layers once, and its keys in order', async () => {
    await using image = await convertImage(unpacked('plain'), quietContext());
    const { layers } = await manifestOf(image);
    expect(layers[1]).toEqual(layers[2]);
    const { bytes } = await image.store.manifest(image.root);
    const text = Buffer.from(bytes).toString();
    expect(text).toMatch(
      /^\{"config":\{"digest":.*"layers":\[.*"mediaType":.*"schemaVersion":2\}$/u,
    );
  });

  it.each<[string, LayerForm]>([
    ['a plain layer', 'plain'],
    ['a layer of gzip', 'gzip'],
  ])('refuses %s that the configuration does not name', async (_, form) => {
    const { configBytes, layers } = unpacked(form);
    const [first, second] = layers;
    if (first === undefined || second === undefined) throw new Error('no layers');
    const wrong = { configBytes, layers: [{ ...first, bytes: second.bytes }] };
    await expect(convertImage(wrong, quietContext())).rejects.toMatchObject({
      code: 'CONTENT_MISMATCH',
    });
  });
});
