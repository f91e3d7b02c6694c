/** JSON as the command writes it: for programs, and in a terminal that shows it. */

/**
 * Characters that terminals interpret (DEL and the second set of control characters; JSON escapes
 * the first itself) and that change the direction of a line. They are escaped, so that a name in a
 * report can do neither.
 */
const UNSAFE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Returns JSON, indented by two, with a line end. Another program reads the same value from it. */
export function jsonText(value: object | string | number | boolean | null): string {
  return safeJson(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** Escapes what a terminal would obey, in JSON or in a piece of it. */
export function safeJson(text: string): string {
  return isPlain(text) ? text : text.replace(UNSAFE, escaped);
}

/**
 * Returns whether a text is ASCII without DEL. Its length in bytes is found ten times as fast as an
 * unsafe character.
 */
function isPlain(text: string): boolean {
  return !WIDE.test(text) && Buffer.byteLength(text) === text.length && !text.includes(DELETE);
}

/**
 * Engines hold texts without such a character with one byte for each, and find none in them at
 * once.
 */
const WIDE = /[\u0100-\uffff]/;

/** The only unsafe character of ASCII. */
const DELETE = '\u007f';

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
