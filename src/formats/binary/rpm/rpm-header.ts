/**
 * The header of an installed RPM package: an index of tags and the store of their values.
 *
 * Source: rpm.org, "RPM V4 Package Format", sections "Header" and "Tags" (the magic before it is
 * not stored in databases). Two big-endian counts, index entries of 16 bytes (tag, type, offset,
 * count), then the store. The first entry may be the region tag 63: its trailer states how many
 * entries the packager's digests and signatures cover; entries behind those ("dribbles") were added
 * on installation, and where a tag stands twice rpm takes the dribble. Refused: counts that the
 * bytes do not hold. A value that leaves the store reads as absent, as if the tag were not there.
 */

import { dataView } from '../../bytes/byte-source.ts';

const ENTRY_BYTES = 16;
const COUNTS_BYTES = 8;
const REGION_TAG = 63;
const TYPE_BIN = 7;
/** rpm refuses more, see `headerVerifyInfo`: 16 million entries, 256 MiB of values. */
const MAX_ENTRIES = 0x00ff_ffff;
/**
 * Values of one tag: the largest real packages have some 100,000 files. What says more reads as
 * absent.
 */
const MAX_VALUES = 1_000_000;

/** Tags that Assay asks for, by the names that rpm gives them. */
export const RPM_TAG = {
  dsaHeader: 267,
  rsaHeader: 268,
  sha1Header: 269,
  sha256Header: 273,
  openpgp: 278,
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  vendor: 1011,
  license: 1014,
  arch: 1022,
  oldFileNames: 1027,
  fileStates: 1029,
  fileModes: 1030,
  fileDigests: 1035,
  fileLinkTos: 1036,
  fileFlags: 1037,
  sourceRpm: 1044,
  fileVerifyFlags: 1045,
  provideName: 1047,
  requireFlags: 1048,
  requireName: 1049,
  requireVersion: 1050,
  dirIndexes: 1116,
  baseNames: 1117,
  dirNames: 1118,
  fileDigestAlgorithm: 5011,
  modularityLabel: 5096,
} as const;

interface Entry {
  readonly type: number;
  readonly offset: number;
  readonly count: number;
}

/** The part of a header that the packager's digests and signatures cover. */
export interface RpmRegion {
  readonly entryCount: number;
  /** Bytes of the store, its trailer included. */
  readonly storeBytes: number;
}

/** A header of an RPM package: tags with typed values. */
export class RpmHeader {
  /** The bytes as stored, without the magic. */
  readonly bytes: Uint8Array;
  readonly entryCount: number;
  readonly region: RpmRegion | undefined;
  readonly #store: Uint8Array;
  readonly #inRegion: ReadonlyMap<number, Entry>;
  readonly #dribbles: ReadonlyMap<number, Entry>;

  private constructor(
    bytes: Uint8Array,
    parts: {
      readonly entryCount: number;
      readonly region: RpmRegion | undefined;
      readonly store: Uint8Array;
      readonly inRegion: ReadonlyMap<number, Entry>;
      readonly dribbles: ReadonlyMap<number, Entry>;
    },
  ) {
    this.bytes = bytes;
    this.entryCount = parts.entryCount;
    this.region = parts.region;
    this.#store = parts.store;
    this.#inRegion = parts.inRegion;
    this.#dribbles = parts.dribbles;
  }

  /** Returns `undefined` for bytes that are not header. Bytes behind the header do not count. */
  static read(bytes: Uint8Array): RpmHeader | undefined {
    if (bytes.length < COUNTS_BYTES + ENTRY_BYTES) return undefined;
    const view = dataView(bytes);
    const entryCount = view.getUint32(0);
    const storeBytes = view.getUint32(4);
    if (entryCount < 1 || entryCount > MAX_ENTRIES) return undefined;
    const storeStart = COUNTS_BYTES + entryCount * ENTRY_BYTES;
    if (storeStart + storeBytes > bytes.length) return undefined;
    const store = bytes.subarray(storeStart, storeStart + storeBytes);
    const region = readRegion(view, entryCount, store);
    const inRegion = new Map<number, Entry>();
    const dribbles = new Map<number, Entry>();
    for (let index = region === undefined ? 0 : 1; index < entryCount; index++) {
      const at = COUNTS_BYTES + index * ENTRY_BYTES;
      const place = region === undefined || index < region.entryCount ? inRegion : dribbles;
      const tag = view.getUint32(at);
      if (place.has(tag)) continue;
      place.set(tag, {
        type: view.getUint32(at + 4),
        offset: view.getInt32(at + 8),
        count: view.getUint32(at + 12),
      });
    }
    return new RpmHeader(bytes, { entryCount, region, store, inRegion, dribbles });
  }

  /**
   * Returns the same header as its packager made it: without the entries that were added behind the
   * region.
   */
  get asBuilt(): RpmHeader {
    const { bytes, entryCount, region } = this;
    return new RpmHeader(bytes, {
      entryCount,
      region,
      store: this.#store,
      inRegion: this.#inRegion,
      dribbles: new Map(),
    });
  }

  has(tag: number): boolean {
    return this.#entry(tag) !== undefined;
  }

  /** Returns the first text of a text tag; `undefined` where there is none. */
  text(tag: number): string | undefined {
    const entry = this.#entry(tag);
    if (entry === undefined || !isText(entry.type)) return undefined;
    return this.#texts({ ...entry, count: Math.min(entry.count, 1) })[0];
  }

  /** Returns all texts of a text tag; none where the tag is absent or leaves the store. */
  texts(tag: number): readonly string[] {
    const entry = this.#entry(tag);
    return entry === undefined || !isText(entry.type) ? [] : this.#texts(entry);
  }

  /**
   * Returns all numbers of a numeric tag, unsigned; none where the tag is absent or leaves the
   * store.
   */
  numbers(tag: number): readonly number[] {
    const entry = this.#entry(tag);
    const width = entry && WIDTHS.get(entry.type);
    if (entry === undefined || width === undefined) return [];
    const { offset, count } = entry;
    if (count > MAX_VALUES || offset < 0 || offset + count * width > this.#store.length) return [];
    const view = dataView(this.#store);
    const numbers: number[] = [];
    for (let index = 0; index < count; index++) {
      numbers.push(numberAt(view, offset + index * width, width));
    }
    return numbers;
  }

  /** Returns the bytes of a binary tag. */
  binary(tag: number): Uint8Array | undefined {
    const entry = this.#entry(tag);
    if (entry?.type !== TYPE_BIN) return undefined;
    const { offset, count } = entry;
    if (offset < 0 || offset + count > this.#store.length) return undefined;
    return this.#store.subarray(offset, offset + count);
  }

  #entry(tag: number): Entry | undefined {
    return this.#dribbles.get(tag) ?? this.#inRegion.get(tag);
  }

  /** Texts end in a NUL each, so a count that the store does not hold is met at its end. */
  #texts({ offset, count }: Entry): readonly string[] {
    if (offset < 0 || count > MAX_VALUES) return [];
    const texts: string[] = [];
    let at = offset;
    for (let index = 0; index < count; index++) {
      const end = this.#store.indexOf(0, at);
      if (end < 0) return [];
      texts.push(DECODER.decode(this.#store.subarray(at, end)));
      at = end + 1;
    }
    return texts;
  }
}

const DECODER = new TextDecoder('utf-8');

/** Bytes of one number, by the types CHAR, INT8, INT16, INT32 and INT64. */
const WIDTHS: ReadonlyMap<number, number> = new Map([
  [1, 1],
  [2, 1],
  [3, 2],
  [4, 4],
  [5, 8],
]);

/** STRING, STRING_ARRAY and I18NSTRING, of which the first is the untranslated one. */
function isText(type: number): boolean {
  return type === 6 || type === 8 || type === 9;
}

function numberAt(view: DataView, at: number, width: number): number {
  if (width === 1) return view.getUint8(at);
  if (width === 2) return view.getUint16(at);
  return width === 4 ? view.getUint32(at) : Number(view.getBigUint64(at));
}

/**
 * Reads the region; its trailer repeats its entry, with minus the bytes of the region's index as
 * offset.
 */
function readRegion(view: DataView, entryCount: number, store: Uint8Array): RpmRegion | undefined {
  if (view.getUint32(COUNTS_BYTES) !== REGION_TAG) return undefined;
  if (view.getUint32(COUNTS_BYTES + 4) !== TYPE_BIN) return undefined;
  const trailer = view.getInt32(COUNTS_BYTES + 8);
  if (view.getUint32(COUNTS_BYTES + 12) !== ENTRY_BYTES) return undefined;
  if (trailer < 0 || trailer + ENTRY_BYTES > store.length) return undefined;
  const indexBytes = -dataView(store).getInt32(trailer + 8);
  const covered = indexBytes / ENTRY_BYTES;
  if (!Number.isInteger(covered) || covered < 1 || covered > entryCount) return undefined;
  return { entryCount: covered, storeBytes: trailer + ENTRY_BYTES };
}
