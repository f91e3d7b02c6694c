/** Values of JSON whose types are not known. */

import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';

/** Returns the object under a key; `undefined` for anything else. */
export function objectAt(of: JsonObject | undefined, key: string): JsonObject | undefined {
  const value = of?.[key];
  return isJsonObject(value) ? value : undefined;
}

/** Returns the objects in the list under a key. */
export function objectsAt(of: JsonObject | undefined, key: string): readonly JsonObject[] {
  return listAt(of, key).filter(isJsonObject);
}

/** Returns the texts in the list under a key; a single text is a list of one. */
export function textsAt(of: JsonObject | undefined, key: string): readonly string[] {
  const value = of?.[key];
  if (typeof value === 'string') return [value];
  return listAt(of, key).filter((item) => typeof item === 'string');
}

/** Returns the text under a key; `undefined` for anything else. */
export function textAt(of: JsonObject | undefined, key: string): string | undefined {
  const value = of?.[key];
  return typeof value === 'string' ? value : undefined;
}

/** Returns the list under a key; an empty one for anything else. */
export function listAt(of: JsonObject | undefined, key: string): readonly JsonValue[] {
  const value = of?.[key];
  return isJsonArray(value) ? value : [];
}
