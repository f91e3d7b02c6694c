/**
 * Columns that a terminal gives to a text.
 *
 * Source: Unicode Standard Annex 11 (wide and fullwidth characters take two columns), Unicode Technical Standard 51 (emoji,
 * variation selectors, modifiers, flags). Marks take no column of their own.
 */

/** Returns the columns of a harmless line (`plain`). */
export function displayWidth(text: string): number {
  return isNarrow(text) ? text.length : widthOf(text);
}

/** Returns whether every character of a text takes one column and is one unit long. */
export function isNarrow(text: string): boolean {
  return NARROW.test(text);
}

/** Latin, Greek and Cyrillic letters and the punctuation of ordinary titles, without marks and characters with an emoji form. */
const NARROW =
  /^[ -~\u00a0-\u00a8\u00aa-\u00ac\u00af-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u038a\u0391-\u03a1\u03a3-\u0482\u048a-\u052f\u2010-\u2027]*$/;
const WIDE =
  /^[\u1100-\u115f\u2329\u232a\u2630-\u2637\u268a-\u268f\u2e80-\u303e\u3041-\u3247\u3250-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1d300}-\u{1d376}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]$/u;
/** Combining marks, the vowels and finals of Hangul that join the letter before them, and fillers. */
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
export function* charactersOf(text: string): Generator<readonly [character: string, more: number]> {
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
