/**
 * Images in the storage of Podman, Buildah and CRI-O, read from its folder without a daemon:
 * `--image-src podman-storage`.
 *
 * Source: containers/storage. A layer is unpacked there; its tar is put together again from the
 * folder and the list that the storage keeps for that, so that its bytes are compared with the
 * digests of the image.
 */

import { join } from 'node:path';

import { AssayError } from '../../../core/base/errors.ts';
import { exists } from '../../../core/base/exists.ts';
import { checkDigest, parseDigest, sha256Of } from '../../../formats/crypto/digest/digest-check.ts';
import type { Digest, Platform } from '../../../core/model/artifact/artifact.ts';
import { readManifest } from '../../../clients/oci/index.ts';
import { openImage, type ImageParts } from '../image/image.ts';
import { parseImageConfig, type ImageConfig } from '../image/image-config.ts';
import { choosePlatforms } from '../platform.ts';
import type { ImageDigest, ImageStore, SourceRequest } from '../source.ts';
import {
  checkRequestedDigest,
  findByName,
  repositoryOf,
  requestedDigest,
} from '../image/image-name-lookup.ts';
import { storageRoots, type StorageRoot } from './storage-conf.ts';
import {
  listImages,
  listLayers,
  readBigData,
  type ListedLayer,
  type ListedStorageImage,
} from './storage-index.ts';
import { tarSplitBytes, type TarSplitLayer } from './tar-split.ts';

const SAVE = 'Save the image and scan the file: podman save -o FILE IMAGE';

export const podmanStorage: ImageStore = {
  id: 'podman-storage',
  async open(request, context) {
    const roots = await storageRoots(request.env ?? process.env);
    const image = await findImage(roots, request);
    const facts = await readFacts(image, request);
    const layers = await splitLayers(image, roots, request.reference);
    const parts: ImageParts = {
      reference: request.reference,
      config: facts.config,
      configDigest: facts.configDigest,
      configBytes: facts.configBytes,
      layers: layers.map((layer) => ({ bytes: tarSplitBytes(layer) })),
      tags: image.names,
      manifestDigest: facts.manifestDigest,
      indexDigest: facts.indexDigest,
      source: { kind: 'podman-storage', place: image.root.folder },
    };
    return [await openImage(parts, context, () => Promise.resolve())];
  },
  async digests(request) {
    const image = await findImage(await storageRoots(request.env ?? process.env), request);
    const { config, indexDigest, manifestDigest } = await readFacts(image, request);
    const name = repositoryOf(image.names[0] ?? request.reference);
    return [
      ...(indexDigest === undefined ? [] : [{ name, digest: indexDigest, isIndex: true }]),
      manifestRow(name, manifestDigest, config.platform),
    ];
  },
};

function manifestRow(name: string, digest: Digest, platform: Platform | undefined): ImageDigest {
  return { name, digest, isIndex: false, ...(platform !== undefined && { platform }) };
}

async function findImage(
  roots: readonly StorageRoot[],
  { reference }: SourceRequest,
): Promise<ListedStorageImage> {
  const images = (await Promise.all(roots.map(listImages))).flat();
  const [found] = findByName(images, reference);
  if (found !== undefined) return found;
  const where = roots.map(({ folder }) => folder).join(', ');
  throw new AssayError('NOT_FOUND', `${where} has no such image`, {
    hint: `Get it with podman pull ${reference}`,
  });
}

interface StorageFacts {
  readonly config: ImageConfig;
  readonly configDigest: Digest;
  readonly configBytes: Uint8Array;
  readonly manifestDigest: Digest;
  readonly indexDigest: Digest | undefined;
}

/**
 * @throws AssayError `NOT_FOUND` for an image of another form, or none of the platform asked for.
 */
async function readFacts(
  image: ListedStorageImage,
  { reference, platforms }: SourceRequest,
): Promise<StorageFacts> {
  const bytes = await readBigData(image, 'manifest');
  const manifest = bytes && readManifest(bytes, '', `"${reference}"`);
  const configDigest = manifest?.kind === 'manifest' ? manifest.config.digest : undefined;
  const configBytes = configDigest && (await readBigData(image, configDigest));
  if (bytes === undefined || configDigest === undefined || configBytes === undefined) {
    const what = manifest?.kind === 'index' ? 'a list of images' : 'of an old form';
    throw new AssayError('NOT_FOUND', `what has that name in ${image.root.folder} is ${what}`, {
      hint: SAVE,
    });
  }
  const name = `the configuration of "${reference}"`;
  checkDigest(configBytes, configDigest, name);
  const config = parseImageConfig(configBytes, `"${reference}"`);
  choosePlatforms([{ group: '', platform: config.platform }], platforms, reference);
  const manifestDigest = sha256Of(bytes);
  const indexDigest = await findIndex(image, requestedDigest(reference));
  checkRequestedDigest(reference, [manifestDigest, indexDigest], image.root.folder);
  return { config, configDigest, configBytes, manifestDigest, indexDigest };
}

/**
 * Returns the index of an image that was pulled as one platform of several; that of `wanted` if it
 * can be.
 */
async function findIndex(
  image: ListedStorageImage,
  wanted: Digest | undefined,
): Promise<Digest | undefined> {
  let found: Digest | undefined;
  for (const key of image.bigData) {
    const digest = parseDigest(key.slice('manifest-'.length));
    if (!key.startsWith('manifest-') || digest === undefined) continue;
    const bytes = await readBigData(image, key);
    if (bytes === undefined || sha256Of(bytes) !== digest) continue;
    if (readManifest(bytes, '', key).kind !== 'index') continue;
    if (wanted === undefined || digest === wanted) return digest;
    found ??= digest;
  }
  return found;
}

/**
 * Returns the layers, oldest first.
 * @throws AssayError `NOT_FOUND` where a layer is kept in a way that is not read; `DAMAGED`
 */
async function splitLayers(
  image: ListedStorageImage,
  roots: readonly StorageRoot[],
  reference: string,
): Promise<readonly TarSplitLayer[]> {
  const listed = await listLayers(roots);
  const chain: ListedLayer[] = [];
  for (let id = image.topLayer; id !== undefined;) {
    const layer = listed.get(id);
    if (layer === undefined || chain.includes(layer)) {
      throw new AssayError('DAMAGED', `the storage lacks the layer ${id} of "${reference}"`, {
        hint: 'Remove the image from the storage and get it again.',
      });
    }
    chain.unshift(layer);
    id = layer.parent;
  }
  return Promise.all(
    chain.map((layer, index) =>
      splitLayer(layer, `layer ${index + 1} of ${chain.length} of "${reference}"`),
    ),
  );
}

async function splitLayer(layer: ListedLayer, name: string): Promise<TarSplitLayer> {
  const { root, id, diffBytes } = layer;
  const splitPath = join(root.folder, `${root.driver}-layers`, `${id}.tar-split.gz`);
  const own = join(root.folder, root.driver, root.driver === 'vfs' ? 'dir' : '', id);
  const folder = root.driver === 'vfs' ? own : join(own, 'diff');
  if (!(await exists(splitPath)) || (await exists(join(own, 'composefs-data')))) {
    throw new AssayError('NOT_FOUND', `${name} is kept without what it was unpacked from`, {
      hint: SAVE,
    });
  }
  return { name, splitPath, folder, sizeBytes: diffBytes };
}
