/**
 * Digests of a file, compared with those that its registry names. All that can be computed must be
 * right: a weak one may be all that was known when the file was seen first.
 */

import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';

import { AssayError } from '../../core/base/errors.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';

/** Algorithms that are compared, the strongest first. */
const ALGORITHMS = ['sha512', 'sha256', 'sha1'] as const;

/** Digests of bytes that pass by. */
export interface FileDigests {
  update(piece: Uint8Array): void;
  /**
   * Compares the digests, and returns the strongest one. `sha512` is computed by the caller.
   *
   * @throws AssayError `CONTENT_MISMATCH`
   */
  refuseOther(sha512: string): string;
}

/** Returns the digest of the strongest algorithm; `undefined` if there is none. */
export function usedDigest(digests: readonly Digest[]): string | undefined {
  for (const algorithm of ALGORITHMS) {
    const found = digests.find((digest) => digest.startsWith(`${algorithm}:`));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Computes the digests of a file that are compared with these. */
export function createFileDigests(digests: readonly Digest[]): FileDigests {
  const named = ALGORITHMS.flatMap((algorithm) => {
    const wanted = digests.filter((digest) => digest.startsWith(`${algorithm}:`));
    return wanted.length === 0 ? [] : [{ algorithm, wanted }];
  });
  const hashes = new Map<string, Hash>();
  for (const { algorithm } of named) {
    if (algorithm !== 'sha512') hashes.set(algorithm, createHash(algorithm));
  }
  return {
    update: (piece) => {
      for (const hash of hashes.values()) hash.update(piece);
    },
    refuseOther: (sha512) => {
      let strongest: string | undefined;
      for (const { algorithm, wanted } of named) {
        const found = `${algorithm}:${hashes.get(algorithm)?.digest('hex') ?? sha512}`;
        if (wanted.some((digest) => digest === found)) {
          strongest ??= found;
          continue;
        }
        throw new AssayError(
          'CONTENT_MISMATCH',
          `the file has ${found}, and its registry names ${wanted[0] ?? ''}`,
        );
      }
      return strongest ?? `sha512:${sha512}`;
    },
  };
}

/**
 * Compares a stored file with the digests that a registry names. @throws AssayError
 * `CONTENT_MISMATCH`, and errors of the file system
 */
export async function refuseOtherFile(
  { path, sha512 }: { readonly path: string; readonly sha512: string },
  digests: readonly Digest[],
): Promise<void> {
  const found = createFileDigests(digests);
  for await (const piece of createReadStream(path)) found.update(piece as Uint8Array);
  found.refuseOther(sha512);
}
