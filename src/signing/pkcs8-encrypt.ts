/**
 * Writes encrypted PKCS#8 that openssl and others open.
 *
 * Source: RFC 8018, appendix A.4 (PBES2), A.2 (PBKDF2); RFC 5958, section 3. Node's own export runs PBKDF2 2,048 times only.
 */

import { createCipheriv, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

import { writePem } from './pem.ts';

/** What OWASP's password storage guidance asks of PBKDF2 with SHA-256. */
const ITERATIONS = 600_000;
const SALT_BYTES = 16;
const IV_BYTES = 16;
const KEY_BYTES = 32;

/** Object identifiers in DER. */
const PBES2 = Buffer.from('06092a864886f70d01050d', 'hex');
const PBKDF2 = Buffer.from('06092a864886f70d01050c', 'hex');
const HMAC_SHA256 = Buffer.from('06082a864886f70d0209', 'hex');
const AES_256_CBC = Buffer.from('060960864801650304012a', 'hex');
const NULL = Buffer.from('0500', 'hex');

/** Returns the key, encrypted with AES-256-CBC and PBKDF2, as PEM. */
export async function encryptPkcs8(pkcs8: Uint8Array, password: Uint8Array): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const iv = randomBytes(IV_BYTES);
  const key = await promisify(pbkdf2)(password, salt, ITERATIONS, KEY_BYTES, 'sha256');
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  const encrypted = Buffer.concat([cipher.update(pkcs8), cipher.final()]);
  const derivation = sequence(
    PBKDF2,
    sequence(octets(salt), integer(ITERATIONS), sequence(HMAC_SHA256, NULL)),
  );
  const scheme = sequence(PBES2, sequence(derivation, sequence(AES_256_CBC, octets(iv))));
  return writePem('ENCRYPTED PRIVATE KEY', sequence(scheme, octets(encrypted)));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function octets(bytes: Buffer): Buffer {
  return tagged(0x04, bytes);
}

function integer(value: number): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  const isNegative = (bytes[0] ?? 0) >= 0x80;
  return tagged(0x02, isNegative ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes);
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const hex = length.toString(16);
  const count = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 + count.length]), count, content]);
}
