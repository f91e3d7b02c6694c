/** Text for cells and lines: harmless, of bounded length, wrapped or cut to a width. */

import { stripControl } from '../../../core/base/strip-control.ts';

/** Returns one harmless line of at most `maxLength` characters; what is cut off ends in `…`. */
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

/**
 * Returns lines of at most `width` columns, broken at spaces. A word that is longer than a line is
 * shortened.
 */
export function wrap(text: string, width: number): readonly string[] {
  return wrapWords(text, width, (word) => shortened(word, width));
}

/**
 * Returns lines broken at spaces. A word that is longer than `width` stays whole on a line of its
 * own, to be copied.
 */
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

/**
 * Returns a text of at most `width` columns: what is beyond the last word that fits is left out for
 * `…`.
 */
export function cutAtWord(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const head = startOf(text, Math.max(width - 1, 0));
  const end = text[head.length] === ' ' ? head.length : head.lastIndexOf(' ');
  // Where the first word alone is too long, it is shortened.
  return end <= 0
    ? shortened(text.split(' ', 1)[0] ?? '', width)
    : `${head.slice(0, end).trimEnd()}…`;
}

/**
 * Returns a word of at most `width` columns: the middle is left out for `…`, because its ends tell
 * it from others.
 */
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

/** Returns the longest start of a text that takes at most `width` columns. */
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

/** Returns an end of a text that takes at most `width` columns. */
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

/**
 * Returns the columns that a terminal gives to a harmless line (`plain`).
 *
 * Source: Unicode Standard Annex 11 (wide and fullwidth characters take two columns), Unicode
 * Technical Standard 51 (emoji, variation selectors, modifiers, flags). Marks take no column of
 * their own.
 */
export function displayWidth(text: string): number {
  return isNarrow(text) ? text.length : widthOf(text);
}

/** Returns whether every character of a text takes one column and is one unit long. */
export function isNarrow(text: string): boolean {
  return NARROW.test(text);
}

/**
 * Latin, Greek and Cyrillic letters and the punctuation of ordinary titles, without marks and
 * characters with an emoji form.
 */
const NARROW =
  /^[ -~\u00a0-\u00a8\u00aa-\u00ac\u00af-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u038a\u0391-\u03a1\u03a3-\u0482\u048a-\u052f\u2010-\u2027]*$/;
const WIDE =
  /^[\u1100-\u115f\u2329\u232a\u2630-\u2637\u268a-\u268f\u2e80-\u303e\u3041-\u3247\u3250-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1d300}-\u{1d376}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]$/u;
/**
 * Combining marks, the vowels and finals of Hangul that join the letter before them, and fillers.
 */
const JOINED = /^[\p{M}\u1160-\u11ff\ud7b0-\ud7ff\u3164\uffa0]$/u;
const FLAG_LETTER = /^\p{Regional_Indicator}$/u;
const MODIFIER = /^\p{Emoji_Modifier}$/u;
const MODIFIED = /^\p{Emoji_Modifier_Base}$/u;
const EMOJI = /^\p{Emoji}$/u;
/** Asks for the emoji form of the character before it, which is wide. */
const EMOJI_FORM = '\ufe0f';

function widthOf(text: string): number {
  let width = 0;
  for (const [, more] of charactersOf(text)) width += more;
  return width;
}

/** Yields each character with the columns that it adds to those before it. */
function* charactersOf(text: string): Generator<readonly [character: string, more: number]> {
  let before = '';
  let wasWide = false;
  let isHalfFlag = false;
  for (const character of text) {
    const isFlag = FLAG_LETTER.test(character);
    const more: number = isFlag && isHalfFlag ? 0 : columnsBehind(character, before, wasWide);
    isHalfFlag = isFlag && !isHalfFlag;
    if (more > 0) wasWide = more === 2;
    if (character === EMOJI_FORM) before = '';
    else if (more > 0) before = character;
    yield [character, more];
  }
}

function columnsBehind(character: string, before: string, isBeforeWide: boolean): number {
  if (character === EMOJI_FORM) return !isBeforeWide && EMOJI.test(before) ? 1 : 0;
  if (JOINED.test(character)) return 0;
  if (MODIFIER.test(character) && MODIFIED.test(before)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
