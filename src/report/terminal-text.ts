/** Text for cells and lines: harmless, of bounded length, wrapped or cut to a width. */

import { stripControl } from '../base/strip-control.ts';
import { charactersOf, displayWidth, isNarrow } from './display-width.ts';

export { displayWidth, isNarrow } from './display-width.ts';

/** One harmless line of at most `maxLength` characters; what is cut off ends in `…`. */
export function terminalText(text: string, maxLength = 200): string {
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

/** Returns lines of at most `width` columns, broken at spaces. A word that is longer than a line is shortened. */
export function wrap(text: string, width: number): readonly string[] {
  return wrapWords(text, width, (word) => shortened(word, width));
}

/** Returns lines broken at spaces. A word that is longer than `width` stays whole on a line of its own, to be copied. */
export function wrapWhole(text: string, width: number): readonly string[] {
  return wrapWords(text, width, (word) => word);
}

function wrapWords(
  text: string,
  width: number,
  fitted: (word: string) => string,
): readonly string[] {
  if (displayWidth(text) <= width) return [text];
  const lines: string[] = [];
  let [line, lineWidth] = ['', 0];
  for (const part of text.split(' ')) {
    const word = fitted(part);
    const wordWidth = displayWidth(word);
    if (line === '') [line, lineWidth] = [word, wordWidth];
    else if (lineWidth + 1 + wordWidth <= width) {
      line += ` ${word}`;
      lineWidth += 1 + wordWidth;
    } else {
      lines.push(line);
      [line, lineWidth] = [word, wordWidth];
    }
  }
  return [...lines, line];
}

/** Returns a text of at most `width` columns: what is beyond the last word that fits is left out for `…`. */
export function cutAtWord(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const head = startOf(text, Math.max(width - 1, 0));
  const end = text[head.length] === ' ' ? head.length : head.lastIndexOf(' ');
  // Where the first word alone is too long, it is shortened.
  return end <= 0
    ? shortened(text.split(' ', 1)[0] ?? '', width)
    : `${head.slice(0, end).trimEnd()}…`;
}

/** Returns a word of at most `width` columns: the middle is left out for `…`, because its ends tell it from others. */
export function shortened(word: string, width: number): string {
  if (displayWidth(word) <= width) return word;
  if (width <= 1) return width === 1 ? '…' : '';
  const tail = endOf(word, Math.floor((width - 1) / 2));
  return `${startOf(word, width - 1 - displayWidth(tail))}…${tail}`;
}

/** Returns the end of a path in at most `width` columns, with `…` before it. */
export function lastPart(path: string, width: number): string {
  if (displayWidth(path) <= width) return path;
  if (width <= 1) return '…'.slice(0, width);
  const end = endOf(path, width - 1);
  // Whole names, unless the last one alone is too long.
  return `…${end.slice(Math.max(end.indexOf('/'), 0))}`;
}

/** The longest start of a text that takes at most `width` columns. */
function startOf(text: string, width: number): string {
  if (isNarrow(text)) return text.slice(0, width);
  let [length, used] = [0, 0];
  for (const [character, more] of charactersOf(text)) {
    if (used + more > width) break;
    used += more;
    length += character.length;
  }
  return text.slice(0, length);
}

/** An end of a text that takes at most `width` columns. */
function endOf(text: string, width: number): string {
  if (width <= 0) return '';
  if (isNarrow(text)) return text.slice(-width);
  const characters = Array.from(text);
  for (let at = Math.max(0, characters.length - width); at < characters.length; at += 1) {
    const end = characters.slice(at).join('');
    if (displayWidth(end) <= width) return end;
  }
  return '';
}
