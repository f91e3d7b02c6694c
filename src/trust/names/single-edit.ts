/**
 * The one edit between two texts: a letter too many, a letter too few, another letter, or two
 * letters swapped (the Damerau distance 1), and how easily a person makes or overlooks it.
 */

/** What one edit does. */
export type LetterEdit =
  | 'look-alike letter'
  | 'repeated letter'
  | 'swapped letters'
  | 'neighboring key'
  | 'plural'
  | 'missing letter'
  | 'extra letter'
  | 'other letter';

/** An edit with its weight, between 0 (nobody sees it) and 1 (another word). */
export interface WeighedEdit {
  readonly edit: LetterEdit;
  readonly weight: number;
}

const WEIGHTS: Readonly<Record<LetterEdit, number>> = {
  'look-alike letter': 0.2,
  'repeated letter': 0.3,
  'swapped letters': 0.4,
  'neighboring key': 0.5,
  plural: 0.6,
  'missing letter': 0.6,
  'extra letter': 0.8,
  'other letter': 1,
};

/** Rows of the keyboard; each is shifted by about half a key against the one above it. */
const ROWS = ['1234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
const NEIGHBORS: ReadonlySet<string> = neighborPairs();

function neighborPairs(): ReadonlySet<string> {
  const pairs = new Set<string>();
  const add = (one: string | undefined, other: string | undefined): void => {
    if (one === undefined || other === undefined) return;
    pairs.add(one + other);
    pairs.add(other + one);
  };
  for (const [at, row] of ROWS.entries()) {
    const below = ROWS[at + 1];
    for (const [index, key] of Array.from(row).entries()) {
      add(key, row[index + 1]);
      add(key, below?.[index]);
      add(key, below?.[index - 1]);
    }
  }
  // QWERTZ and AZERTY have these letters in each other's place.
  for (const [one, other] of ['yz', 'qa', 'wz'] as const) add(one, other);
  return pairs;
}

const ALIKE: ReadonlySet<string> = new Set(
  [
    '0o',
    '1l',
    '1i',
    'il',
    '5s',
    '3e',
    '8b',
    '9g',
    'gq',
    'uv',
    'nm',
    'ck',
    '2z',
    'ij',
    'vw',
  ].flatMap((pair) => [pair, `${pair[1] ?? ''}${pair[0] ?? ''}`]),
);

/**
 * Returns the edit that makes `target` into `text`; `undefined` if they are the same or more than
 * one edit apart.
 */
export function singleEdit(text: string, target: string): WeighedEdit | undefined {
  const difference = text.length - target.length;
  if (difference < -1 || difference > 1 || text === target) return undefined;
  let start = 0;
  const shorter = Math.min(text.length, target.length);
  while (start < shorter && text[start] === target[start]) start += 1;
  let end = 0;
  while (end < shorter - start && text[text.length - 1 - end] === target[target.length - 1 - end]) {
    end += 1;
  }
  const changed = text.slice(start, text.length - end);
  const original = target.slice(start, target.length - end);
  const edit = editOf({ text, target, start, changed, original });
  return edit === undefined ? undefined : { edit, weight: WEIGHTS[edit] };
}

interface Change {
  readonly text: string;
  readonly target: string;
  readonly start: number;
  readonly changed: string;
  readonly original: string;
}

function editOf({ text, target, start, changed, original }: Change): LetterEdit | undefined {
  if (changed.length === 2 && original.length === 2) {
    return changed[0] === original[1] && changed[1] === original[0] ? 'swapped letters' : undefined;
  }
  if (changed.length === 1 && original.length === 1) {
    const pair = changed + original;
    if (ALIKE.has(pair)) return 'look-alike letter';
    return NEIGHBORS.has(pair) ? 'neighboring key' : 'other letter';
  }
  if (changed.length === 1 && original === '') return extraLetter(text, start, changed);
  if (changed !== '' || original.length !== 1) return undefined;
  if (original === 's' && start === text.length) return 'plural';
  return isBeside(target, start, original) ? 'repeated letter' : 'missing letter';
}

function extraLetter(text: string, at: number, letter: string): LetterEdit {
  if (isBeside(text, at, letter)) return 'repeated letter';
  if (letter === 's' && at === text.length - 1) return 'plural';
  const beside = [text[at - 1], text[at + 1]];
  return beside.some((one) => one !== undefined && NEIGHBORS.has(letter + one))
    ? 'neighboring key'
    : 'extra letter';
}

function isBeside(text: string, at: number, letter: string): boolean {
  return text[at - 1] === letter || text[at + 1] === letter;
}
