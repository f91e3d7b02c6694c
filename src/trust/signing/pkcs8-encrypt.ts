/**
 * Writes encrypted PKCS#8 that openssl and others open.
 *
 * Source: RFC 8018, appendix A.4 (PBES2), A.2 (PBKDF2); RFC 5958, section 3. Node's own export runs
 * PBKDF2 2,048 times only.
 */

import { createCipheriv, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

import {
  DER_NULL,
  derInteger,
  derOctets,
  derSequence,
} from '../../formats/crypto/asn1/write-der.ts';
import { writePem } from './pem.ts';

/** The iterations that OWASP's password storage guidance recommends for PBKDF2 with SHA-256. */
const ITERATIONS = 600_000;
const SALT_BYTES = 16;
const IV_BYTES = 16;
const KEY_BYTES = 32;

/** Object identifiers in DER. */
const PBES2 = Buffer.from('06092a864886f70d01050d', 'hex');
const PBKDF2 = Buffer.from('06092a864886f70d01050c', 'hex');
const HMAC_SHA256 = Buffer.from('06082a864886f70d0209', 'hex');
const AES_256_CBC = Buffer.from('060960864801650304012a', 'hex');

/** Returns the key, encrypted with AES-256-CBC and PBKDF2, as PEM. */
export async function encryptPkcs8(pkcs8: Uint8Array, password: Uint8Array): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const iv = randomBytes(IV_BYTES);
  const key = await promisify(pbkdf2)(password, salt, ITERATIONS, KEY_BYTES, 'sha256');
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  const encrypted = Buffer.concat([cipher.update(pkcs8), cipher.final()]);
  const derivation = derSequence(
    PBKDF2,
    derSequence(derOctets(salt), derInteger(ITERATIONS), derSequence(HMAC_SHA256, DER_NULL)),
  );
  const scheme = derSequence(
    PBES2,
    derSequence(derivation, derSequence(AES_256_CBC, derOctets(iv))),
  );
  return writePem('ENCRYPTED PRIVATE KEY', derSequence(scheme, derOctets(encrypted)));
}
