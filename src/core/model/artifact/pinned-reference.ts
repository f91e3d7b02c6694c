/** References that name exactly the bytes that were read. */

import type { Artifact } from './artifact.ts';

/**
 * Returns `python:3.12@sha256:...`; `undefined` where no manifest digest is known. The text is not
 * yet harmless.
 */
export function pinnedImageReference({ image, reference }: Artifact): string | undefined {
  if (image === undefined) return undefined;
  const [repoDigest] = image.repoDigests;
  if (repoDigest !== undefined) return repoDigest;
  const digest = image.indexDigest ?? image.manifestDigest;
  if (digest === undefined) return undefined;
  // A layout may name an image by a tag alone, which no one can ask for.
  const name = image.tags.find((tag) => WITH_REPOSITORY.test(tag)) ?? reference;
  const [bare = name] = name.split('@', 1);
  return `${bare}@${digest}`;
}

/** A name before a tag, or a path of one. */
const WITH_REPOSITORY = /[/:]/;
