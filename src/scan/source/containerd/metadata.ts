/**
 * The names of images in containerd's metadata.
 *
 * Source: containerd, `core/metadata/buckets.go`: in the database `meta.db` the bucket `v1` holds a
 * bucket for each namespace, and in that `images` one for each image with its `target`, a
 * descriptor. The database is locked by the running daemon and read without a lock; where it was
 * written meanwhile it is read again.
 */

import { open, type FileHandle } from 'node:fs/promises';

import { AssayError, ParseError } from '../../../core/base/errors.ts';
import { openBolt, type BoltBucket } from '../../../formats/binary/bolt.ts';
import { parseDigest } from '../../../formats/crypto/digest/digest-check.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import { fileError } from '../file-error.ts';

/** An image as containerd names it. */
export interface NamedImage {
  readonly namespace: string;
  readonly name: string;
  readonly mediaType: string;
  /** Digest of an index or of a manifest. */
  readonly digest: Digest;
}

/** A daemon that pulls writes several times a second; a reading takes milliseconds. */
const MAX_ATTEMPTS = 8;
/** Images of one machine; the bound keeps a hostile database from filling the memory. */
const MAX_IMAGES = 100_000;

/**
 * Returns the names of images in the order of namespaces and names.
 * @throws AssayError `NOT_FOUND`, `ACCESS_DENIED`, `DAMAGED`
 */
export async function readImageNames(path: string): Promise<readonly NamedImage[]> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    throw fileError(error, path);
  }
  try {
    let failure: unknown;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      try {
        const images = await readOnce(handle, path);
        if (images !== undefined) return images;
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
        failure = error;
      }
    }
    const reason = failure instanceof ParseError ? failure.reason : 'it changes all the time';
    throw new AssayError('DAMAGED', `the database "${path}" cannot be read: ${reason}`, {
      hint: 'Save the image and scan the file: ctr images export FILE IMAGE',
      cause: failure,
    });
  } finally {
    await handle.close();
  }
}

/** Returns `undefined` where the database was written while it was read. */
async function readOnce(
  handle: FileHandle,
  path: string,
): Promise<readonly NamedImage[] | undefined> {
  const { size } = await handle.stat();
  const database = await openBolt({
    path,
    sizeBytes: size,
    async readAt(offset, lengthBytes) {
      const buffer = Buffer.alloc(lengthBytes);
      const { bytesRead } = await handle.read(buffer, 0, lengthBytes, offset);
      return buffer.subarray(0, bytesRead);
    },
  });
  try {
    const images: NamedImage[] = [];
    for await (const [namespace, bucket] of bucketsIn(await database.root.bucket('v1'))) {
      for await (const [name, image] of bucketsIn(await bucket.bucket('images'))) {
        if (images.length >= MAX_IMAGES) throw new ParseError(path, 'it names too many images');
        const target = await image.bucket('target');
        const digest = parseDigest((await target?.value('digest'))?.toString());
        const mediaType = (await target?.value('mediatype'))?.toString() ?? '';
        if (digest !== undefined) images.push({ namespace, name, mediaType, digest });
      }
    }
    return (await database.isCurrent()) ? images : undefined;
  } catch (error) {
    if (error instanceof ParseError && !(await database.isCurrent())) return undefined;
    throw error;
  }
}

async function* bucketsIn(
  bucket: BoltBucket | undefined,
): AsyncGenerator<readonly [string, BoltBucket]> {
  if (bucket === undefined) return;
  for await (const entry of bucket.entries()) {
    if ('bucket' in entry) yield [entry.key.toString(), entry.bucket];
  }
}
