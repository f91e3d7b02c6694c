/**
 * OpenPGP keys with their self-signatures, which state how long keys are valid and which of them
 * sign.
 *
 * Source: RFC 9580, sections 5.2.1 (types of signatures), 5.2.3.13 (expiry of keys), 5.2.3.18
 * (expiry of signatures), 5.2.3.29 (flags), 5.2.3.34 (embedded signatures) and 10.1. Of several
 * self-signatures the latest counts. Every revocation counts, even one by another key, since one
 * that is ignored by mistake is worse. A subkey counts if its primary key and the subkey itself
 * have signed the binding. Self-signatures over SHA-1 do not count. A key expires no later than its
 * self-signature or binding.
 */

import { keyPrefix, keyProblem, readOpenPgpPublicKey } from './openpgp-public-key.ts';
import type { OpenPgpPublicKey } from './openpgp-public-key.ts';
import { readCertificatePackets } from './openpgp-keys.ts';
import { PACKET, type Packet } from './openpgp-packets.ts';
import { isSignedBy, readSignature, type Signature } from './openpgp-signature.ts';
import type { SignatureFacts } from './openpgp-subpackets.ts';

/** A key that may have signed, and what its certificate says about it. */
export interface CertifiedKey extends OpenPgpPublicKey {
  /** Fingerprint of the primary key; the fingerprint itself for one. */
  readonly primaryFingerprint: string;
  /**
   * The first instant at which it is no longer valid, in milliseconds since the Unix epoch; absent:
   * it has no end.
   */
  readonly expiresAt?: number;
  /** Reason why none of its signatures counts, as a predicate; absent if they can. */
  readonly problem?: string;
}

/** The keys of a file, and the key packets that cannot be used. */
export interface CertifiedKeys {
  readonly keys: readonly CertifiedKey[];
  /** Reasons for unusable primary keys, as predicates. */
  readonly unusable: readonly string[];
}

const SIGNATURE_TYPE = {
  certifications: new Set([0x10, 0x11, 0x12, 0x13]),
  subkeyBinding: 0x18,
  primaryBinding: 0x19,
  directKey: 0x1f,
  keyRevocation: 0x20,
  subkeyRevocation: 0x28,
} as const;
const MAY_SIGN = 0x02;

/** Reads all keys of a file. @throws ParseError where it holds no packets of OpenPGP */
export function readCertifiedKeys(path: string, bytes: Uint8Array): CertifiedKeys {
  const keys: CertifiedKey[] = [];
  const unusable: string[] = [];
  for (const packets of readCertificatePackets(path, bytes)) {
    const [primaryPacket, ...others] = packets;
    if (primaryPacket === undefined) continue;
    const primary = readOpenPgpPublicKey(primaryPacket.body);
    if (primary === undefined) unusable.push(keyProblem(primaryPacket.body));
    else keys.push(...keysOf({ key: primary, body: primaryPacket.body }, others));
  }
  return { keys, unusable };
}

/** A primary key with the body of its packet, which its signatures cover. */
interface PrimaryKey {
  readonly key: OpenPgpPublicKey;
  readonly body: Uint8Array;
}

/** A part of a certificate with the signatures behind it. */
interface Component {
  readonly packet: Packet | undefined;
  readonly signatures: readonly Signature[];
}

function keysOf(primary: PrimaryKey, packets: readonly Packet[]): readonly CertifiedKey[] {
  const components = componentsOf(packets);
  const isRevoked = components.some(({ signatures }) =>
    signatures.some(({ type }) => type === SIGNATURE_TYPE.keyRevocation),
  );
  const own = latest(components.flatMap((component) => selfSignatures(primary, component)));
  const { key } = primary;
  const expiresAt = expiryOf(key, own);
  const problem = isRevoked
    ? 'is revoked by its certificate'
    : own === undefined
      ? 'has no self-signature with SHA-256 or better (renew it: gpg --quick-set-expire)'
      : undefined;
  const may = own?.keyFlags === undefined || (own.keyFlags & MAY_SIGN) !== 0;
  const primaryProblem =
    problem ?? (may ? undefined : 'is not for signing, as its certificate says');
  const ownKey: CertifiedKey = {
    ...key,
    primaryFingerprint: key.fingerprint,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(primaryProblem !== undefined && { problem: primaryProblem }),
  };
  const subkeys = components.flatMap((component) => {
    const subkey = subkeyOf(primary, component);
    if (subkey === undefined) return [];
    const end = earliest(subkey.expiresAt, expiresAt);
    const reason = problem === undefined ? subkey.problem : `belongs to a key that ${problem}`;
    return {
      ...subkey,
      ...(end !== undefined && { expiresAt: end }),
      ...(reason !== undefined && { problem: reason }),
    };
  });
  return [ownKey, ...subkeys];
}

/**
 * Returns the components: the signatures of the primary key itself come first, then user ids and
 * subkeys with theirs.
 */
function componentsOf(packets: readonly Packet[]): readonly Component[] {
  const components: { packet: Packet | undefined; signatures: Signature[] }[] = [
    { packet: undefined, signatures: [] },
  ];
  for (const packet of packets) {
    if (packet.tag !== PACKET.signature) components.push({ packet, signatures: [] });
    else {
      const signature = readSignature(packet.body);
      if (signature !== undefined) components.at(-1)?.signatures.push(signature);
    }
  }
  return components;
}

/** Returns the primary key's signatures about itself, with its user ids or alone. */
function selfSignatures(
  primary: PrimaryKey,
  { packet, signatures }: Component,
): readonly SignatureFacts[] {
  const about = hashedAbout(primary, packet);
  if (about === undefined) return [];
  return signatures.flatMap((signature) => {
    const isAbout =
      packet === undefined
        ? signature.type === SIGNATURE_TYPE.directKey
        : SIGNATURE_TYPE.certifications.has(signature.type);
    return isAbout ? verifiedFacts(signature, about, primary.key) : [];
  });
}

function hashedAbout(
  { body }: PrimaryKey,
  packet: Packet | undefined,
): readonly Uint8Array[] | undefined {
  const own = [keyPrefix(body), body];
  if (packet === undefined) return own;
  if (packet.tag !== PACKET.userId) return undefined;
  const prefix = Buffer.alloc(5, 0xb4);
  prefix.writeUInt32BE(packet.body.length, 1);
  return [...own, prefix, packet.body];
}

function subkeyOf(
  primary: PrimaryKey,
  { packet, signatures }: Component,
): CertifiedKey | undefined {
  if (packet?.tag !== PACKET.publicSubkey) return undefined;
  const subkey = readOpenPgpPublicKey(packet.body);
  // Subkeys for encryption are of kinds that do not sign.
  if (subkey === undefined) return undefined;
  const pieces = [keyPrefix(primary.body), primary.body, keyPrefix(packet.body), packet.body];
  const isRevoked = signatures.some(({ type }) => type === SIGNATURE_TYPE.subkeyRevocation);
  const binding = latest(
    signatures.flatMap((signature) =>
      signature.type === SIGNATURE_TYPE.subkeyBinding
        ? verifiedFacts(signature, pieces, primary.key)
        : [],
    ),
  );
  const back = backSignature(binding, pieces, subkey);
  const problem = isRevoked ? 'is revoked by its certificate' : bindingProblem(binding, back);
  const expiresAt = earliest(expiryOf(subkey, binding), signatureEnd(back));
  return {
    ...subkey,
    primaryFingerprint: primary.key.fingerprint,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(problem !== undefined && { problem }),
  };
}

/** Returns the subkey's signature about its primary key, or `undefined` if there is none. */
function backSignature(
  binding: SignatureFacts | undefined,
  pieces: readonly Uint8Array[],
  subkey: OpenPgpPublicKey,
): SignatureFacts | undefined {
  const back = binding?.embedded === undefined ? undefined : readSignature(binding.embedded);
  if (back?.type !== SIGNATURE_TYPE.primaryBinding) return undefined;
  return verifiedFacts(back, pieces, subkey)[0];
}

function bindingProblem(
  binding: SignatureFacts | undefined,
  back: SignatureFacts | undefined,
): string | undefined {
  if (binding === undefined) return 'is not bound to its primary key with SHA-256 or better';
  if (binding.keyFlags !== undefined && (binding.keyFlags & MAY_SIGN) === 0) {
    return 'is not for signing, as its certificate says';
  }
  return back === undefined ? 'has not signed that it belongs to its primary key' : undefined;
}

/** Returns the facts of a signature, as a list that is empty if the key did not make it. */
function verifiedFacts(
  signature: Signature,
  pieces: readonly Uint8Array[],
  key: OpenPgpPublicKey,
): readonly SignatureFacts[] {
  const facts = signature.facts?.();
  if (facts?.createdAt === undefined || facts.hasUnknownCritical) return [];
  return isSignedBy(signature, pieces, key) ? [facts] : [];
}

function latest(all: readonly SignatureFacts[]): SignatureFacts | undefined {
  let found: SignatureFacts | undefined;
  for (const facts of all) {
    if (found === undefined || (facts.createdAt ?? 0) >= (found.createdAt ?? 0)) found = facts;
  }
  return found;
}

/**
 * Returns the end of a key: the one that its self-signature or binding states, or that of the
 * signature itself.
 */
function expiryOf(
  { createdAt }: OpenPgpPublicKey,
  facts: SignatureFacts | undefined,
): number | undefined {
  const seconds = facts?.keyExpiresAfterSeconds;
  const stated = seconds === undefined ? undefined : createdAt + seconds * 1000;
  return earliest(stated, signatureEnd(facts));
}

/**
 * Returns the first instant at which a signature is no longer valid; `undefined` for one without an
 * end.
 */
function signatureEnd(facts: SignatureFacts | undefined): number | undefined {
  const { createdAt, expiresAfterSeconds } = facts ?? {};
  if (createdAt === undefined || expiresAfterSeconds === undefined) return undefined;
  return createdAt + expiresAfterSeconds * 1000;
}

function earliest(...instants: readonly (number | undefined)[]): number | undefined {
  const ends = instants.filter((end) => end !== undefined);
  return ends.length > 0 ? Math.min(...ends) : undefined;
}
