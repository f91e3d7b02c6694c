/**
 * Signatures of OpenPGP over bytes.
 *
 * Source: RFC 9580, sections 5.2 (versions 3 and 4 of the signature packet), 5.2.3.1 to 5.2.3.5
 * (algorithms) and 5.2.4 (what is hashed). Version 3 is what RPM signed with for many years. Other
 * algorithms than RSA, ECDSA and Ed25519, and digests weaker than SHA-256, are not verified.
 */

import { createHash, createVerify, verify, type KeyObject } from 'node:crypto';

import { dataView } from '../../bytes/byte-source.ts';
import { readMpi } from './openpgp-packets.ts';
import { openPgpAlgorithm, type OpenPgpAlgorithm } from './openpgp-public-key.ts';
import { issuerIn, readSignatureFacts, type SignatureFacts } from './openpgp-subpackets.ts';

const HASHES: ReadonlyMap<number, string> = new Map([
  [8, 'sha256'],
  [9, 'sha384'],
  [10, 'sha512'],
]);
const ED25519_SIGNATURE_BYTES = 64;

/** An OpenPGP signature of version 3 or 4 over bytes or over a subkey. */
export interface Signature {
  /** 0: of bytes; 24 (0x18): a primary key binds a subkey. */
  readonly type: number;
  /**
   * The last 16 hexadecimal digits of the signing key's fingerprint; absent where the signature
   * does not say.
   */
  readonly keyId?: string;
  /** Node's name of the digest; absent where it is unknown or too weak. */
  readonly hash?: string;
  /** Absent for one that is not verified. */
  readonly algorithm?: OpenPgpAlgorithm;
  /** The bytes that are hashed after the signed bytes. */
  readonly trailer: Uint8Array;
  /** First two bytes of the digest, to tell damage from forgery. */
  readonly digestStart: Uint8Array;
  /** The numbers that the key made, which are one or two; empty where they cannot be read. */
  readonly numbers: readonly Uint8Array[];
  /** Facts in the subpackets of version 4, read on demand. */
  readonly facts?: () => SignatureFacts;
}

/** Reads the body of a signature packet; `undefined` for one of another version, or cut off. */
export function readSignature(body: Uint8Array): Signature | undefined {
  if (body[0] === 3) return readVersion3(body);
  return body[0] === 4 ? readVersion4(body) : undefined;
}

/** The key that verifies a signature. */
export interface VerifyingOpenPgpKey {
  readonly algorithm: OpenPgpAlgorithm;
  readonly keyObject: KeyObject;
  readonly numberBytes: number;
}

/** Returns whether the key made the signature over the pieces, one behind the other. */
export function isSignedBy(
  { hash, numbers, trailer, algorithm }: Signature,
  pieces: readonly Uint8Array[],
  key: VerifyingOpenPgpKey,
): boolean {
  const isOne = algorithm === 'rsa' || algorithm === 'ed25519';
  if (hash === undefined || algorithm !== key.algorithm) return false;
  if (numbers.length !== (isOne ? 1 : 2)) return false;
  // OpenPGP drops leading zeros, which the algorithms keep.
  const width = algorithm === 'ed25519' ? ED25519_SIGNATURE_BYTES : key.numberBytes;
  if (numbers.some(({ length }) => length > width)) return false;
  const value = Buffer.concat(
    numbers.flatMap((number) => [Buffer.alloc(width - number.length), number]),
  );
  try {
    if (algorithm === 'eddsa' || algorithm === 'ed25519') {
      return verify(null, digestOf(hash, [...pieces, trailer]), key.keyObject, value);
    }
    const verifier = createVerify(hash);
    for (const piece of pieces) verifier.update(piece);
    verifier.update(trailer);
    return verifier.verify({ key: key.keyObject, dsaEncoding: 'ieee-p1363' }, value);
  } catch {
    // OpenSSL refuses some keys, such as points that are not on their curve.
    return false;
  }
}

/**
 * Reads a signature: version, 5, type, creation, key id, algorithms, start of the digest, numbers.
 */
function readVersion3(body: Uint8Array): Signature | undefined {
  if (body.length < 19 || body[1] !== 5) return undefined;
  const hash = HASHES.get(body[16] ?? 0);
  const algorithm = openPgpAlgorithm(body[15]);
  return {
    type: body[2] ?? 0,
    keyId: Buffer.from(body.subarray(7, 15)).toString('hex'),
    ...(hash !== undefined && { hash }),
    ...(algorithm !== undefined && { algorithm }),
    trailer: body.subarray(2, 7),
    digestStart: body.subarray(17, 19),
    numbers: numbersIn(body.subarray(19), algorithm),
  };
}

/**
 * Reads a signature: version, type, algorithms, hashed subpackets, other subpackets, start of the
 * digest, numbers.
 */
function readVersion4(body: Uint8Array): Signature | undefined {
  if (body.length < 6) return undefined;
  const view = dataView(body);
  const hashedEnd = 6 + view.getUint16(4);
  if (hashedEnd + 2 > body.length) return undefined;
  const otherEnd = hashedEnd + 2 + view.getUint16(hashedEnd);
  if (otherEnd + 2 > body.length) return undefined;
  const hash = HASHES.get(body[3] ?? 0);
  const algorithm = openPgpAlgorithm(body[2]);
  const areas = [body.subarray(6, hashedEnd), body.subarray(hashedEnd + 2, otherEnd)] as const;
  const keyId = issuerIn(...areas);
  const trailer = new Uint8Array(hashedEnd + 6);
  trailer.set(body.subarray(0, hashedEnd));
  trailer[hashedEnd] = 4;
  trailer[hashedEnd + 1] = 0xff;
  new DataView(trailer.buffer).setUint32(hashedEnd + 2, hashedEnd);
  return {
    type: body[1] ?? 0,
    ...(keyId !== undefined && { keyId }),
    ...(hash !== undefined && { hash }),
    ...(algorithm !== undefined && { algorithm }),
    trailer,
    digestStart: body.subarray(otherEnd, otherEnd + 2),
    numbers: numbersIn(body.subarray(otherEnd + 2), algorithm),
    facts: () => readSignatureFacts(...areas),
  };
}

/** Returns the numbers up to the end of the packet; none if one is cut off. */
function numbersIn(
  bytes: Uint8Array,
  algorithm: OpenPgpAlgorithm | undefined,
): readonly Uint8Array[] {
  if (algorithm === 'ed25519') return bytes.length === ED25519_SIGNATURE_BYTES ? [bytes] : [];
  const numbers: Uint8Array[] = [];
  for (let at = 0; at < bytes.length && numbers.length < 2;) {
    const number = readMpi(bytes, at);
    if (number === undefined) return [];
    numbers.push(number.value);
    at = number.end;
    if (algorithm === 'rsa') break;
  }
  return numbers;
}

/**
 * Returns whether the digest of the pieces begins as the signature says: then the bytes are those
 * that were signed.
 */
export function hasSignedDigest(signature: Signature, pieces: readonly Uint8Array[]): boolean {
  const { hash, trailer, digestStart } = signature;
  if (hash === undefined) return false;
  return digestOf(hash, [...pieces, trailer])
    .subarray(0, 2)
    .equals(digestStart);
}

function digestOf(algorithm: string, pieces: readonly Uint8Array[]): Buffer {
  const hash = createHash(algorithm);
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
}
