/**
 * The subpackets of an OpenPGP signature of version 4: facts about itself and about the key that it
 * certifies.
 *
 * Source: RFC 9580, sections 5.2.3.7 to 5.2.3.35. Only the hashed area counts, because anyone can
 * change the other one; the exceptions are the issuer and the embedded signature, which are
 * verified by themselves. A signature with a critical subpacket that is not known here is void.
 */

import { dataView } from '../../bytes/byte-source.ts';
import { readLength } from './openpgp-packets.ts';

/** The facts of a signature. Durations are in seconds. */
export interface SignatureFacts {
  /** In milliseconds since the Unix epoch; absent: the signature does not say it, and is void. */
  readonly createdAt?: number;
  /** Lifetime of the signature; absent: unlimited. */
  readonly expiresAfterSeconds?: number;
  /** Lifetime of the certified key after its creation; absent: unlimited. */
  readonly keyExpiresAfterSeconds?: number;
  /** The permitted uses of the certified key; absent: the signature does not state them. */
  readonly keyFlags?: number;
  /** The body of the signature that a subkey made about its primary key. */
  readonly embedded?: Uint8Array;
  /** Whether a critical subpacket is not known. */
  readonly hasUnknownCritical: boolean;
}

/** A subpacket: its type, its bytes, and whether a reader must understand it. */
interface Subpacket {
  readonly type: number;
  readonly isCritical: boolean;
  readonly body: Uint8Array;
}

const TYPE = {
  created: 2,
  expires: 3,
  keyExpires: 9,
  issuer: 16,
  notation: 20,
  keyFlags: 27,
  embedded: 32,
  issuerFingerprint: 33,
} as const;
/** Types that RFC 9580 defines, whose meaning does not restrict what is verified here. */
const HARMLESS: ReadonlySet<number> = new Set([
  4, 5, 6, 7, 11, 12, 16, 21, 22, 23, 24, 25, 26, 28, 29, 30, 31, 33, 34, 35, 39,
]);
const READ: ReadonlySet<number> = new Set([
  TYPE.created,
  TYPE.expires,
  TYPE.keyExpires,
  TYPE.keyFlags,
  TYPE.embedded,
]);

/** Returns the key id that the areas name, the hashed one first; `undefined` if they name none. */
export function issuerIn(hashed: Uint8Array, unhashed: Uint8Array): string | undefined {
  return issuerOf(hashed) ?? issuerOf(unhashed);
}

/** Reads the facts of both areas. */
export function readSignatureFacts(hashed: Uint8Array, unhashed: Uint8Array): SignatureFacts {
  const subpackets = [...subpacketsIn(hashed)];
  const last = (type: number): Uint8Array | undefined =>
    subpackets.findLast((one) => one.type === type)?.body;
  const seconds = (type: number): number | undefined => {
    const body = last(type);
    return body?.length === 4 ? dataView(body).getUint32(0) : undefined;
  };
  const created = seconds(TYPE.created);
  const expires = seconds(TYPE.expires);
  const keyExpires = seconds(TYPE.keyExpires);
  const flags = last(TYPE.keyFlags);
  const embedded =
    last(TYPE.embedded) ??
    [...subpacketsIn(unhashed)].findLast(({ type }) => type === TYPE.embedded)?.body;
  return {
    ...(created !== undefined && { createdAt: created * 1000 }),
    // Zero stands for no end.
    ...(expires && { expiresAfterSeconds: expires }),
    ...(keyExpires && { keyExpiresAfterSeconds: keyExpires }),
    ...(flags !== undefined && { keyFlags: flags[0] ?? 0 }),
    ...(embedded !== undefined && { embedded }),
    hasUnknownCritical:
      !isWhole(hashed) ||
      subpackets.some(
        ({ type, isCritical }) => isCritical && !READ.has(type) && !HARMLESS.has(type),
      ),
  };
}

function issuerOf(area: Uint8Array): string | undefined {
  for (const { type, body } of subpacketsIn(area)) {
    if (type === TYPE.issuer && body.length === 8) return hex(body);
    // A version byte stands before the fingerprint.
    if (type === TYPE.issuerFingerprint && body.length >= 9) return hex(body.subarray(-8));
  }
  return undefined;
}

/** Yields the subpackets of an area up to the first one that is cut off. */
function* subpacketsIn(area: Uint8Array): Generator<Subpacket> {
  for (let at = 0; at < area.length;) {
    const length = readLength(area, at);
    if (length === undefined || length.value < 1) return;
    const end = length.end + length.value;
    if (end > area.length) return;
    const first = area[length.end] ?? 0;
    const body = area.subarray(length.end + 1, end);
    yield { type: first & 0x7f, isCritical: first >= 0x80, body };
    at = end;
  }
}

function isWhole(area: Uint8Array): boolean {
  let at = 0;
  while (at < area.length) {
    const length = readLength(area, at);
    if (length === undefined || length.value < 1) return false;
    at = length.end + length.value;
  }
  return at === area.length;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
