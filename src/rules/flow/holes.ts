/** Texts of which a part is not known, and how two of them are joined. */

/** Stands for a part of a text that is not known. It occurs in no program text that matters. */
export const HOLE = '\u0000';

/** Stands behind a {@link HOLE} for a part that is not known and has no untrusted data. */
export const TRUSTED = '\u0001';

/**
 * Stands behind {@link TRUSTED} for a part that is one of several known texts, or a number.
 */
export const LISTED = '\u0002';

/** What is known of a value as a text. */
interface Texted {
  readonly text?: string;
  readonly taints: readonly unknown[];
}

/**
 * Returns the text around untrusted data if the other value has no such data and no text: what
 * stands in front of the data remains known.
 */
function partlyKnown(a: Texted, b: Texted): string | undefined {
  if (b.text === undefined && b.taints.length === 0)
    return a.taints.length > 0 ? holed(a) : undefined;
  if (a.text === undefined && a.taints.length === 0)
    return b.taints.length > 0 ? holed(b) : undefined;
  return undefined;
}

function holed({ text }: Texted): string | undefined {
  return text?.includes(HOLE) === true ? text : undefined;
}

/**
 * Returns what is known of one of two texts. Two that begin alike have that in common. What is known of one of two remains if the other
 * is untrusted and unknown.
 */
export function joinedText(a: Texted, b: Texted): string | undefined {
  const partly = partlyKnown(a, b);
  if (partly !== undefined) return partly;
  if (a.text === undefined || b.text === undefined) return undefined;
  let length = 0;
  while (length < a.text.length && a.text[length] === b.text[length]) length += 1;
  const isTrusted = a.taints.length === 0 && b.taints.length === 0;
  const isListed =
    isTrusted && [a, b].every(({ text }) => isListedEnd(text?.slice(length) ?? HOLE));
  return `${a.text.slice(0, length)}${HOLE}${isTrusted ? TRUSTED : ''}${isListed ? LISTED : ''}`;
}

/** Whether the end of a text is known, or is one of several known ones. */
function isListedEnd(text: string): boolean {
  return !text.replaceAll(`${HOLE}${TRUSTED}${LISTED}`, '').includes(HOLE);
}
