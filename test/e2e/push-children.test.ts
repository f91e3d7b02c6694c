/**
 * `assay push` of an index with a child whose media type hides that it is an image: the image is
 * judged, or the push is refused.
 */

import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { CommandFolder } from '../support/command-folder.ts';
import { leftImage } from '../support/push-images.ts';
import { digestOf, ociFiles } from '../support/stored-images.ts';

const OCI = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
const V1 = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
const ARTIFACT = 'application/vnd.oci.artifact.manifest.v1+json';
const OCTETS = 'application/octet-stream';

const GOOD = leftImage('1.0.1');
const BAD = leftImage('1.0.0');
const layers = BAD.layers.map(({ mediaType, digest, blob }) => {
  return { mediaType, digest, size: blob.length };
});
const config = {
  mediaType: 'application/vnd.oci.image.config.v1+json',
  digest: BAD.configDigest,
  size: BAD.config.length,
};
const helm = { ...config, mediaType: 'application/vnd.cncf.helm.config.v1+json' };
const image = { schemaVersion: 2, config, layers };
const fsLayers = layers.map(({ digest }) => ({ blobSum: digest }));

let folder: CommandFolder;
beforeAll(async () => {
  folder = new CommandFolder();
  await folder.load({ id: 'GHSA-left', name: 'left', fixed: '1.0.1', severity: 'CRITICAL' });
});
afterAll(() => folder[Symbol.dispose]());

interface Child {
  readonly mediaType: string;
  readonly manifest: object;
}

/** A layout with an index of the good image and of a child. */
function besideGood({ mediaType, manifest }: Child): Map<string, Buffer> {
  const files = ociFiles([{ tag: '1', platforms: [{ image: GOOD, isPlatformListed: true }] }]);
  const add = (bytes: Buffer): { readonly digest: string; readonly size: number } => {
    const digest = digestOf(bytes);
    files.set(`blobs/sha256/${digest.slice(7)}`, bytes);
    return { digest, size: bytes.length };
  };
  for (const bytes of [BAD.config, ...BAD.layers.map(({ blob }) => blob)]) add(bytes);
  const platform = { os: 'linux', architecture: 'arm64' };
  const child = { mediaType, ...add(Buffer.from(JSON.stringify(manifest))), platform };
  const outer = JSON.parse(files.get('index.json')?.toString() ?? '') as {
    manifests: { digest: string }[];
  };
  const [root] = outer.manifests;
  if (root === undefined) throw new Error('no root');
  const index = JSON.parse(files.get(`blobs/sha256/${root.digest.slice(7)}`)?.toString() ?? '') as {
    manifests: object[];
  };
  index.manifests.push(child);
  Object.assign(root, add(Buffer.from(JSON.stringify(index))));
  files.set('index.json', Buffer.from(JSON.stringify(outer)));
  return files;
}

it.each<[string, number, Child]>([
  ['a type of no manifest', 1, { mediaType: OCTETS, manifest: { ...image, mediaType: OCI } }],
  ['no type in the manifest either', 1, { mediaType: OCTETS, manifest: image }],
  ['an empty type', 1, { mediaType: '', manifest: { ...image, mediaType: OCI } }],
  ['a type in capitals', 1, { mediaType: OCI.toUpperCase(), manifest: image }],
  ['a type with a parameter', 1, { mediaType: `${OCI}; charset=utf-8`, manifest: image }],
  ['a type of artifacts', 1, { mediaType: OCI, manifest: { ...image, artifactType: 'a/b' } }],
  ['a configuration of Helm', 1, { mediaType: OCI, manifest: { ...image, config: helm } }],
  ['the type of an index', 3, { mediaType: INDEX, manifest: { ...image, mediaType: OCI } }],
  ['both forms, as an index', 3, { mediaType: INDEX, manifest: { ...image, manifests: [] } }],
  [
    'both forms, as a list of Docker',
    3,
    { mediaType: LIST, manifest: { ...image, manifests: [] } },
  ],
  ['both forms, as an image', 3, { mediaType: OCI, manifest: { ...image, manifests: [] } }],
  ['an index as an image', 3, { mediaType: OCI, manifest: { mediaType: INDEX, manifests: [] } }],
  ['a manifest of 2014', 3, { mediaType: V1, manifest: { schemaVersion: 1, fsLayers } }],
  [
    'an artifact manifest',
    3,
    { mediaType: ARTIFACT, manifest: { mediaType: ARTIFACT, blobs: layers } },
  ],
  [
    'layers under a key in capitals',
    3,
    { mediaType: OCI, manifest: { ...image, layers: [], Layers: layers } },
  ],
])('%s', async (what, code, child) => {
  const name = what.replaceAll(/\W/gu, '-');
  for (const [file, bytes] of besideGood(child)) folder.write(`${name}/${file}`, bytes);
  const { exitCode, stdout } = await folder.assay('push', `oci:${name}:1`, `oci:out-${name}:1`);
  expect([exitCode, stdout, existsSync(`out-${name}`)]).toEqual([code, '', false]);
});
