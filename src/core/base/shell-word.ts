/**
 * Quoting for POSIX shells. Source: POSIX.1-2017, "Shell Command Language", 2.2.2, single quotes.
 */

/** No shell gives any of these characters a meaning inside a word. */
const SAFE = /^[A-Za-z0-9_@%+=:,./-]+$/u;

/** Returns a text as one word of a POSIX shell, in single quotes if the text needs them. */
export function quotedWord(text: string): string {
  return SAFE.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
