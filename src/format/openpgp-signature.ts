/**
 * Signatures of OpenPGP over bytes, made with RSA keys.
 *
 * Source: RFC 9580, sections 5.2 (versions 3 and 4 of the signature packet) and 5.2.4 (what is hashed). Version 3 is what
 * RPM signed with for many years. Other algorithms than RSA, and digests weaker than SHA-256, are not verified.
 */

import { createHash, createVerify, type KeyObject } from 'node:crypto';

import { dataView } from './byte-source.ts';
import { readLength, readMpi } from './openpgp-packets.ts';

const SUBPACKET_ISSUER = 16;
const SUBPACKET_ISSUER_FINGERPRINT = 33;

const HASHES: ReadonlyMap<number, string> = new Map([
  [8, 'sha256'],
  [9, 'sha384'],
  [10, 'sha512'],
]);
/** RSA for both uses, and for signatures only. */
const RSA: ReadonlySet<number> = new Set([1, 3]);

/** An OpenPGP signature of version 3 or 4 over bytes or over a subkey. */
export interface Signature {
  /** 0: of bytes; 24 (0x18): a primary key binds a subkey. */
  readonly type: number;
  /** The last 16 hexadecimal digits of the signing key's fingerprint; absent where the signature does not say. */
  readonly keyId?: string;
  /** Node's name of the digest; absent where it is unknown or too weak. */
  readonly hash?: string;
  readonly isRsa: boolean;
  /** What is hashed behind the signed bytes. */
  readonly trailer: Uint8Array;
  /** First two bytes of the digest, to tell damage from forgery. */
  readonly digestStart: Uint8Array;
  /** The number that the key made; absent where it cannot be read. */
  readonly value?: Uint8Array;
}

/** Reads the body of a signature packet; `undefined` for one of another version, or cut off. */
export function readSignature(body: Uint8Array): Signature | undefined {
  if (body[0] === 3) return readVersion3(body);
  return body[0] === 4 ? readVersion4(body) : undefined;
}

/** Whether the key made the signature over the pieces, one behind the other. */
export function isSignedBy(
  signature: Signature,
  pieces: readonly Uint8Array[],
  key: { readonly keyObject: KeyObject; readonly modulusBytes: number },
): boolean {
  const { hash, value, trailer } = signature;
  if (!signature.isRsa || hash === undefined || value === undefined) return false;
  if (value.length > key.modulusBytes) return false;
  const verify = createVerify(hash);
  for (const piece of pieces) verify.update(piece);
  verify.update(trailer);
  // OpenPGP drops leading zeros, which RSA keeps.
  const padded = new Uint8Array(key.modulusBytes);
  padded.set(value, key.modulusBytes - value.length);
  return verify.verify(key.keyObject, padded);
}

/** Version, 5, type, creation, key id, algorithms, start of the digest, value. */
function readVersion3(body: Uint8Array): Signature | undefined {
  if (body.length < 19 || body[1] !== 5) return undefined;
  const hash = HASHES.get(body[16] ?? 0);
  const value = readMpi(body, 19)?.value;
  return {
    type: body[2] ?? 0,
    keyId: hex(body.subarray(7, 15)),
    ...(hash !== undefined && { hash }),
    isRsa: RSA.has(body[15] ?? 0),
    trailer: body.subarray(2, 7),
    digestStart: body.subarray(17, 19),
    ...(value !== undefined && { value }),
  };
}

/** Version, type, algorithms, hashed subpackets, other subpackets, start of the digest, value. */
function readVersion4(body: Uint8Array): Signature | undefined {
  if (body.length < 6) return undefined;
  const view = dataView(body);
  const hashedEnd = 6 + view.getUint16(4);
  if (hashedEnd + 2 > body.length) return undefined;
  const otherEnd = hashedEnd + 2 + view.getUint16(hashedEnd);
  if (otherEnd + 2 > body.length) return undefined;
  const hash = HASHES.get(body[3] ?? 0);
  const value = readMpi(body, otherEnd + 2)?.value;
  const keyId =
    issuerOf(body.subarray(6, hashedEnd)) ?? issuerOf(body.subarray(hashedEnd + 2, otherEnd));
  const trailer = new Uint8Array(hashedEnd + 6);
  trailer.set(body.subarray(0, hashedEnd));
  trailer[hashedEnd] = 4;
  trailer[hashedEnd + 1] = 0xff;
  new DataView(trailer.buffer).setUint32(hashedEnd + 2, hashedEnd);
  return {
    type: body[1] ?? 0,
    ...(keyId !== undefined && { keyId }),
    ...(hash !== undefined && { hash }),
    isRsa: RSA.has(body[2] ?? 0),
    trailer,
    digestStart: body.subarray(otherEnd, otherEnd + 2),
    ...(value !== undefined && { value }),
  };
}

function issuerOf(subpackets: Uint8Array): string | undefined {
  for (let at = 0; at < subpackets.length;) {
    const length = readLength(subpackets, at);
    if (length === undefined || length.value < 1) return undefined;
    const end = length.end + length.value;
    if (end > subpackets.length) return undefined;
    const type = (subpackets[length.end] ?? 0) & 0x7f;
    const body = subpackets.subarray(length.end + 1, end);
    if (type === SUBPACKET_ISSUER && body.length === 8) return hex(body);
    // A version byte stands before the fingerprint.
    if (type === SUBPACKET_ISSUER_FINGERPRINT && body.length >= 9) return hex(body.subarray(-8));
    at = end;
  }
  return undefined;
}

/** Whether the digest of the pieces begins as the signature says: then the bytes are those that were signed. */
export function hasSignedDigest(signature: Signature, pieces: readonly Uint8Array[]): boolean {
  if (signature.hash === undefined) return false;
  const hash = createHash(signature.hash);
  for (const piece of pieces) hash.update(piece);
  const digest = hash.update(signature.trailer).digest();
  return digest.subarray(0, 2).equals(signature.digestStart);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
