/**
 * Copies an image to a repository: its blobs, then its manifests, each before the index that lists
 * it. No tag is written.
 */

import type { Context } from '../../core/base/context.ts';
import { throwIfInterrupted } from '../../core/base/interrupt.ts';
import { inParallel } from '../../core/base/parallel.ts';
import type { BlobBytes, ImageContent } from '../../clients/oci/content-store.ts';
import type { Descriptor } from '../../clients/oci/manifest.ts';
import type { PushPlace } from './push-place.ts';

/** Counts of blobs that existed, were mounted and were uploaded. */
export interface CopyCounts {
  /** Blobs that the repository had. */
  there: number;
  mounted: number;
  uploaded: number;
  uploadedBytes: number;
}

const BLOBS_AT_ONCE = 4;

/** Copies what is missing, and counts it in `counts`. */
export async function copyContent(
  content: ImageContent,
  place: PushPlace,
  { context, counts }: { readonly context: Context; readonly counts: CopyCounts },
): Promise<void> {
  context.progress({ kind: 'phase', name: 'copying blobs' });
  const { length } = content.blobs;
  const { repository } = place;
  const mountFrom = mountableFrom(content, place);
  await inParallel(BLOBS_AT_ONCE, [...content.blobs.entries()], async ([index, blob]) => {
    if (await repository.hasBlob(blob.digest)) {
      counts.there += 1;
      return;
    }
    let bytes: BlobBytes | undefined;
    const chunks = async function* chunks(): AsyncGenerator<Uint8Array> {
      bytes ??= await content.store.blob(blob);
      yield* withProgress(bytes.chunks(), { what: `blob ${index + 1}/${length}`, blob }, context);
    };
    const arrival = await repository.uploadBlob(blob, chunks, { mountFrom });
    counts[arrival] += 1;
    if (arrival === 'uploaded') counts.uploadedBytes += blob.sizeBytes ?? 0;
  });
  context.progress({ kind: 'phase', name: 'copying manifests' });
  for (const manifest of content.manifests) {
    await repository.putManifest(manifest.digest, manifest);
  }
}

/** Returns another repository of the same registry that has the blobs. */
function mountableFrom(
  { repository: from }: ImageContent,
  { kind, name: to }: PushPlace,
): string | undefined {
  if (kind !== 'registry' || from?.domain !== to?.domain) return undefined;
  return from?.path === to?.path ? undefined : from?.path;
}

async function* withProgress(
  chunks: AsyncIterable<Uint8Array>,
  { what, blob }: { readonly what: string; readonly blob: Descriptor },
  { progress, signal }: Context,
): AsyncGenerator<Uint8Array> {
  let doneBytes = 0;
  for await (const chunk of chunks) {
    throwIfInterrupted(signal);
    doneBytes += chunk.length;
    progress({ kind: 'bytes', what, doneBytes, totalBytes: blob.sizeBytes });
    yield chunk;
  }
}
