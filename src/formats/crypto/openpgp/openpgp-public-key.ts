/**
 * The public key inside of a key packet of OpenPGP.
 *
 * Source: RFC 9580, sections 5.5.2 (version 4), 5.5.4 (fingerprints), 5.5.5 and 9.2 (algorithms and
 * curves). Read are RSA from 2048 bits on, ECDSA on the curves of NIST, and Ed25519 in both forms.
 * Everything else is `undefined`, with `keyProblem` as the reason.
 */

import { createHash, createPublicKey, type KeyObject } from 'node:crypto';

import { dataView } from '../../bytes/byte-source.ts';
import { readMpi } from './openpgp-packets.ts';

/** The signature algorithm of a key: `eddsa` and `ed25519` are one algorithm in two encodings. */
export type OpenPgpAlgorithm = 'rsa' | 'ecdsa' | 'eddsa' | 'ed25519';

/** A key that signatures can be verified with. */
export interface OpenPgpPublicKey {
  /** 40 hexadecimal digits, lower case. */
  readonly fingerprint: string;
  /** The last 16 digits of the fingerprint, as signatures name it. */
  readonly keyId: string;
  /** In milliseconds since the Unix epoch. */
  readonly createdAt: number;
  readonly algorithm: OpenPgpAlgorithm;
  readonly keyObject: KeyObject;
  /** The bytes of each number of a signature. */
  readonly numberBytes: number;
}

const VERSION = 4;
const MIN_MODULUS_BYTES = 256;
const ED25519_BYTES = 32;
/** Names of the algorithms of RFC 9580, section 9.1, that keys of signers have. */
const ALGORITHMS: ReadonlyMap<number, OpenPgpAlgorithm> = new Map([
  [1, 'rsa'],
  [3, 'rsa'],
  [19, 'ecdsa'],
  [22, 'eddsa'],
  [27, 'ed25519'],
]);
const CURVES: ReadonlyMap<string, { readonly crv: string; readonly bytes: number }> = new Map([
  ['2a8648ce3d030107', { crv: 'P-256', bytes: 32 }],
  ['2b81040022', { crv: 'P-384', bytes: 48 }],
  ['2b81040023', { crv: 'P-521', bytes: 66 }],
]);
const ED25519_LEGACY = '2b06010401da470f01';
const UNCOMPRESSED = 0x04;
const NATIVE_POINT = 0x40;

/** Returns the name of an algorithm of OpenPGP; `undefined` for one that is not verified. */
export function openPgpAlgorithm(id: number | undefined): OpenPgpAlgorithm | undefined {
  return ALGORITHMS.get(id ?? 0);
}

/** Reads the body of a key packet; `undefined` for a key that cannot be used. */
export function readOpenPgpPublicKey(body: Uint8Array): OpenPgpPublicKey | undefined {
  const algorithm = body[0] === VERSION ? openPgpAlgorithm(body[5]) : undefined;
  const fields = algorithm === undefined ? undefined : fieldsOf(algorithm, body);
  if (algorithm === undefined || fields === undefined) return undefined;
  const keyObject = keyObjectOf(fields.jwk);
  if (keyObject === undefined) return undefined;
  const fingerprint = createHash('sha1').update(keyPrefix(body)).update(body).digest('hex');
  return {
    fingerprint,
    keyId: fingerprint.slice(-16),
    createdAt: dataView(body).getUint32(1) * 1000,
    algorithm,
    keyObject,
    numberBytes: fields.numberBytes,
  };
}

/** Returns the reason why a key packet cannot be used, as a predicate. */
export function keyProblem(body: Uint8Array): string {
  const [version] = body;
  if (version !== VERSION) return `has the version ${version ?? 'none'}, and only 4 is accepted`;
  if (openPgpAlgorithm(body[5]) === undefined) {
    return `has the algorithm ${body[5] ?? 'none'} of OpenPGP; accepted are RSA, ECDSA and Ed25519`;
  }
  return 'is damaged, on a curve that is not accepted, or an RSA key of less than 2048 bits';
}

/** Returns the prefix that is hashed before a key. */
export function keyPrefix(body: Uint8Array): Uint8Array {
  return Uint8Array.from([0x99, body.length >> 8, body.length & 0xff]);
}

interface KeyFields {
  readonly jwk: Readonly<Record<string, string>>;
  readonly numberBytes: number;
}

/** Behind version, creation and algorithm, which take six bytes. */
function fieldsOf(algorithm: OpenPgpAlgorithm, body: Uint8Array): KeyFields | undefined {
  switch (algorithm) {
    case 'rsa':
      return rsaFields(body);
    case 'ecdsa':
      return pointFields(body);
    case 'eddsa':
      return legacyEd25519Fields(body);
    case 'ed25519':
      return body.length === 6 + ED25519_BYTES ? ed25519Fields(body.subarray(6)) : undefined;
  }
}

function rsaFields(body: Uint8Array): KeyFields | undefined {
  const modulus = readMpi(body, 6);
  const exponent = modulus && readMpi(body, modulus.end);
  if (exponent === undefined || modulus === undefined) return undefined;
  if (modulus.value.length < MIN_MODULUS_BYTES) return undefined;
  const jwk = { kty: 'RSA', n: base64url(modulus.value), e: base64url(exponent.value) };
  return { jwk, numberBytes: modulus.value.length };
}

function pointFields(body: Uint8Array): KeyFields | undefined {
  const { id, point } = curvePoint(body) ?? {};
  const curve = CURVES.get(id ?? '');
  if (curve === undefined || point === undefined) return undefined;
  const { crv, bytes } = curve;
  if (point[0] !== UNCOMPRESSED || point.length !== 1 + 2 * bytes) return undefined;
  const x = base64url(point.subarray(1, 1 + bytes));
  return {
    jwk: { kty: 'EC', crv, x, y: base64url(point.subarray(1 + bytes)) },
    numberBytes: bytes,
  };
}

function legacyEd25519Fields(body: Uint8Array): KeyFields | undefined {
  const { id, point } = curvePoint(body) ?? {};
  if (id !== ED25519_LEGACY || point?.[0] !== NATIVE_POINT) return undefined;
  return point.length === 1 + ED25519_BYTES ? ed25519Fields(point.subarray(1)) : undefined;
}

function ed25519Fields(x: Uint8Array): KeyFields {
  return { jwk: { kty: 'OKP', crv: 'Ed25519', x: base64url(x) }, numberBytes: ED25519_BYTES };
}

/** Returns the object identifier of a curve in hexadecimal, and the point behind it. */
function curvePoint(
  body: Uint8Array,
): { readonly id: string; readonly point: Uint8Array } | undefined {
  const length = body[6] ?? 0;
  const point = readMpi(body, 7 + length)?.value;
  if (point === undefined) return undefined;
  return { id: Buffer.from(body.subarray(7, 7 + length)).toString('hex'), point };
}

/** Returns `undefined` for numbers that OpenSSL takes for no key. */
function keyObjectOf(key: Readonly<Record<string, string>>): KeyObject | undefined {
  try {
    return createPublicKey({ key, format: 'jwk' });
  } catch {
    return undefined;
  }
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
