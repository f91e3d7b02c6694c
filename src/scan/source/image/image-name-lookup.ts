/**
 * Finding an image by what people call it among those of a store: a name, a name with a digest, an
 * id or its start.
 */

import { AssayError } from '../../../core/base/errors.ts';
import { appendTo } from '../../../core/base/maps.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import { formatImageReference, parseImageReference } from '../../../clients/oci/reference.ts';

/** A store's names of an image. */
export interface StoredImageName {
  /** Whole names, as in `docker.io/library/debian:12` or `localhost/app@sha256:…`. */
  readonly names: readonly string[];
  /**
   * Digests of its manifest, of the index that lists it, and of its configuration if that is its
   * id.
   */
  readonly digests: readonly Digest[];
}

const ID = /^(?:sha256:)?(?<hex>[0-9a-f]{4,64})$/;

/**
 * Returns the images that are meant; several only where all have equal digests. A name goes before
 * an id.
 *
 * @throws AssayError `USAGE` where the start of an id is that of several images, or the name is
 * none.
 */
export function findByName<T extends StoredImageName>(
  images: readonly T[],
  reference: string,
): readonly T[] {
  for (const wanted of wholeNames(reference)) {
    const named = images.filter(({ names }) => names.includes(wanted));
    if (named.length > 0) return named;
  }
  const byDigest = findByDigest(images, reference);
  return byDigest.length > 0 ? byDigest : findById(images, reference);
}

/**
 * Returns the possible stored names: as it was written, as Docker completes it, as Podman names its
 * builds.
 */
function wholeNames(reference: string): readonly string[] {
  const names = [reference];
  if (isId(reference)) return names;
  const parsed = parseImageReference(reference);
  const complete =
    parsed.tag === undefined && parsed.digest === undefined ? { ...parsed, tag: 'latest' } : parsed;
  if (complete !== parsed) names.push(`${reference}:latest`);
  names.push(formatImageReference(complete));
  const isShort = !reference.startsWith(`${parsed.domain}/`);
  if (isShort) {
    const path = parsed.path.replace(/^library\/(?=[^/]+$)/u, '');
    names.push(formatImageReference({ ...complete, domain: 'localhost', path }));
  }
  return names;
}

/**
 * Returns the image of `name@sha256:…`: the digest decides, and the repository must be that of one
 * of its names.
 */
function findByDigest<T extends StoredImageName>(
  images: readonly T[],
  reference: string,
): readonly T[] {
  if (isId(reference)) return [];
  const { digest, domain, path } = parseImageReference(reference);
  if (digest === undefined) return [];
  const repositories = [`${domain}/${path}`, reference.slice(0, reference.indexOf('@'))];
  return images.filter(
    ({ digests, names }) =>
      digests.includes(digest) && names.some((name) => repositories.includes(repositoryOf(name))),
  );
}

function findById<T extends StoredImageName>(
  images: readonly T[],
  reference: string,
): readonly T[] {
  const hex = ID.exec(reference)?.groups?.['hex'];
  if (hex === undefined) return [];
  const found = new Map<string, T[]>();
  for (const image of images) {
    const digest = image.digests.find((text) => text.startsWith(`sha256:${hex}`));
    if (digest !== undefined) appendTo(found, digest, image);
  }
  if (found.size > 1) {
    throw new AssayError('USAGE', `"${reference}" is the start of ${found.size} image ids`, {
      hint: `Write more of it: ${[...found.keys()].slice(0, 5).join(', ')}`,
    });
  }
  return [...found.values()].flat();
}

/**
 * Returns the digest behind a name, as in `app@sha256:…`; ids have none.
 * @throws AssayError `USAGE`
 */
export function requestedDigest(reference: string): Digest | undefined {
  return isId(reference) || ID.test(reference) ? undefined : parseImageReference(reference).digest;
}

/**
 * Refuses an image that was found by name and whose own bytes have none of the requested digest.
 *
 * @throws AssayError `CONTENT_MISMATCH`
 */
export function checkRequestedDigest(
  reference: string,
  digests: readonly (Digest | undefined)[],
  place: string,
): void {
  const wanted = requestedDigest(reference);
  if (wanted === undefined || digests.includes(wanted)) return;
  const found = digests.filter((digest) => digest !== undefined).join(', ');
  throw new AssayError(
    'CONTENT_MISMATCH',
    `"${reference}" in ${place} is an image of another digest: ${found}`,
    { hint: 'Remove the image there and pull it again by its digest.' },
  );
}

function isId(reference: string): boolean {
  return reference.startsWith('sha256:') || /^[0-9a-f]{64}$/u.test(reference);
}

/** Returns the name without tag and digest. */
export function repositoryOf(name: string): string {
  const [bare = name] = name.split('@', 1);
  const colon = bare.lastIndexOf(':');
  return colon > bare.lastIndexOf('/') ? bare.slice(0, colon) : bare;
}
