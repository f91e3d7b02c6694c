/** Private keys of Ed25519, made from their secret (RFC 8032, section 5.1.5; RFC 8410, section 7). */

import { createPrivateKey, type KeyObject } from 'node:crypto';

/** The secret of a key of Ed25519, in bytes. */
export const ED25519_SECRET_BYTES = 32;

/** RFC 8410, section 7: what is in front of the secret in a key of PKCS #8. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * Makes a private key whose public half is derived from the secret.
 *
 * @param secret 32 bytes.
 * @throws Error if the length is another one.
 */
export function ed25519KeyOf(secret: Uint8Array): KeyObject {
  const key = Buffer.concat([PKCS8_PREFIX, secret]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}
