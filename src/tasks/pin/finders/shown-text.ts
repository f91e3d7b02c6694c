/** Texts of files in messages. */

/** References of real files are shorter. */
const MAX_SHOWN_CHARS = 200;

/** Returns a text for a message; the end of a very long one is cut off. */
export function shownText(text: string): string {
  return text.slice(0, MAX_SHOWN_CHARS);
}
