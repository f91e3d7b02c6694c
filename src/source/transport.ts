/**
 * Prefixes that say where an image is, as skopeo and podman write them.
 *
 * Source: containers-transports(5). Read only where nothing of the whole name is there, since a folder or an image may
 * be called so. Left out is `docker:` without slashes: it is the name of an image.
 */

import type { SourceRequest } from './source.ts';

/** Transports whose rest is a path, maybe with a tag behind it. */
const PATHS = /^(?:oci|oci-archive|docker-archive|dir):(?<rest>.+)$/su;

const STORES: readonly (readonly [RegExp, string])[] = [
  [/^docker-daemon:(?<rest>.+)$/su, 'docker'],
  [/^containers-storage:(?<rest>.+)$/su, 'podman-storage'],
  [/^docker:\/\/(?<rest>.+)$/su, 'remote'],
];

/** A request without its prefix, and what the prefix said; `undefined` where there is none. */
export type Transported =
  | { readonly form: 'path'; readonly request: SourceRequest }
  | { readonly form: 'store'; readonly request: SourceRequest };

export function withoutTransport(request: SourceRequest): Transported | undefined {
  const { reference, kind } = request;
  if (kind !== undefined && kind !== 'image') return undefined;
  const path = PATHS.exec(reference)?.groups?.['rest'];
  if (path !== undefined) {
    return { form: 'path', request: { ...request, kind: 'image', reference: path } };
  }
  for (const [pattern, store] of STORES) {
    const rest = pattern.exec(reference)?.groups?.['rest'];
    if (rest === undefined) continue;
    const stored = { ...request, kind: 'image', reference: rest, imageSources: [store] } as const;
    return { form: 'store', request: stored };
  }
  return undefined;
}
