/** The kinds of keys that sign and verify, and how each signs. */

import { createPublicKey, type AsymmetricKeyDetails, type KeyObject } from 'node:crypto';

import { readDer, readDerChildren } from '../../formats/crypto/asn1/der.ts';

/** Algorithm of a key, with its curve. */
export type KeyKind = 'p256' | 'p384' | 'p521' | 'ed25519' | 'rsa';

interface KindFacts {
  /** For people. */
  readonly name: string;
  /** OpenSSL's name of the curve; absent for other algorithms. */
  readonly curve?: string;
  /** The hash that signs; `null` if the algorithm hashes by itself. */
  readonly signHash: string | null;
  /**
   * Hashes that signatures of others may use, the usual one first. cosign 2 signs with SHA-256
   * whatever the curve; newer releases use the hash of the curve.
   */
  readonly verifyHashes: readonly (string | null)[];
}

/** Facts of each kind. */
export const KEY_KINDS: Readonly<Record<KeyKind, KindFacts>> = {
  p256: {
    name: 'ECDSA P-256',
    curve: 'prime256v1',
    signHash: 'sha256',
    verifyHashes: ['sha256'],
  },
  p384: {
    name: 'ECDSA P-384',
    curve: 'secp384r1',
    signHash: 'sha256',
    verifyHashes: ['sha256', 'sha384'],
  },
  p521: {
    name: 'ECDSA P-521',
    curve: 'secp521r1',
    signHash: 'sha256',
    verifyHashes: ['sha256', 'sha512'],
  },
  ed25519: { name: 'Ed25519', signHash: null, verifyHashes: [null] },
  rsa: { name: 'RSA', signHash: 'sha256', verifyHashes: ['sha256'] },
};

/** All kinds, in the order of documentation. */
export const ALL_KINDS: readonly KeyKind[] = ['p256', 'p384', 'p521', 'ed25519', 'rsa'];

/** Lengths of RSA moduli: shorter ones are weak, longer ones make each verification slow. */
const RSA_BITS = { min: 2048, max: 4096 } as const;

type KindOrProblem = { readonly kind: KeyKind } | { readonly problem: string };

const ANYBODY_SIGNS = 'is a point with which anybody can make signatures';
/**
 * Ed25519 keys of small order, without the sign of x: signatures of them are made without a private
 * key. Numbers that are not reduced are among them, since RFC 8032, section 5.1.3, refuses these.
 *
 * Source: libsodium, `ge25519_has_small_order` (the list of points).
 */
const SMALL_ORDER =
  /^(?:0[01](?:00){31}|26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05|c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a|(?:e[c-f]|f[0-9a-f])(?:ff){30}7f)$/u;

function hasSmallOrder(key: KeyObject): boolean {
  const y = publicHalf(key).export({ type: 'spki', format: 'der' }).subarray(-32);
  y[31] = (y[31] ?? 0) & 0x7f;
  return SMALL_ORDER.test(y.toString('hex'));
}

/**
 * Returns whether the public half is a point other than the one at infinity, which is encoded as
 * one byte.
 */
function hasPoint(key: KeyObject): boolean {
  try {
    const [, point] =
      readDerChildren(readDer(publicHalf(key).export({ type: 'spki', format: 'der' }))) ?? [];
    return point !== undefined && point.content.length > 2;
  } catch {
    return false;
  }
}

function publicHalf(key: KeyObject): KeyObject {
  return key.type === 'private' ? createPublicKey(key) : key;
}

function rsaKind({ modulusLength = 0, publicExponent = 0n }: AsymmetricKeyDetails): KindOrProblem {
  if (modulusLength < RSA_BITS.min || modulusLength > RSA_BITS.max) {
    return {
      problem: `is an RSA key of ${modulusLength} bits, and only ${RSA_BITS.min} to ${RSA_BITS.max} are accepted`,
    };
  }
  // With the exponent 1 every content is its own signature.
  if (publicExponent < 3n || publicExponent % 2n === 0n) {
    return { problem: `has the public exponent ${publicExponent}, which protects nothing` };
  }
  return { kind: 'rsa' };
}

/** Returns the kind of a key, or the reason why it cannot be used. */
export function kindOf(key: KeyObject): KindOrProblem {
  const { asymmetricKeyType: type = 'unknown' } = key;
  if (type === 'ed25519') return hasSmallOrder(key) ? { problem: ANYBODY_SIGNS } : { kind: type };
  // Node.js 20 aborts when it is asked for the details of such a key.
  if (type === 'ec' && !hasPoint(key)) return { problem: ANYBODY_SIGNS };
  const { asymmetricKeyDetails: details = {} } = key;
  if (type === 'rsa') return rsaKind(details);
  if (type === 'ec') {
    const curve = details.namedCurve ?? 'without a name';
    const kind = ALL_KINDS.find((one) => KEY_KINDS[one].curve === curve);
    return kind === undefined
      ? { problem: `is on the curve "${curve}", and only P-256, P-384 and P-521 are accepted` }
      : { kind };
  }
  return {
    problem: `is a key of the algorithm "${type}", and only ECDSA, Ed25519 and RSA are accepted`,
  };
}

/**
 * Returns the public half in the one form in which its identity is computed. OpenSSL keeps
 * compressed points and written-out curves when it exports a key, so that one key would have
 * several identities.
 */
export function canonicalPublicKey(key: KeyObject): KeyObject {
  return createPublicKey({ key: publicHalf(key).export({ format: 'jwk' }), format: 'jwk' });
}
