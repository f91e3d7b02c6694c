/** Blobs of repositories and OCI layouts that tests put together by hand. */

import type { Digest } from '../../src/core/model/artifact/artifact.ts';
import type { ImageRepository } from '../../src/clients/oci/client.ts';
import { digestOf } from './stored-images.ts';

/** Stores a blob, and returns the part of its descriptor that follows from its content. */
export async function putBlob(
  repository: Pick<ImageRepository, 'uploadBlob'>,
  bytes: Buffer,
): Promise<{ readonly digest: Digest; readonly size: number }> {
  const digest = digestOf(bytes);
  await repository.uploadBlob({ digest, sizeBytes: bytes.length }, async function* one() {
    yield await Promise.resolve(bytes);
  });
  return { digest, size: bytes.length };
}
