/** Places in the text of a file. */

import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';

/** Longer files get line 1, so that many searches in one file stay quick. */
const MAX_SEARCHED = 256 * 1024;

/** Returns the 1-based line of the first place of a text at or behind a line, else 1. */
export function lineOfText(text: string, needle: string, fromLine = 1): number {
  if (text.length > MAX_SEARCHED) return 1;
  let from = 0;
  for (let line = 1; line < fromLine; line += 1) {
    const next = text.indexOf('\n', from);
    if (next < 0) break;
    from = next + 1;
  }
  const at = text.indexOf(needle, from);
  if (at < 0) return 1;
  let line = 1;
  for (
    let index = text.indexOf('\n');
    index >= 0 && index < at;
    index = text.indexOf('\n', index + 1)
  ) {
    line += 1;
  }
  return line;
}

/**
 * Returns a function that gives the named groups of a match: `''` for a group without a match, and
 * for all if there is none.
 */
export function groupsIn(pattern: RegExp, text: string): (name: string) => string {
  const groups = pattern.exec(text)?.groups;
  return (name) => groups?.[name] ?? '';
}

/** Returns the object under a path of keys; an empty one where there is none. */
export function tableAt(root: JsonValue | undefined, ...keys: readonly string[]): JsonObject {
  let value = root;
  for (const key of keys) value = isJsonObject(value) ? value[key] : undefined;
  return isJsonObject(value) ? value : {};
}

/** Returns the objects of a list under a key. */
export function tablesAt(root: JsonValue | undefined, key: string): readonly JsonObject[] {
  const value = isJsonObject(root) ? root[key] : undefined;
  return isJsonArray(value) ? value.filter(isJsonObject) : [];
}

/** Returns the text under a key. */
export function textAt(root: JsonValue | undefined, key: string): string | undefined {
  const value = isJsonObject(root) ? root[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** Returns the texts of a list, or the one text that stands in its place. */
export function textsAt(root: JsonValue | undefined, key: string): readonly string[] {
  const value = isJsonObject(root) ? root[key] : undefined;
  if (typeof value === 'string') return [value];
  return isJsonArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/**
 * Yields the lines of a text with their numbers, without comments behind `#` at their beginning.
 */
export function* numberedLines(
  text: string,
): Generator<{ readonly line: number; readonly content: string }> {
  for (const [index, raw] of text.split(/\r?\n/u).entries()) {
    const content = raw.trim();
    if (content !== '' && !content.startsWith('#')) yield { line: index + 1, content };
  }
}

/** The paths of a name in the directory of a file and in all above it, the nearest first. */
export function upwards(path: string, name: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => [...parts.slice(0, parts.length - index), name].join('/'));
}
