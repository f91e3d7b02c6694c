/**
 * Text from artifacts and advisories, made harmless for a terminal: a package may be called
 * anything, also a sequence that moves the cursor, or one that turns the writing direction round.
 */

/**
 * Control characters (C0, DEL, C1), the invisible and direction-changing format characters of
 * Unicode (category Cf), line and paragraph separators, and halves of surrogate pairs.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const BLANK = /[\t\n\r]+/g;
/** Matches nearly all texts, faster than the search in the others. */
const PRINTABLE = /^[ -~]*$/;

/**
 * Returns one printable line: runs of tabs and line ends become one space, and every other
 * unprintable character the replacement character U+FFFD, so that a name with hidden characters
 * does not look like the one without.
 */
export function stripControl(text: string): string {
  if (PRINTABLE.test(text)) return text;
  return text.replace(BLANK, ' ').replace(UNPRINTABLE, '\uFFFD');
}
