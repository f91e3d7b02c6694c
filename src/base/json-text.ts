/** JSON as the command writes it: for programs, and in a terminal that shows it. */

/**
 * What terminals obey (DEL and the second set of control characters; JSON escapes the first itself) and what turns the
 * direction of a line: escaped, so that a name in a report can do neither.
 */
const UNSAFE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Indented by two, with a line end. Another program reads the same value from it. */
export function jsonText(value: object | string | number | boolean | null): string {
  return safeJson(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** Escapes what a terminal would obey, in JSON or in a piece of it. */
export function safeJson(text: string): string {
  // The length in bytes is found ten times as fast as the first unsafe character.
  const isAscii = Buffer.byteLength(text) === text.length;
  return isAscii && !text.includes(DELETE) ? text : text.replace(UNSAFE, escaped);
}

/** The only unsafe character of ASCII. */
const DELETE = '\u007f';

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
