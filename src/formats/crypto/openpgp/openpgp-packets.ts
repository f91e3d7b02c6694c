/**
 * Packets of OpenPGP, and the armor that they are mailed in.
 *
 * Source: RFC 9580, sections 4 (packets, both header forms), 3.2 (multiprecision integers) and 6
 * (armor). The checksum of the armor is not looked at, as RFC 9580 says. Refused: packets in parts,
 * of unknown length, or that leave the bytes.
 */

import { dataView } from '../../bytes/byte-source.ts';

/** Tags of the packets that are asked for. */
export const PACKET = {
  signature: 2,
  publicKey: 6,
  userId: 13,
  publicSubkey: 14,
} as const;

/** An OpenPGP packet (RFC 9580, section 4): its tag and its body. */
export interface Packet {
  readonly tag: number;
  readonly body: Uint8Array;
}

const BEGIN = '-----BEGIN PGP ';
const END = '-----END PGP ';
const BASE64_LINE = /^[A-Za-z0-9+/]+={0,2}$/;

/** Returns the bytes in all armored blocks of a text; the bytes themselves where there is none. */
export function dearmor(bytes: Uint8Array): readonly Uint8Array[] {
  // A binary packet has the highest bit of its first byte set.
  if ((bytes[0] ?? 0) >= 0x80) return [bytes];
  const blocks: Uint8Array[] = [];
  let lines: string[] | undefined;
  let isInHeaders = false;
  for (const raw of Buffer.from(bytes).toString('latin1').split('\n')) {
    const line = raw.trim();
    if (line.startsWith(BEGIN)) {
      lines = [];
      isInHeaders = true;
    } else if (line.startsWith(END)) {
      if (lines !== undefined) blocks.push(Buffer.from(lines.join(''), 'base64'));
      lines = undefined;
    } else if (line === '') isInHeaders = false;
    else if (lines !== undefined && !isInHeaders && BASE64_LINE.test(line)) lines.push(line);
  }
  return blocks;
}

/**
 * Returns the packets in their order; `undefined` where the bytes are no sequence of whole packets.
 */
export function readPackets(bytes: Uint8Array): readonly Packet[] | undefined {
  const packets: Packet[] = [];
  for (let at = 0; at < bytes.length;) {
    const packet = readPacket(bytes, at);
    if (packet === undefined) return undefined;
    packets.push({ tag: packet.tag, body: packet.body });
    at = packet.end;
  }
  return packets;
}

/** Returns a multiprecision integer without leading zeros, and the position behind it. */
export function readMpi(
  bytes: Uint8Array,
  at: number,
): { readonly value: Uint8Array; readonly end: number } | undefined {
  if (at + 2 > bytes.length) return undefined;
  const end = at + 2 + Math.ceil(dataView(bytes).getUint16(at) / 8);
  return end > bytes.length ? undefined : { value: bytes.subarray(at + 2, end), end };
}

function readPacket(bytes: Uint8Array, at: number): (Packet & { end: number }) | undefined {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return undefined;
  const isNewForm = (first & 0x40) !== 0;
  const length = isNewForm ? readLength(bytes, at + 1) : readOldLength(bytes, at + 1, first & 0x03);
  if (length === undefined) return undefined;
  const end = length.end + length.value;
  if (end > bytes.length) return undefined;
  const tag = isNewForm ? first & 0x3f : (first >> 2) & 0x0f;
  return { tag, body: bytes.subarray(length.end, end), end };
}

interface Length {
  readonly value: number;
  readonly end: number;
}

/** Reads a length, in the form of new packets and of subpackets of signatures. */
export function readLength(bytes: Uint8Array, at: number): Length | undefined {
  const first = bytes[at];
  if (first === undefined) return undefined;
  if (first < 192) return { value: first, end: at + 1 };
  if (first === 255) return readOldLength(bytes, at + 1, 2);
  // 224 to 254 begin a packet in parts; subpackets read them as two-byte lengths, and none is that
  // long.
  const second = bytes[at + 1];
  if (first >= 224 || second === undefined) return undefined;
  return { value: (first - 192) * 256 + second + 192, end: at + 2 };
}

function readOldLength(bytes: Uint8Array, at: number, kind: number): Length | undefined {
  const width = [1, 2, 4][kind];
  if (width === undefined || at + width > bytes.length) return undefined;
  let value = 0;
  for (const byte of bytes.subarray(at, at + width)) value = value * 256 + byte;
  return { value, end: at + width };
}
