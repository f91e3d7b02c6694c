/** The kinds of keys that sign and verify, and how each signs. */

import { createPublicKey, type KeyObject } from 'node:crypto';

/** Algorithm of a key, with its curve. */
export type KeyKind = 'p256' | 'p384' | 'p521' | 'ed25519' | 'rsa';

interface KindFacts {
  /** For people. */
  readonly name: string;
  /** As OpenSSL calls the curve; absent for other algorithms. */
  readonly curve?: string;
  /** The hash that signs; `null` if the algorithm hashes by itself. */
  readonly signHash: string | null;
  /**
   * Hashes that signatures of others may use, the usual one first. cosign 2 signs with SHA-256 whatever the curve; newer
   * releases use the hash of the curve.
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

/** The kind of a key, or the reason why it cannot be used. */
export function kindOf(key: KeyObject): { readonly kind: KeyKind } | { readonly problem: string } {
  const { asymmetricKeyType: type = 'unknown', asymmetricKeyDetails: details = {} } = key;
  if (type === 'ed25519') return { kind: type };
  if (type === 'rsa') {
    const { modulusLength = 0, publicExponent = 0n } = details;
    if (modulusLength < RSA_BITS.min || modulusLength > RSA_BITS.max) {
      return {
        problem: `is an RSA key of ${modulusLength} bits, and only ${RSA_BITS.min} to ${RSA_BITS.max} are accepted`,
      };
    }
    // With the exponent 1 every content is its own signature.
    if (publicExponent < 3n || publicExponent % 2n === 0n) {
      return { problem: `has the public exponent ${publicExponent}, which protects nothing` };
    }
    return { kind: type };
  }
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
 * Returns the public half in the one form in which its identity is computed. OpenSSL keeps compressed points and written-out
 * curves when it exports a key, so that one key would have several identities.
 */
export function canonicalPublicKey(key: KeyObject): KeyObject {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return createPublicKey({ key: publicKey.export({ format: 'jwk' }), format: 'jwk' });
}
