/** Results of earlier runs as JSON in a store of records. */

import type { RecordStore } from '../base/record-store.ts';
import { CodecError, type Json } from '../model/codec.ts';

/** The store gives back what was put under the key or nothing, and keys are good for one build alone. */
export async function getJson<T>(
  store: RecordStore,
  key: string,
  revive: (value: unknown) => T,
): Promise<T | undefined> {
  const content = await store.get(key);
  if (content === undefined) return undefined;
  try {
    return revive(JSON.parse(Buffer.from(content).toString('utf8')));
  } catch (error) {
    if (error instanceof CodecError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export async function putJson(store: RecordStore, key: string, encode: () => Json): Promise<void> {
  let text: string;
  try {
    text = JSON.stringify(encode());
  } catch (error) {
    // Longer than any text can be: such a result is found out each time.
    if (error instanceof RangeError) return;
    throw error;
  }
  await store.put(key, Buffer.from(text));
}
