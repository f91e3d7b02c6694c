/**
 * An OCI layout with one image, which stands for a registry in the demonstration.
 *
 * Source: OCI image specification, "Image Layout", "Image Manifest" and "Image Configuration".
 */

import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { writeTar } from '../../../../formats/archive/tar/tar-writer.ts';
import type { DemoLayer } from './images.ts';

const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';

/**
 * Writes an image into the layout; the name leads to it from now on, and blobs of former images
 * stay.
 */
export async function writeLayout(
  folder: string,
  name: string,
  layers: readonly DemoLayer[],
): Promise<void> {
  const blobs = path.join(folder, 'blobs/sha256');
  await mkdir(blobs, { recursive: true });
  const put = async (mediaType: string, content: Uint8Array | string): Promise<Descriptor> => {
    const bytes = Buffer.from(content);
    const hex = createHash('sha256').update(bytes).digest('hex');
    await writeFile(path.join(blobs, hex), bytes);
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
  };
  const stored = await Promise.all(
    layers.map(({ members }) => put('application/vnd.oci.image.layer.v1.tar', writeTar(members))),
  );
  const config = {
    architecture: 'amd64',
    os: 'linux',
    created: '2024-07-01T00:00:00Z',
    config: {},
    rootfs: { type: 'layers', diff_ids: stored.map(({ digest }) => digest) },
    history: layers.map(({ createdBy }) => ({ created_by: createdBy })),
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: await put('application/vnd.oci.image.config.v1+json', JSON.stringify(config)),
    layers: stored,
  };
  const image = await put(MANIFEST_TYPE, JSON.stringify(manifest));
  const annotations = { 'org.opencontainers.image.ref.name': name };
  const index = { schemaVersion: 2, manifests: [{ ...image, annotations }] };
  await writeFile(path.join(folder, 'index.json'), JSON.stringify(index));
  await writeFile(path.join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}
