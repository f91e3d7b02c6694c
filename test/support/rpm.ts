/**
 * Headers and databases of RPM as its packagers and rpm itself would write them, made of a few
 * tags.
 */

import { createHash } from 'node:crypto';

/** A value by the kind of tag that holds it. */
export type RpmValue =
  | { readonly text: string }
  | { readonly texts: readonly string[] }
  | { readonly int32: readonly number[] }
  | { readonly int16: readonly number[] }
  | { readonly binary: Uint8Array };

interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly bytes: Buffer;
  readonly alignment: number;
}

const REGION_TAG = 63;
const SHA256_HEADER = 273;
const BIN = 7;

/**
 * A header with the immutable region around `signed`, its SHA-256 behind it, and `added` as
 * installation adds entries.
 */
export function rpmHeader(
  signed: ReadonlyMap<number, RpmValue>,
  added: ReadonlyMap<number, RpmValue> = new Map(),
): Buffer {
  const region = [...signed].map(([tag, value]) => entryOf(tag, value));
  const { index, store } = layOut(region, 0);
  const trailer = Buffer.alloc(16);
  trailer.writeUInt32BE(REGION_TAG, 0);
  trailer.writeUInt32BE(BIN, 4);
  trailer.writeInt32BE(-(region.length + 1) * 16, 8);
  trailer.writeUInt32BE(16, 12);
  const first = entryBytes({ tag: REGION_TAG, type: BIN, count: 16 }, store.length);
  const signedIndex = Buffer.concat([first, index]);
  const signedStore = Buffer.concat([store, trailer]);

  const digest = createHash('sha256')
    .update(Buffer.from('8eade80100000000', 'hex'))
    .update(counts(region.length + 1, signedStore.length))
    .update(signedIndex)
    .update(signedStore)
    .digest('hex');
  const behind = [...added, [SHA256_HEADER, { text: digest }] as const].map(([tag, value]) =>
    entryOf(tag, value),
  );
  const rest = layOut(behind, signedStore.length);
  const whole = Buffer.concat([signedStore, rest.store]);
  return Buffer.concat([
    counts(region.length + 1 + behind.length, whole.length),
    signedIndex,
    rest.index,
    whole,
  ]);
}

/** A database in RPM's own form that holds these headers. */
export function ndbDatabase(headers: readonly Uint8Array[]): Buffer {
  const slots = Buffer.alloc(4096);
  slots.write('RpmP', 0, 'latin1');
  slots.writeUInt32LE(1, 8);
  slots.writeUInt32LE(1, 12);
  for (let at = 32; at < slots.length; at += 16) slots.write('Slot', at, 'latin1');
  const blobs: Buffer[] = [];
  let offset = slots.length;
  for (const [index, header] of headers.entries()) {
    const blob = Buffer.alloc(Math.ceil((16 + header.length + 12) / 16) * 16);
    blob.write('BlbS', 0, 'latin1');
    blob.writeUInt32LE(index + 1, 4);
    blob.writeUInt32LE(1, 8);
    blob.writeUInt32LE(header.length, 12);
    blob.set(header, 16);
    const at = 32 + index * 16;
    slots.writeUInt32LE(index + 1, at + 4);
    slots.writeUInt32LE(offset / 16, at + 8);
    slots.writeUInt32LE(blob.length / 16, at + 12);
    blobs.push(blob);
    offset += blob.length;
  }
  return Buffer.concat([slots, ...blobs]);
}

function entryOf(tag: number, value: RpmValue): Entry {
  if ('text' in value) return { tag, type: 6, count: 1, bytes: texts([value.text]), alignment: 1 };
  if ('texts' in value) {
    return { tag, type: 8, count: value.texts.length, bytes: texts(value.texts), alignment: 1 };
  }
  if ('binary' in value) {
    const bytes = Buffer.from(value.binary);
    return { tag, type: BIN, count: bytes.length, bytes, alignment: 1 };
  }
  const isShort = 'int16' in value;
  const numbers = isShort ? value.int16 : value.int32;
  const width = isShort ? 2 : 4;
  const bytes = Buffer.alloc(numbers.length * width);
  for (const [index, number] of numbers.entries()) bytes.writeUIntBE(number, index * width, width);
  return { tag, type: isShort ? 3 : 4, count: numbers.length, bytes, alignment: width };
}

function texts(values: readonly string[]): Buffer {
  return Buffer.from(values.map((text) => `${text}\0`).join(''), 'utf8');
}

function layOut(entries: readonly Entry[], start: number): { index: Buffer; store: Buffer } {
  const index: Buffer[] = [];
  const store: Buffer[] = [];
  let at = start;
  for (const entry of entries) {
    const padding = (entry.alignment - (at % entry.alignment)) % entry.alignment;
    store.push(Buffer.alloc(padding), entry.bytes);
    index.push(entryBytes(entry, at + padding));
    at += padding + entry.bytes.length;
  }
  return { index: Buffer.concat(index), store: Buffer.concat(store) };
}

function entryBytes(
  { tag, type, count }: Pick<Entry, 'tag' | 'type' | 'count'>,
  offset: number,
): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32BE(tag, 0);
  bytes.writeUInt32BE(type, 4);
  bytes.writeUInt32BE(offset, 8);
  bytes.writeUInt32BE(count, 12);
  return bytes;
}

function counts(entryCount: number, storeBytes: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(entryCount, 0);
  bytes.writeUInt32BE(storeBytes, 4);
  return bytes;
}
