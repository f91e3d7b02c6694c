/**
 * The strings of a JSON text with comments, with their bytes. It is a second pass for files that
 * are edited: the text has been read by `json.ts` before, so that this reader checks nothing.
 */

import type { ByteRange } from '../../bytes/byte-range.ts';
import { byteText, decodeByteText } from '../dockerfile/dockerfile-text.ts';

/** A string, and the members that lead to it. */
export interface JsonStringPlace {
  /**
   * Names of members and numbers of elements from the root on; the last one is the name if this is
   * one itself.
   */
  readonly path: readonly (string | number)[];
  readonly isName: boolean;
  readonly value: string;
  /** With the quotes. */
  readonly range: ByteRange;
}

/** An object or list that is open. */
interface Container {
  readonly isObject: boolean;
  /** The name of the member, or the number of the element. */
  key: string | number;
  /** Whether the next string is a name. */
  isBeforeName: boolean;
}

/**
 * Tokens that matter: comments, strings, and the marks of structure. Other values have no strings.
 */
const TOKEN = /\/\/[^\n]*|\/\*[^]*?\*\/|"|[{}[\],:]/gu;
const STRING_END = /[\\"]/gu;

/** Yields the strings of a text in their order. The text must be valid. */
export function* jsonStrings(bytes: Uint8Array): Generator<JsonStringPlace> {
  const text = byteText(bytes);
  const open: Container[] = [];
  let at = 0;
  for (;;) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    if (token === null) return;
    at = token.index + token[0].length;
    const container = open.at(-1);
    if (token[0] === '"') {
      const end = stringEnd(text, at);
      const raw = decodeByteText(text.slice(token.index, end));
      const place = placeOf(open, container, valueOf(raw));
      yield { ...place, range: { start: token.index, end } };
      at = end;
    } else {
      pass(token[0], open, container);
    }
  }
}

function stringEnd(text: string, from: number): number {
  STRING_END.lastIndex = from;
  for (let found = STRING_END.exec(text); found !== null; found = STRING_END.exec(text)) {
    if (found[0] === '"') return found.index + 1;
    STRING_END.lastIndex = found.index + 2;
  }
  return text.length;
}

function valueOf(raw: string): string {
  try {
    const value: unknown = JSON.parse(raw);
    return typeof value === 'string' ? value : raw;
  } catch {
    return raw;
  }
}

function placeOf(
  open: readonly Container[],
  container: Container | undefined,
  value: string,
): Omit<JsonStringPlace, 'range'> {
  const isName = container?.isObject === true && container.isBeforeName;
  if (isName) {
    container.key = value;
    container.isBeforeName = false;
  }
  return { path: open.map(({ key }) => key), isName, value };
}

function pass(token: string, open: Container[], container: Container | undefined): void {
  if (token === '{') open.push({ isObject: true, key: '', isBeforeName: true });
  else if (token === '[') open.push({ isObject: false, key: 0, isBeforeName: false });
  else if (token === '}' || token === ']') open.pop();
  else if (token === ',' && container !== undefined) {
    container.isBeforeName = container.isObject;
    if (typeof container.key === 'number') container.key += 1;
  }
}
