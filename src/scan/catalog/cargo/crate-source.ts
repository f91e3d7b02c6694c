/**
 * The source of a crate in a lockfile.
 *
 * Source: The Cargo Book, "Registries" and "Specifying Dependencies", and the form of `source` in
 * lockfiles: a kind, a plus sign and an address; behind `#` the commit of git.
 */

import { gitQualifiers } from '../vcs-url.ts';

/** Both indexes of crates.io. */
const CRATES_IO: ReadonlySet<string> = new Set([
  'registry+https://github.com/rust-lang/crates.io-index',
  'sparse+https://index.crates.io/',
]);
const REGISTRY = /^(?:registry|sparse)\+(?<url>.{1,2000})$/;
const GIT = /^git\+(?<url>[^?#]{1,2000})(?:\?[^#]*)?(?:#(?<commit>.{1,200}))?$/;
const USER = /^(?<scheme>[a-z+]{1,20}:\/\/)[^/@]{1,500}@/;

/**
 * Returns the qualifiers of the package URL: nothing of crates.io, the repository of git, the index
 * of another registry.
 */
export function crateQualifiers(source: string | undefined): ReadonlyMap<string, string> {
  if (source === undefined || CRATES_IO.has(source)) return new Map();
  const git = GIT.exec(source)?.groups;
  if (git !== undefined) return gitQualifiers(git['url'] ?? '', git['commit']);
  const index = REGISTRY.exec(source)?.groups?.['url'];
  return index === undefined
    ? new Map()
    : new Map([['repository_url', index.replace(USER, '$<scheme>')]]);
}
