/** Text for cells and lines: harmless, of bounded length, wrapped to a width. */

import { stripControl } from '../base/strip-control.ts';

/** One harmless line of at most `maxLength` characters; what is cut off ends in `…`. */
export function plain(text: string, maxLength = 200): string {
  // The cut comes first, so that a name of megabytes costs nothing.
  const line = stripControl(text.slice(0, maxLength * 2)).trim();
  // No text has more characters than units.
  if (line.length <= maxLength) return line;
  if (!SURROGATE.test(line)) return `${line.slice(0, maxLength - 1)}…`;
  const characters = Array.from(line);
  return characters.length <= maxLength ? line : `${characters.slice(0, maxLength - 1).join('')}…`;
}

/** A unit that is half of a character. */
const SURROGATE = /[\ud800-\udfff]/;

/** Lines of at most `width` columns, broken between words, and within words that are longer. */
export function wrap(text: string, width: number): readonly string[] {
  if (displayWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((part) => pieces(part, width))) {
    if (line === '') line = word;
    else if (displayWidth(line) + 1 + displayWidth(word) <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

/**
 * Columns that a harmless line takes at most: wide characters count two, and so do those that a terminal may draw wide.
 */
export function displayWidth(text: string): number {
  if (isNarrow(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** Whether every character of a text takes one column of every terminal, and is one unit long. */
export function isNarrow(text: string): boolean {
  return NARROW.test(text);
}

/** Latin letters and the punctuation of ordinary titles, without what joins other characters or has an emoji form. */
const NARROW = /^[ -~\u00a0-\u00a8\u00aa-\u00ac\u00af-\u02ff\u2010-\u2027]*$/;
const COPYRIGHT = 0xa9;
const REGISTERED = 0xae;
/** Before the first wide block (Hangul Jamo) all characters are narrow but for two that have an emoji form. */
const FIRST_WIDE = 0x1100;
/** Ellipsis, dashes and quotation marks of ordinary titles are narrow. */
const PUNCTUATION = { first: 0x2010, last: 0x2027 };

function characterWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code >= PUNCTUATION.first && code <= PUNCTUATION.last) return 1;
  return code >= FIRST_WIDE || code === COPYRIGHT || code === REGISTERED ? 2 : 1;
}

function pieces(word: string, width: number): string[] {
  if (displayWidth(word) <= width) return [word];
  const parts: string[] = [];
  let part = '';
  let partWidth = 0;
  for (const character of word) {
    const more = characterWidth(character);
    if (partWidth + more > width && part !== '') {
      parts.push(part);
      [part, partWidth] = ['', 0];
    }
    part += character;
    partWidth += more;
  }
  return [...parts, part];
}
