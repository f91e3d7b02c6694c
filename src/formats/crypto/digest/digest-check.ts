/** Comparing bytes with the digest that names them. */

import { createHash } from 'node:crypto';

import { AssayError } from '../../../core/base/errors.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';

/** Compares bytes that stream by with a digest. */
export interface DigestCheck {
  update(piece: Uint8Array): void;
  /** @throws AssayError `CONTENT_MISMATCH` naming both digests. */
  verify(): void;
}

const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/** Returns a digest that image manifests may use; `undefined` for anything else. */
export function parseDigest(text: unknown): Digest | undefined {
  return typeof text === 'string' && DIGEST.test(text) ? (text as Digest) : undefined;
}

/** Creates a check; `name` describes the subject in errors, as in `layer 2 of "app.tar"`. */
export function createDigestCheck(expected: Digest, name: string): DigestCheck {
  const hash = createHash(algorithmOf(expected));
  return {
    update(piece) {
      hash.update(piece);
    },
    verify() {
      const found = `${algorithmOf(expected)}:${hash.digest('hex')}`;
      if (found !== expected) throw contentMismatch(name, expected, found);
    },
  };
}

/**
 * Compares bytes with a digest. `name` is what the error calls them.
 * @throws AssayError `CONTENT_MISMATCH`
 */
export function checkDigest(bytes: Uint8Array, expected: Digest, name: string): void {
  const check = createDigestCheck(expected, name);
  check.update(bytes);
  check.verify();
}

/** Returns the SHA-256 digest of bytes. */
export function sha256Of(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Returns the error for content whose digest is not the expected one. */
export function contentMismatch(name: string, expected: string, found: string): AssayError {
  return new AssayError('CONTENT_MISMATCH', `${name} should have ${expected} and has ${found}`, {
    hint: 'The image was changed or damaged after it was made: get it again.',
  });
}

function algorithmOf(digest: Digest): string {
  return digest.slice(0, digest.indexOf(':'));
}
