/**
 * An image whose source has no manifest, as a registry stores it: layers compressed with gzip, the
 * configuration unchanged, and a manifest of OCI. The same image gives the same bytes wherever zlib
 * compresses in the same way.
 *
 * Source: OCI image specification, "Image Manifest" and "Image Layer Filesystem Changeset"; RFC
 * 1952, section 2.3.1.
 */

import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

import type { Context } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import { throwIfInterrupted } from '../../../core/base/interrupt.ts';
import { indexBy } from '../../../core/base/maps.ts';
import { inParallel } from '../../../core/base/parallel.ts';
import {
  COMPRESSION_MAGIC_BYTES,
  decompress,
  detectCompression,
} from '../../../formats/archive/decompress.ts';
import { createDigestCheck, sha256Of } from '../../../formats/crypto/digest/digest-check.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import type { BlobBytes, ContentStore, StoredImage } from '../../../clients/oci/content-store.ts';
import { OCI_CONFIG, OCI_GZIP_LAYER, OCI_MANIFEST } from '../../../clients/oci/media-types.ts';
import { createSpool, type Spool } from '../archive/spool.ts';
import { blobBytes, storedMemory, storedSpan, type StoredBytes } from '../stored-bytes.ts';

/** An image whose layers are known by the digests of their tars. */
export interface UnpackedImage {
  readonly configBytes: Uint8Array;
  readonly layers: readonly {
    /** In errors, as in `layer 2 of 5 of "app.tar"`. */
    readonly name: string;
    /** In progress displays, as in `layer 2/5`. */
    readonly shortName: string;
    readonly bytes: StoredBytes;
    readonly diffId: Digest;
  }[];
}

/** A converted image. Its compressed layers are temporary files until it is disposed of. */
export type ConvertedImage = StoredImage & AsyncDisposable;

type UnpackedLayer = UnpackedImage['layers'][number];

interface CompressedLayer {
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly spool: Spool;
}

/** Compresses as `gzip` does; changing it changes the digests of all converted images. */
const LEVEL = 6;
/** The place of the operating system in the header of gzip, and the value for an unknown one. */
const SYSTEM_BYTE = 9;
const UNKNOWN_SYSTEM = 255;
/** Keeps both cores of small machines busy. */
const AT_ONCE = 2;

/**
 * Converts an image. Each layer is compared with its digest.
 *
 * @throws AssayError `CONTENT_MISMATCH` if a layer is not the one that the configuration names
 */
export async function convertImage(
  image: UnpackedImage,
  context: Context,
): Promise<ConvertedImage> {
  const layers = new Map<Digest, CompressedLayer>();
  const close = async (): Promise<void> => {
    await Promise.all([...layers.values()].map(({ spool }) => spool.close()));
  };
  const different = indexBy(image.layers, 'diffId');
  try {
    await inParallel(AT_ONCE, [...different.values()], async (layer) => {
      layers.set(layer.diffId, await compressLayer(layer, context));
    });
  } catch (error) {
    await close();
    throw error;
  }
  const blobs = new Map<Digest, BlobBytes>();
  for (const { digest, sizeBytes, spool } of layers.values()) {
    blobs.set(digest, blobBytes(storedSpan(spool.handle, 0, sizeBytes)));
  }
  const { configBytes } = image;
  const configDigest = sha256Of(configBytes);
  blobs.set(configDigest, blobBytes(storedMemory(configBytes)));
  // Keys are in the order of the alphabet, as in canonical JSON.
  const manifest = {
    config: { digest: configDigest, mediaType: OCI_CONFIG, size: configBytes.length },
    layers: image.layers.map(({ diffId }) => {
      const { digest, sizeBytes: size } = layers.get(diffId) ?? missing(diffId);
      return { digest, mediaType: OCI_GZIP_LAYER, size };
    }),
    mediaType: OCI_MANIFEST,
    schemaVersion: 2,
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  const root = { digest: sha256Of(bytes), mediaType: OCI_MANIFEST };
  const store: ContentStore = {
    manifest: ({ digest }) =>
      digest === root.digest ? Promise.resolve({ ...root, bytes }) : missing(digest),
    blob: ({ digest }) => Promise.resolve(blobs.get(digest) ?? missing(digest)),
  };
  return { root, manifestDigest: root.digest, store, [Symbol.asyncDispose]: close };
}

function missing(digest: Digest): never {
  throw new AssayError('NOT_FOUND', `the image has no ${digest}`);
}

async function compressLayer(layer: UnpackedLayer, context: Context): Promise<CompressedLayer> {
  const head = await layer.bytes.head(COMPRESSION_MAGIC_BYTES);
  if (detectCompression(head) === 'none') return compress(layer, layer.bytes, context);
  const unpacked = await createSpool(`the unpacked ${layer.name}`, context);
  try {
    let sizeBytes = 0;
    await decompress(
      layer.bytes.chunks(),
      (piece) => {
        sizeBytes += piece.length;
        unpacked.write(piece);
      },
      layer.name,
    );
    return await compress(layer, storedSpan(unpacked.handle, 0, sizeBytes), context);
  } finally {
    await unpacked.close();
  }
}

async function compress(
  { name, shortName, diffId }: UnpackedLayer,
  tar: StoredBytes,
  context: Context,
): Promise<CompressedLayer> {
  const spool = await createSpool(`the compressed ${name}`, context);
  const check = createDigestCheck(diffId, `the uncompressed ${name}`);
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const write = (piece: Buffer): void => {
    // The header of ten bytes is in the first piece.
    if (sizeBytes === 0) piece[SYSTEM_BYTE] = UNKNOWN_SYSTEM;
    sizeBytes += piece.length;
    hash.update(piece);
    spool.write(piece);
  };
  async function* checked(): AsyncGenerator<Uint8Array> {
    let doneBytes = 0;
    for await (const piece of tar.chunks()) {
      throwIfInterrupted(context.signal);
      check.update(piece);
      doneBytes += piece.length;
      const totalBytes = tar.sizeBytes;
      context.progress({ kind: 'bytes', what: `compressing ${shortName}`, doneBytes, totalBytes });
      yield piece;
    }
    check.verify();
  }
  try {
    await pipeline(checked(), createGzip({ level: LEVEL }), async (pieces) => {
      for await (const piece of pieces) write(piece as Buffer);
    });
    return { digest: `sha256:${hash.digest('hex')}`, sizeBytes, spool };
  } catch (error) {
    await spool.close();
    throw error;
  }
}
