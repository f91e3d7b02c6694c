/**
 * The parts of a reference as it is written in a file: name, tag or version, and digest or commit.
 */

import type { ReferenceKind } from './finder.ts';

/** A digest at the end of an image reference. */
const IMAGE_DIGEST = /@(?<digest>sha256:[0-9a-f]{64})$/u;
/**
 * A commit of git, by SHA-1 or SHA-256; abbreviated commits are mutable, because a tag can have
 * such a name.
 */
const COMMIT = /@(?<digest>[0-9a-f]{40}|[0-9a-f]{64})$/u;
/** GitHub has commits by SHA-1 alone; more digits are the name of a branch or tag. */
const ACTION_COMMIT = /@(?<digest>[0-9a-f]{40})$/u;
const HASHES = /--hash[= ](?<digest>[a-z0-9]+:[0-9a-f]+)/gu;

/** Returns the digest, commit or hashes of a value; `undefined` for a mutable one. */
export function digestOf(kind: ReferenceKind, value: string): string | undefined {
  switch (kind) {
    case 'image':
      return IMAGE_DIGEST.exec(value)?.groups?.['digest'];
    case 'action':
      return ACTION_COMMIT.exec(value)?.groups?.['digest'];
    case 'git-repository':
      return COMMIT.exec(value)?.groups?.['digest'];
    case 'requirement': {
      const hashes = [...value.matchAll(HASHES)].flatMap(({ groups }) => groups?.['digest'] ?? []);
      return hashes.length === 0 ? undefined : hashes.join(' ');
    }
  }
}

/**
 * Returns the value without its digest, commit or hashes: `debian:12`, `actions/checkout`,
 * `requests==2.32.0`.
 */
export function withoutDigest(kind: ReferenceKind, value: string): string {
  switch (kind) {
    case 'image':
      return value.replace(IMAGE_DIGEST, '');
    case 'action':
      return value.replace(ACTION_COMMIT, '');
    case 'git-repository':
      return value.replace(COMMIT, '');
    case 'requirement':
      return value.replace(/[\s\\]*--hash.*$/su, '');
  }
}

/**
 * Returns the name alone, without tag, version and digest: `docker.io/library/debian`,
 * `actions/checkout`, `requests`.
 */
export function nameOf(kind: ReferenceKind, value: string): string {
  const plain = withoutDigest(kind, value);
  switch (kind) {
    case 'image':
      return plain.replace(/:[^/:]*$/u, '');
    case 'action':
    case 'git-repository':
      return plain.replace(/@[^@/]*$/u, '');
    case 'requirement':
      return /^[A-Za-z0-9._-]*/u.exec(plain)?.[0] ?? plain;
  }
}

/** Returns whether a value can never name anything else: it has a digest, a commit or hashes. */
export function isImmutable(kind: ReferenceKind, value: string): boolean {
  return digestOf(kind, value) !== undefined;
}

/** Returns a value with its digest cut to a length that people can compare, for tables. */
export function shortValue(value: string): string {
  return value
    .replace(/(?<head>sha(?:256|384|512):[0-9a-f]{12})[0-9a-f]+/gu, '$<head>…')
    .replace(/@(?<head>[0-9a-f]{12})[0-9a-f]{28,52}\b/gu, '@$<head>…');
}
