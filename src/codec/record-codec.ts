/**
 * Shapes of what is kept of layers between runs: their records, and answers of second walks. They are read by the build
 * that wrote them and no other, so that they may change freely; large ones are tables.
 */

import { CATALOG_RESULT } from './catalog-shapes.ts';
import { FACTS, FILES } from './file-shapes.ts';
import { DIAGNOSTIC, digest, RULE_FINDING, texts } from './inventory-shapes.ts';
import {
  CodecError,
  count,
  flag,
  list,
  matching,
  object,
  optional,
  table,
  text,
  type Json,
  type ObjectShape,
} from './shapes.ts';
import type { SecondWalkRecord, LayerRecord } from '../model/layer-record.ts';

/** A layer's record as plain data, for the cache and between workers. */
export function encodeLayerRecord(record: LayerRecord): Json {
  return LAYER_RECORD.encode(record);
}

/** Reads what {@link encodeLayerRecord} gave. @throws {@link CodecError} */
export function decodeLayerRecord(value: unknown): LayerRecord {
  return LAYER_RECORD.decode(value);
}

/**
 * Reads what {@link encodeLayerRecord} of this same build gave, known to be unharmed; a fraction of the work of
 * {@link decodeLayerRecord}. The value is used up. @throws {@link CodecError} where it is something else altogether
 */
export function reviveLayerRecord(value: unknown): LayerRecord {
  return revived(LAYER_RECORD, value);
}

/** What a second walk found as plain data, for the cache. */
export function encodeSecondWalkRecord(answer: SecondWalkRecord): Json {
  return LAYER_ANSWER.encode(answer);
}

/** Reads what {@link encodeSecondWalkRecord} gave. @throws {@link CodecError} */
export function decodeSecondWalkRecord(value: unknown): SecondWalkRecord {
  return LAYER_ANSWER.decode(value);
}

/**
 * Reads what {@link encodeSecondWalkRecord} of this same build gave, known to be unharmed; a fraction of the work of
 * {@link decodeSecondWalkRecord}. The value is used up. @throws {@link CodecError} where it is something else altogether
 */
export function reviveSecondWalkRecord(value: unknown): SecondWalkRecord {
  return revived(LAYER_ANSWER, value);
}

/** Reads what `shape` of this same build has encoded. @throws {@link CodecError} */
function revived<T>(shape: ObjectShape<T>, value: unknown): T {
  for (const field of shape.requiredFields) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, field)) {
      throw new CodecError('is missing', field);
    }
  }
  return shape.revive === undefined ? (value as T) : shape.revive(value);
}

const pathHashes = matching<string>('base64', /^[A-Za-z0-9+/]+={0,2}$/);

const LAYER_RECORD = object<LayerRecord>({
  diffId: optional(digest),
  unpackedBytes: count,
  entryCount: count,
  whiteouts: texts,
  opaques: texts,
  links: table<LayerRecord['links'][number]>({ path: text, target: text, isHard: flag }),
  directories: texts,
  files: FILES,
  unrecordedPathHashes: optional(pathHashes),
  late: optional(texts),
  cataloged: list(
    object<LayerRecord['cataloged'][number]>({ path: text, foundBy: text, result: CATALOG_RESULT }),
  ),
  rules: list(RULE_FINDING),
  diagnostics: list(DIAGNOSTIC),
});

const LAYER_ANSWER = object<SecondWalkRecord>({
  files: FACTS,
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
