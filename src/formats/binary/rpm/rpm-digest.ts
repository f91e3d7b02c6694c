/**
 * The digests that an RPM header has of itself, and the bytes that they and its signatures cover.
 *
 * Source: rpm.org, "RPM V4 Package Format", "Signature header" (SHA1HEADER, SHA256HEADER): they
 * cover the header as it stood in the package file, that is its magic, the counts, the index and
 * the store of the immutable region.
 */

import { createHash } from 'node:crypto';

import { RPM_TAG, type RpmHeader } from './rpm-header.ts';

const MAGIC = Uint8Array.from([0x8e, 0xad, 0xe8, 0x01, 0, 0, 0, 0]);
const COUNTS_BYTES = 8;
const ENTRY_BYTES = 16;

/** One digest that the header states of itself, and what it really is. */
export interface HeaderDigest {
  readonly algorithm: 'sha1' | 'sha256';
  readonly stated: string;
  readonly found: string;
}

/** Returns the bytes as pieces; `undefined` where the header has no region. */
export function signedBytes(header: RpmHeader): readonly Uint8Array[] | undefined {
  const { region, bytes } = header;
  if (region === undefined) return undefined;
  const counts = new Uint8Array(COUNTS_BYTES);
  const view = new DataView(counts.buffer);
  view.setUint32(0, region.entryCount);
  view.setUint32(4, region.storeBytes);
  const storeStart = COUNTS_BYTES + header.entryCount * ENTRY_BYTES;
  return [
    MAGIC,
    counts,
    bytes.subarray(COUNTS_BYTES, COUNTS_BYTES + region.entryCount * ENTRY_BYTES),
    bytes.subarray(storeStart, storeStart + region.storeBytes),
  ];
}

/**
 * Returns the header's digests of itself, strongest first; none for headers that have none or
 * cannot be checked.
 */
export function headerDigests(header: RpmHeader): readonly HeaderDigest[] {
  const pieces = signedBytes(header);
  if (pieces === undefined) return [];
  const digests: HeaderDigest[] = [];
  for (const [algorithm, tag] of [
    ['sha256', RPM_TAG.sha256Header],
    ['sha1', RPM_TAG.sha1Header],
  ] as const) {
    const stated = header.text(tag);
    if (stated === undefined) continue;
    const hash = createHash(algorithm);
    for (const piece of pieces) hash.update(piece);
    digests.push({ algorithm, stated, found: hash.digest('hex') });
  }
  return digests;
}
