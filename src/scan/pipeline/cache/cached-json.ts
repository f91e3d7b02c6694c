/** Cached results as ASCII JSON in a store of records. */

import type { RecordStore } from '../../../core/base/record-store.ts';
import { CodecError } from '../../../core/codec/codec-error.ts';
import type { Json } from '../../../core/codec/streamed-json.ts';

/**
 * Returns the value that was put under the key. Keys contain the build, so the value is not
 * checked.
 */
export async function getJson<T>(
  store: RecordStore,
  key: string,
  revive: (value: unknown) => T,
): Promise<T | undefined> {
  const content = await store.get(key);
  if (content === undefined) return undefined;
  try {
    const { buffer, byteOffset, length } = content;
    return revive(JSON.parse(Buffer.from(buffer, byteOffset, length).toString('latin1')));
  } catch (error) {
    if (error instanceof CodecError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Puts the JSON of a value under a key. */
export async function putJson(store: RecordStore, key: string, encode: () => Json): Promise<void> {
  let text: string;
  try {
    text = inAscii(JSON.stringify(encode()));
  } catch (error) {
    // Longer than any string can be: such a result is not cached.
    if (error instanceof RangeError) return;
    throw error;
  }
  await store.put(key, Buffer.from(text, 'latin1'));
}

/**
 * Escapes other characters: with a single one, V8 stores the whole string in two bytes a character.
 */
function inAscii(json: string): string {
  if (Buffer.byteLength(json) === json.length) return json;
  return json.replace(
    NOT_ASCII,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(UNIT_DIGITS, '0')}`,
  );
}

const NOT_ASCII = /[^\u0000-\u007f]/g;
const UNIT_DIGITS = 4;
