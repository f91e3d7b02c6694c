/**
 * Values that a name announces: `NAME=value`, `"name": "value"`, `name := 'value'`,
 * `<name>value</name>`, `--name value`, `f("NAME", "value")`, in code, settings and command lines.
 * Bytes beyond ASCII are read as Latin-1: they end names and stand in values.
 */

/** A name and the value that is assigned to it. */
export interface Assignment {
  /** The name as written. */
  readonly name: string;
  /** In small letters, with `_` between words. */
  readonly words: string;
  readonly value: string;
  readonly isQuoted: boolean;
  /** The text between the name and the value, without quotes and blanks. */
  readonly separator: string;
  /** Offsets of the name and of the value in the bytes. */
  readonly nameStart: number;
  readonly start: number;
  readonly end: number;
}

const MAX_NAME_LENGTH = 80;
/** Blanks, quotes and brackets between a name and its separator. */
const MAX_GAP = 24;
/** Longer values are texts. */
const MAX_VALUE_LENGTH = 520;

const IS_NAME = bytesOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-');
const IS_GAP = bytesOf(' \t"\'`\\])&');
const IS_SEPARATOR = bytesOf('=:>,%');

/** Returns where the name begins that has the byte at an offset. */
export function nameStartOf(bytes: Uint8Array, at: number): number {
  let start = at;
  while (start > 0 && at - start < MAX_NAME_LENGTH && IS_NAME[bytes[start - 1] as number] === 1)
    start -= 1;
  return start;
}

/** Returns where the name ends that has the byte at an offset. */
export function nameEndOf(bytes: Uint8Array, at: number): number {
  let end = at;
  while (end < bytes.length && end - at < MAX_NAME_LENGTH && IS_NAME[bytes[end] as number] === 1)
    end += 1;
  return end;
}

/**
 * Returns whether something that looks like a separator follows the name. Most names in code fail
 * here, before a string is made.
 */
export function mayAssign(bytes: Uint8Array, nameEnd: number): boolean {
  let at = nameEnd;
  const limit = Math.min(bytes.length, nameEnd + MAX_GAP);
  while (at < limit && IS_GAP[bytes[at] as number] === 1) at += 1;
  if (at >= bytes.length) return false;
  return IS_SEPARATOR[bytes[at] as number] === 1 || at > nameEnd;
}

const REST =
  /^(?:\\?["'`]|\]|\)){0,3}[ \t]{0,20}(?:(?<separator>:[ \t]{0,8}[&*]?[A-Za-z_][\w.<>?| ,&'[\]]{0,40}[ \t]?=(?!=)|:=|=>|={1,3}|!==?|:|>|,|%3[AaDd])|(?<blank>[ \t]{1,8})(?=[^\s=:]))[ \t]{0,40}(?:\r?\n[ \t]{1,40})?(?:[A-Za-z]{0,2}(?=["'])|\()?(?:(?<quote>\\?(?:"""|'''|["'`]))(?<quoted>(?:(?!\k<quote>)[^\r\n]){1,600}?)\k<quote>|(?<plain>[^\s"'`<>\\\0]{1,600}))/du;

/** Characters that end a value without quotes and do not belong to it. */
const BEHIND = /[,;)\]}]+$/u;

/** Returns the assignment to a name; `undefined` where no value follows. */
export function assignmentAt(
  bytes: Buffer,
  nameStart: number,
  nameEnd: number,
): Assignment | undefined {
  const text = bytes.toString(
    'latin1',
    nameEnd,
    Math.min(bytes.length, nameEnd + MAX_GAP * 4 + MAX_VALUE_LENGTH),
  );
  const found = REST.exec(text);
  const { separator, blank, quoted, plain } = found?.groups ?? {};
  if (found === null || (quoted === undefined && plain === undefined)) return undefined;
  const value = quoted ?? plainValue(plain ?? '');
  const [start = 0] = found.indices?.groups?.[quoted === undefined ? 'plain' : 'quoted'] ?? [];
  const name = bytes.toString('latin1', nameStart, nameEnd);
  return {
    name,
    words: wordsOf(name),
    value,
    isQuoted: quoted !== undefined,
    separator: separator ?? (blank === undefined ? '' : ' '),
    nameStart,
    start: nameEnd + start,
    end: nameEnd + start + value.length,
  };
}

/** `;` and `&` separate the settings of connection strings and queries. */
function plainValue(text: string): string {
  const end = text.search(/[;&](?=[\w. -]+=)|\\[nr"]|%26/u);
  return (end < 0 ? text : text.slice(0, end)).replace(BEHIND, '');
}

const CAMEL_BORDER = /(?<=[a-z0-9])(?=[A-Z])/gu;

/** Returns a name in small letters with `_` between its words. */
function wordsOf(name: string): string {
  return name
    .replace(CAMEL_BORDER, '_')
    .replace(/[.-]+/gu, '_')
    .replace(/^_+(?=.)|_+$/gu, '')
    .toLowerCase();
}

function bytesOf(characters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}
