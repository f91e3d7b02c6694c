/**
 * Public keys of OpenPGP, armored or binary, as the makers of distributions publish them.
 *
 * Source: RFC 9580, sections 5.5 (version 4 keys), 10.1 (which packets belong to a key). A subkey
 * counts when its primary key signed the binding. Left out: keys that `openpgp-public-key.ts` does
 * not read, and keys with a revocation of the whole key behind them. Whether a key has expired is
 * not asked: what was signed in its time stays signed.
 */

import { ParseError } from '../../../core/base/errors.ts';
import { PACKET, readPackets, dearmor, type Packet } from './openpgp-packets.ts';
import { keyPrefix, readOpenPgpPublicKey, type OpenPgpPublicKey } from './openpgp-public-key.ts';
import { isSignedBy, readSignature } from './openpgp-signature.ts';

/** A key of a certificate of OpenPGP. */
export interface OpenPgpKey extends OpenPgpPublicKey {
  /** Fingerprint of the primary key; for a primary key its own fingerprint. */
  readonly primaryFingerprint: string;
  /** The first user id of the key block; empty where it has none. */
  readonly userId: string;
}

const SUBKEY_BINDING = 0x18;
const KEY_REVOCATION = 0x20;

/**
 * Returns all usable keys and subkeys of a file, in its order.
 * @throws ParseError where it holds no packets of OpenPGP
 */
export function readOpenPgpKeys(path: string, bytes: Uint8Array): readonly OpenPgpKey[] {
  return readCertificatePackets(path, bytes).flatMap(keysOf);
}

/**
 * Returns the packets of each certificate of a file: a primary key with all that follows up to the
 * next.
 * @throws ParseError where it holds no packets of OpenPGP
 */
export function readCertificatePackets(
  path: string,
  bytes: Uint8Array,
): readonly (readonly Packet[])[] {
  const blocks = dearmor(bytes);
  if (blocks.length === 0) throw new ParseError(path, 'no key of OpenPGP');
  return blocks.flatMap((block) => {
    const packets = readPackets(block);
    if (packets === undefined) throw new ParseError(path, 'no packets of OpenPGP');
    return certificatesIn(packets);
  });
}

function certificatesIn(packets: readonly Packet[]): readonly (readonly Packet[])[] {
  const certificates: Packet[][] = [];
  for (const packet of packets) {
    if (packet.tag === PACKET.publicKey) certificates.push([packet]);
    else certificates.at(-1)?.push(packet);
  }
  return certificates;
}

function keysOf(certificate: readonly Packet[]): readonly OpenPgpKey[] {
  const [primaryPacket, ...others] = certificate;
  if (primaryPacket === undefined || isRevoked(others)) return [];
  const userPacket = others.find(({ tag }) => tag === PACKET.userId);
  const userId = userPacket === undefined ? '' : new TextDecoder().decode(userPacket.body);
  const key = readOpenPgpPublicKey(primaryPacket.body);
  if (key === undefined) return [];
  const primary = { ...key, primaryFingerprint: key.fingerprint, userId };
  const keys: OpenPgpKey[] = [primary];
  others.forEach((packet, index) => {
    if (packet.tag !== PACKET.publicSubkey) return;
    if (!isBound(primary, primaryPacket.body, others.slice(index))) return;
    const subkey = readOpenPgpPublicKey(packet.body);
    if (subkey !== undefined) keys.push({ ...primary, ...subkey });
  });
  return keys;
}

function isRevoked(packets: readonly Packet[]): boolean {
  return packets.some(
    ({ tag, body }) => tag === PACKET.signature && readSignature(body)?.type === KEY_REVOCATION,
  );
}

/**
 * Returns whether the signatures behind a subkey, which comes first in `rest`, bind it to its
 * primary key.
 */
function isBound(primary: OpenPgpKey, primaryBody: Uint8Array, rest: readonly Packet[]): boolean {
  const [subkey, ...behind] = rest;
  if (subkey === undefined) return false;
  for (const { tag, body } of behind) {
    if (tag !== PACKET.signature) return false;
    const signature = readSignature(body);
    if (signature?.type !== SUBKEY_BINDING) continue;
    const pieces = [keyPrefix(primaryBody), primaryBody, keyPrefix(subkey.body), subkey.body];
    if (isSignedBy(signature, pieces, primary)) return true;
  }
  return false;
}
