/**
 * Signatures and public keys of minisign.
 *
 * Source: minisign, "Minisign signature format" (jedisct1.github.io/minisign). Both algorithms are
 * read: `ED` signs the BLAKE2b-512 of the content, `Ed` the content itself. The trusted comment is
 * signed together with the signature, so it is checked as well.
 *
 * The algorithm is not signed. A signature of a file is therefore also one, under `Ed`, of the 64
 * bytes of its hash, and `Ed` does not count for contents of this length.
 */

import { createHash, createPublicKey, type KeyObject } from 'node:crypto';

const COMMENT = 'untrusted comment:';
const TRUSTED = 'trusted comment: ';
const PUBLIC_KEY = /^(?:untrusted comment:[^\n]*\r?\n)?(?<key>RW[A-Za-z0-9+/]{54})\s*$/u;
const ID_BYTES = 8;
const SIGNATURE_BYTES = 64;
/** Length of BLAKE2b-512. */
const HASH_BYTES = 64;

/** A signature of minisign. */
export interface MinisignSignature {
  /** Signed by the key: over the content, or over its hash. */
  readonly signature: Uint8Array;
  readonly isPrehashed: boolean;
  /** Signed by the key as well: the signature and the comment. */
  readonly commentSignature: Uint8Array;
  readonly comment: string;
}

/** Returns whether a text is a signature of minisign. */
export function isMinisign(text: string): boolean {
  return text.startsWith(COMMENT) && text.includes(`\n${TRUSTED}`);
}

/** Returns the key of a public key of minisign; `undefined` for other texts. */
export function minisignPublicKey(text: string): KeyObject | undefined {
  const encoded = PUBLIC_KEY.exec(text)?.groups?.['key'];
  if (encoded === undefined) return undefined;
  const x = Buffer.from(encoded, 'base64')
    .subarray(2 + ID_BYTES)
    .toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}

/** Reads a signature; returns what is wrong with it, as a predicate, for one that is damaged. */
export function readMinisign(text: string): MinisignSignature | string {
  const [first = '', second = '', third = '', fourth = '', ...more] = text.split(/\r?\n/u);
  if (!first.startsWith(COMMENT) || !third.startsWith(TRUSTED)) return 'is damaged';
  if (more.some((line) => line !== '')) return 'has lines behind its end';
  const bytes = Buffer.from(second, 'base64');
  const algorithm = bytes.subarray(0, 2).toString('latin1');
  if (bytes.length !== 2 + ID_BYTES + SIGNATURE_BYTES || !['ED', 'Ed'].includes(algorithm)) {
    return 'is damaged';
  }
  const commentSignature = Buffer.from(fourth, 'base64');
  if (commentSignature.length !== SIGNATURE_BYTES) return 'has no signature of its trusted comment';
  return {
    signature: bytes.subarray(2 + ID_BYTES),
    isPrehashed: algorithm === 'ED',
    commentSignature,
    comment: third.slice(TRUSTED.length),
  };
}

/**
 * Returns why a signature does not count for a content, as a predicate; `undefined` if the key
 * decides.
 */
export function minisignProblem(
  { length }: Uint8Array,
  { isPrehashed }: MinisignSignature,
): string | undefined {
  if (isPrehashed || length !== HASH_BYTES) return undefined;
  return `is of the legacy algorithm, which for a file of ${HASH_BYTES} bytes can be a signature of another file`;
}

/** Returns the bytes that the key signed. */
export function minisignContent(
  content: Uint8Array,
  { isPrehashed }: MinisignSignature,
): Uint8Array {
  return isPrehashed ? createHash('blake2b512').update(content).digest() : content;
}

/** Returns the bytes that the second signature is over. */
export function minisignCommentContent({ signature, comment }: MinisignSignature): Uint8Array {
  return Buffer.concat([signature, Buffer.from(comment)]);
}
