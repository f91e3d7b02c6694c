/** Values of files about secrets, with the lines that messages name. */

import { AssayError } from '../../core/base/errors.ts';
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../formats/text/json/json.ts';

/** A file about secrets that is being read. */
export interface SecretFile {
  readonly path: string;
  /** Returns the line of a key of a mapping; `undefined` where it is not known. */
  lineOf(mapping: JsonObject, key: string): number | undefined;
}

/**
 * Ends the run because of a key. @throws AssayError `CONFIG_INVALID` that names the file and the
 * line
 */
export function refuse(file: SecretFile, mapping: JsonObject, key: string, reason: string): never {
  const line = file.lineOf(mapping, key);
  const place = line === undefined ? file.path : `${file.path}:${line}`;
  throw new AssayError('CONFIG_INVALID', `${place}: "${key}" ${reason}`, {
    hint: 'Take it out, or write it as docs/secrets.md describes.',
  });
}

/** Refuses keys that are not understood: what they ask for would not be done. */
export function refuseUnknownKeys(
  file: SecretFile,
  mapping: JsonObject,
  known: readonly string[],
): void {
  const bad = Object.keys(mapping).find((key) => !known.includes(key));
  if (bad !== undefined) refuse(file, mapping, bad, 'is not understood');
}

/** Returns a list of mappings. */
export function mappingsAt(
  file: SecretFile,
  mapping: JsonObject,
  key: string,
): readonly JsonObject[] {
  const value = mapping[key];
  if (value === undefined || value === null) return [];
  const list = isJsonArray(value) ? value : [value];
  return list.map((one) =>
    isJsonObject(one) ? one : refuse(file, mapping, key, 'is not a list of tables'),
  );
}

/** Returns a list of texts. */
export function textsAt(file: SecretFile, mapping: JsonObject, key: string): readonly string[] {
  const value: JsonValue | undefined = mapping[key];
  if (value === undefined || value === null) return [];
  const list = isJsonArray(value) ? value : [value];
  return list.map((one) =>
    typeof one === 'string' ? one : refuse(file, mapping, key, 'is not a list of texts'),
  );
}

/** Returns a text. */
export function textAt(file: SecretFile, mapping: JsonObject, key: string): string | undefined {
  const value = mapping[key];
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : refuse(file, mapping, key, 'is not text');
}

/** Returns a number. */
export function numberAt(file: SecretFile, mapping: JsonObject, key: string): number | undefined {
  const value = mapping[key];
  if (value === undefined || value === null) return undefined;
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' ? number : refuse(file, mapping, key, 'is not a number');
}
