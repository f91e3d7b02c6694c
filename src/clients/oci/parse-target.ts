/**
 * The notation of a target: as a path, with the prefix of a transport, or as a name. The text alone
 * decides. What is on the disk has no influence, so that no file can stand in for an image.
 *
 * Source: the prefixes are those of containers-transports(5). `docker:` without slashes is left
 * out, because it is the name of an image.
 */

/** The kind of a target, by its notation. */
export type TargetSyntax =
  /** `-`, maybe with the image that is meant behind it. */
  | { readonly kind: 'input' }
  /** A path. `text` has no prefix; a tag or digest may follow the path in it. */
  | { readonly kind: 'path'; readonly text: string; readonly isImage: boolean }
  /** An image in one store, as `--image-src` calls it. */
  | { readonly kind: 'store'; readonly store: string; readonly name: string }
  /** The name of an image, or something that is neither a path nor a name. */
  | { readonly kind: 'name' };

const INPUT = /^-(?:$|[:@])/u;
const PATH_START = /^(?:\.{0,2}\/|\.{1,2}$)/u;
const PATH_PREFIX = /^(?:oci|oci-archive|docker-archive|dir):(?<rest>.+)$/su;
const STORE_PREFIXES: readonly (readonly [RegExp, string])[] = [
  [/^docker-daemon:(?<rest>.+)$/su, 'docker'],
  [/^containers-storage:(?<rest>.+)$/su, 'podman-storage'],
  [/^docker:\/\/(?<rest>.+)$/su, 'remote'],
];

/** Returns the form of a target. */
export function parseTarget(reference: string): TargetSyntax {
  if (INPUT.test(reference)) return { kind: 'input' };
  if (PATH_START.test(reference)) return { kind: 'path', text: reference, isImage: false };
  const text = PATH_PREFIX.exec(reference)?.groups?.['rest'];
  if (text !== undefined) return { kind: 'path', text, isImage: true };
  for (const [pattern, store] of STORE_PREFIXES) {
    const name = pattern.exec(reference)?.groups?.['rest'];
    if (name !== undefined) return { kind: 'store', store, name };
  }
  return { kind: 'name' };
}

const DOCUMENT = /\.(?:json|jsonl|spdx|xml)$/iu;
const FILE = /\.(?:tar|tgz|gz|zst|json|jsonl|spdx|lock|txt|xml|toml|ya?ml)$/iu;

/**
 * Returns whether a bare word is the name of a document: a report or an SBOM. No image is meant by
 * it, because {@link isFileName} is refused as the name of an image.
 */
export function isDocumentName(reference: string): boolean {
  return parseTarget(reference).kind === 'name' && DOCUMENT.test(reference);
}

/**
 * Returns whether a word ends as the names of files do. An image that is called so is written with
 * its tag.
 */
export function isFileName(reference: string): boolean {
  return FILE.test(reference);
}

/** Returns the path that is written like a relative one: `./app.tar` for `app.tar`. */
export function asPath(text: string): string {
  return parseTarget(text).kind === 'path' ? text : `./${text}`;
}

const DIGEST_END = /@sha(?:256|512):[0-9a-f]+$/u;

/** Returns whether a digest stands at the end of a reference. */
export function hasDigest(reference: string): boolean {
  return DIGEST_END.test(reference);
}
