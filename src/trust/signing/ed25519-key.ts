/**
 * Ed25519 keys, the only kind that signs bundles of advisory data: a bundle lasts, and one
 * algorithm is enough for it.
 *
 * Source: RFC 8032 (Ed25519, the pure form). Every form that `private-key.ts` and `public-key.ts`
 * read is accepted; keys of other algorithms are refused by name.
 */

import { readPrivateKey } from './private-key.ts';
import { readPublicKey, type KeyRules } from './public-key.ts';

/** Lengths that RFC 8032 fixes. */
export const ED25519_SIGNATURE_BYTES = 64;

/** A public Ed25519 key. */
export interface VerifyKey {
  /** SHA-256 of the public key's DER (SubjectPublicKeyInfo), in lowercase hexadecimal. */
  readonly id: string;
  verify(content: Uint8Array, signature: Uint8Array): boolean;
}

/** A private Ed25519 key. */
export interface SigningKey {
  /** That of its public half; see {@link VerifyKey.id}. */
  readonly id: string;
  /** Signs; {@link ED25519_SIGNATURE_BYTES} bytes; the same content gives the same signature. */
  sign(content: Uint8Array): Uint8Array;
}

const RULES: KeyRules = {
  kinds: ['ed25519'],
  hint: 'Make one: openssl genpkey -algorithm ed25519 -out key.pem',
};

/** Reads a public key. @throws AssayError `CONFIG_INVALID` */
export async function readVerifyKey(path: string): Promise<VerifyKey> {
  return readPublicKey(path, RULES);
}

/**
 * Reads a private key; `passphrase` opens one that is encrypted.
 * @throws AssayError `CONFIG_INVALID`
 */
export async function readSigningKey(
  path: string,
  passphrase: string | undefined,
): Promise<SigningKey> {
  const password = passphrase === undefined ? undefined : Buffer.from(passphrase);
  const key = await readPrivateKey(path, { ...RULES, password: () => Promise.resolve(password) });
  return { id: key.publicKey.id, sign: (content) => key.sign(content) };
}
