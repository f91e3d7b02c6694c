/**
 * Public keys of OpenPGP, armored or binary, as the makers of distributions publish them.
 *
 * Source: RFC 9580, sections 5.5 (version 4 keys), 10.1 (which packets belong to a key), 5.5.4 (fingerprints). A subkey
 * counts when its primary key signed the binding. Left out: keys that are not RSA or have fewer than 2048 bits, keys of
 * another version than 4, and keys with a revocation of the whole key behind them. Whether a key has expired is not
 * asked: what was signed in its time stays signed.
 */

import { createHash, createPublicKey, type KeyObject } from 'node:crypto';

import { ParseError } from '../base/errors.ts';
import { PACKET, readMpi, readPackets, dearmor, type Packet } from './openpgp-packets.ts';
import { isSignedBy, readSignature } from './openpgp-signature.ts';

/** A key that signatures can be verified with. */
export interface OpenPgpKey {
  /** 40 hexadecimal digits, lower case. */
  readonly fingerprint: string;
  /** The last 16 digits of the fingerprint, as signatures name it. */
  readonly keyId: string;
  /** Of the primary key; the fingerprint itself for one. */
  readonly primaryFingerprint: string;
  /** The first user id of the key block; empty where it has none. */
  readonly userId: string;
  readonly keyObject: KeyObject;
  readonly modulusBytes: number;
}

const VERSION = 4;
/** RSA for both uses, and for signatures only. */
const RSA: ReadonlySet<number> = new Set([1, 3]);
const MIN_MODULUS_BYTES = 256;
const SUBKEY_BINDING = 0x18;
const KEY_REVOCATION = 0x20;

/**
 * All usable keys and subkeys of a file, in its order.
 * @throws ParseError where it holds no packets of OpenPGP
 */
export function readOpenPgpKeys(path: string, bytes: Uint8Array): readonly OpenPgpKey[] {
  const blocks = dearmor(bytes);
  if (blocks.length === 0) throw new ParseError(path, 'no key of OpenPGP');
  return blocks.flatMap((block) => {
    const packets = readPackets(block);
    if (packets === undefined) throw new ParseError(path, 'no packets of OpenPGP');
    return certificatesIn(packets).flatMap(keysOf);
  });
}

/** A primary key with all that follows up to the next. */
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
  const primary = keyOf(primaryPacket.body, userId);
  if (primary === undefined) return [];
  const keys = [primary];
  others.forEach((packet, index) => {
    if (packet.tag !== PACKET.publicSubkey) return;
    if (!isBound(primary, primaryPacket.body, others.slice(index))) return;
    const subkey = keyOf(packet.body, userId, primary.fingerprint);
    if (subkey !== undefined) keys.push(subkey);
  });
  return keys;
}

function isRevoked(packets: readonly Packet[]): boolean {
  return packets.some(
    ({ tag, body }) => tag === PACKET.signature && readSignature(body)?.type === KEY_REVOCATION,
  );
}

/** Whether the signatures behind a subkey, which comes first in `rest`, bind it to its primary key. */
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

/** Version, creation, algorithm, modulus, exponent. */
function keyOf(
  body: Uint8Array,
  userId: string,
  primaryFingerprint?: string,
): OpenPgpKey | undefined {
  if (body[0] !== VERSION || !RSA.has(body[5] ?? 0)) return undefined;
  const modulus = readMpi(body, 6);
  const exponent = modulus && readMpi(body, modulus.end);
  if (exponent === undefined || modulus === undefined) return undefined;
  if (modulus.value.length < MIN_MODULUS_BYTES) return undefined;
  const keyObject = publicKeyOf(modulus.value, exponent.value);
  if (keyObject === undefined) return undefined;
  const fingerprint = createHash('sha1').update(keyPrefix(body)).update(body).digest('hex');
  return {
    fingerprint,
    keyId: fingerprint.slice(-16),
    primaryFingerprint: primaryFingerprint ?? fingerprint,
    userId,
    keyObject,
    modulusBytes: modulus.value.length,
  };
}

/** `undefined` for numbers that OpenSSL takes for no key. */
function publicKeyOf(modulus: Uint8Array, exponent: Uint8Array): KeyObject | undefined {
  const jwk = { kty: 'RSA', n: base64url(modulus), e: base64url(exponent) };
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return undefined;
  }
}

/** What stands before a key where it is hashed. */
function keyPrefix(body: Uint8Array): Uint8Array {
  return Uint8Array.from([0x99, body.length >> 8, body.length & 0xff]);
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
