/**
 * The codec of layers' cached results: the records of first and second walks. Only the build that
 * wrote them reads them.
 */

import { CATALOG_RESULT } from './catalog-shapes.ts';
import { decode } from './decode.ts';
import { encode } from './encode.ts';
import { FILE_FACTS, LAYER_FILES, LAYER_LINKS } from './file-shapes.ts';
import { DIAGNOSTIC, digest, texts } from './inventory-shapes.ts';
import { reviveCached } from './revive.ts';
import { RULE_DRAFT } from './rule-shapes.ts';
import { count, list, matching, object, oneOf, optional, text } from './shapes.ts';
import type { Json } from './streamed-json.ts';
import type { CountedDirectory, EntryMode, EntryNotes } from '../model/layer/entry-notes.ts';
import type { SecondWalkRecord, LayerRecord } from '../model/layer/layer-record.ts';

/** Returns a layer's record as plain data, for the cache. */
export function encodeLayerRecord(record: LayerRecord): Json {
  return encode(LAYER_RECORD, record);
}

/** Reads the data of {@link encodeLayerRecord}. @throws {@link CodecError} */
export function decodeLayerRecord(value: unknown): LayerRecord {
  return decode(LAYER_RECORD, value);
}

/**
 * Reads the data of {@link encodeLayerRecord} of this same build, in a fraction of the time of
 * {@link decodeLayerRecord}. The data must not be used again.
 * @throws {@link CodecError} if it is no record at all
 */
export function reviveLayerRecord(value: unknown): LayerRecord {
  return reviveCached(LAYER_RECORD, value);
}

/** Returns the record of a second walk as plain data, for the cache. */
export function encodeSecondWalkRecord(answer: SecondWalkRecord): Json {
  return encode(SECOND_WALK_RECORD, answer);
}

/** Reads the data of {@link encodeSecondWalkRecord}. @throws {@link CodecError} */
export function decodeSecondWalkRecord(value: unknown): SecondWalkRecord {
  return decode(SECOND_WALK_RECORD, value);
}

/**
 * Reads the data of {@link encodeSecondWalkRecord} of this same build, as
 * {@link reviveLayerRecord}.
 * @throws {@link CodecError} if it is no record at all
 */
export function reviveSecondWalkRecord(value: unknown): SecondWalkRecord {
  return reviveCached(SECOND_WALK_RECORD, value);
}

const pathHashes = matching<string>('base64', /^[A-Za-z0-9+/]+={0,2}$/);

const ENTRY_NOTES = object<EntryNotes>({
  modes: list(
    object<EntryMode>({
      kind: oneOf('file', 'directory'),
      path: text,
      mode: count,
      uid: optional(count),
      gid: optional(count),
    }),
  ),
  counted: list(object<CountedDirectory>({ path: text, fileCount: count, sizeBytes: count })),
});

const LAYER_RECORD = object<LayerRecord>({
  diffId: optional(digest),
  unpackedBytes: count,
  entryCount: count,
  whiteouts: texts,
  opaques: texts,
  links: LAYER_LINKS,
  directories: texts,
  files: LAYER_FILES,
  unrecordedPathHashes: optional(pathHashes),
  late: optional(texts),
  notes: optional(ENTRY_NOTES),
  cataloged: list(
    object<LayerRecord['cataloged'][number]>({ path: text, foundBy: text, result: CATALOG_RESULT }),
  ),
  rules: list(RULE_DRAFT),
  diagnostics: list(DIAGNOSTIC),
});

const SECOND_WALK_RECORD = object<SecondWalkRecord>({
  files: FILE_FACTS,
  late: optional(texts),
  diagnostics: list(DIAGNOSTIC),
  readings: list(
    object<SecondWalkRecord['readings'][number]>({
      link: count,
      storedPath: text,
      foundBy: text,
      result: CATALOG_RESULT,
    }),
  ),
});
