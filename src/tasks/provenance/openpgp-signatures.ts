/**
 * OpenPGP signatures of commits, by keys of the trust file.
 *
 * Source: RFC 9580, sections 5.2 and 10.4 (detached signatures). Refused: several packets,
 * signatures of texts, SHA-1, a signature that has expired, and a critical subpacket that is not
 * known.
 */

import type { CertifiedKey } from '../../formats/crypto/openpgp/openpgp-certificate.ts';
import { PACKET, readPackets } from '../../formats/crypto/openpgp/openpgp-packets.ts';
import {
  isSignedBy,
  readSignature,
  type Signature,
} from '../../formats/crypto/openpgp/openpgp-signature.ts';
import type { SignatureFacts } from '../../formats/crypto/openpgp/openpgp-subpackets.ts';
import {
  isoOf,
  periodProblem,
  type KeyHolder,
  type SignatureReading,
  type SigningKey,
} from './signing-key.ts';

/** A key of OpenPGP with the entries of the trust file that it belongs to. */
export interface HeldOpenPgpKey {
  readonly key: CertifiedKey;
  readonly holders: readonly KeyHolder[];
}

/** The OpenPGP keys of a trust file, by key id. */
export type OpenPgpTrust = ReadonlyMap<string, readonly HeldOpenPgpKey[]>;

const KIND = 'openpgp';
const BINARY = 0;

/**
 * Finds the key that made a signature over a payload. `now` is in milliseconds since the Unix
 * epoch.
 */
export function readOpenPgpSignature(
  bytes: Uint8Array,
  payload: Uint8Array,
  { trust, now }: { readonly trust: OpenPgpTrust; readonly now: number },
): SignatureReading {
  const signature = onlySignature(bytes);
  if (typeof signature === 'string') return { kind: KIND, problem: signature };
  const { keyId, hash, algorithm } = signature;
  const facts = signature.facts?.();
  const problem = formProblem(signature, facts, now);
  if (problem !== undefined) return { kind: KIND, ...(keyId && { fingerprint: keyId }), problem };
  if (keyId === undefined || hash === undefined || algorithm === undefined) {
    return { kind: KIND, problem: 'names no key' };
  }
  const candidates = trust.get(keyId) ?? [];
  if (candidates.length === 0) {
    return {
      kind: KIND,
      fingerprint: keyId,
      problem: `is of the key ${keyId}, which is not allowed`,
    };
  }
  const made = candidates.find(({ key }) => isSignedBy(signature, [payload], key));
  if (made === undefined) {
    const reason = 'was made over other content, or not by the key that it names';
    return { kind: KIND, fingerprint: keyId, problem: reason };
  }
  return { key: signingKey(made, facts, primaryHolders(made.key, trust)) };
}

/** Returns the only packet; a predicate if it is not the only one, or cannot be read. */
function onlySignature(bytes: Uint8Array): Signature | string {
  const packets = readPackets(bytes);
  const [packet, second] = packets ?? [];
  if (packet?.tag !== PACKET.signature) return 'cannot be read: it is no packet of a signature';
  if (second !== undefined) return 'has more than one signature';
  const version = packet.body[0] ?? 0;
  const signature = version === 4 ? readSignature(packet.body) : undefined;
  if (signature !== undefined) return signature;
  return version === 4
    ? 'cannot be read: it is cut off'
    : `has the version ${version} of OpenPGP, and only 4 is accepted`;
}

function formProblem(
  { type, hash, algorithm }: Signature,
  facts: SignatureFacts | undefined,
  now: number,
): string | undefined {
  if (type !== BINARY) return `has the type ${type} of OpenPGP, and commits are signed with 0`;
  if (hash === undefined) return 'uses a hash that is not accepted (SHA-256, SHA-384, SHA-512 are)';
  if (algorithm === undefined) return 'uses an algorithm that is not accepted';
  if (facts?.createdAt === undefined) return 'does not say when it was made';
  if (facts.hasUnknownCritical) return 'has a critical part that is not known';
  const { createdAt, expiresAfterSeconds } = facts;
  if (expiresAfterSeconds === undefined) return undefined;
  const until = createdAt + expiresAfterSeconds * 1000;
  return now < until ? undefined : `is a signature that expired at ${isoOf(until)}`;
}

/** Returns the entries with the primary key, also with a copy of it that lacks a subkey. */
function primaryHolders(
  { primaryFingerprint }: CertifiedKey,
  trust: OpenPgpTrust,
): readonly KeyHolder[] {
  const candidates = trust.get(primaryFingerprint.slice(-16)) ?? [];
  return candidates.find(({ key }) => key.fingerprint === primaryFingerprint)?.holders ?? [];
}

function signingKey(
  { key, holders }: HeldOpenPgpKey,
  facts: SignatureFacts | undefined,
  ofPrimary: readonly KeyHolder[],
): SigningKey {
  const { fingerprint, problem, createdAt, expiresAt } = key;
  const signedAt = facts?.createdAt;
  return {
    kind: KIND,
    fingerprint: fingerprint.toUpperCase(),
    holders,
    revokedBy: [...holders, ...ofPrimary].filter(({ revoked }) => revoked !== undefined),
    problemAt: (instant) =>
      problem ?? periodProblem({ from: createdAt, until: expiresAt }, instant),
    ...(signedAt !== undefined && { signedAt }),
  };
}
