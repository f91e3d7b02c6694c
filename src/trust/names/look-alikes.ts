/** Letters that look alike, and the letters of a name without what people overlook. */

/**
 * Letters and digits that look alike, Greek and Cyrillic ones included, with the one that stands
 * for all.
 */
const ALIKE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ '0': 'o', '1': 'l', i: 'l', '|': 'l', '3': 'e', '5': 's', '8': 'b', '9': 'g', q: 'g' },
    ...{ а: 'a', е: 'e', о: 'o', р: 'p', с: 'c', х: 'x', у: 'y', і: 'l', ѕ: 's', ј: 'j', к: 'k' },
    ...{ α: 'a', ο: 'o', ρ: 'p', ν: 'v', υ: 'u', τ: 't', ι: 'l', ı: 'l', ɡ: 'g', ⅼ: 'l', ո: 'n' },
  }),
);
/** The letter of an ASCII code, so that no text is made for each letter. */
const ALIKE_CODES: Uint16Array = Uint16Array.from({ length: 128 }, (_, code) => {
  return (ALIKE.get(String.fromCharCode(code)) ?? String.fromCharCode(code)).charCodeAt(0);
});
/** Two letters that look like one, by their codes. */
const PAIRS: ReadonlyMap<number, number> = new Map(
  (['rnm', 'vvw', 'cld'] as const).map((text) => [
    pairKey(text.charCodeAt(0), text.charCodeAt(1)),
    text.charCodeAt(2),
  ]),
);

/** Codes of letters that begin a pair. */
const PAIR_STARTS: Uint8Array = new Uint8Array(128);
for (const key of PAIRS.keys()) PAIR_STARTS[Math.floor(key / 0x10000)] = 1;

function pairKey(first: number, second: number): number {
  return first * 0x10000 + second;
}

/** Set in the result of {@link alikeAt} where two letters look like one. */
export const IS_PAIR = 0x10000;

/**
 * Returns the code of the letter at an index, of letters that look alike the one that stands for
 * all.
 */
export function alikeAt(letters: string, index: number): number {
  const written = letters.charCodeAt(index);
  const pair =
    PAIR_STARTS[written] === 1
      ? PAIRS.get(pairKey(written, letters.charCodeAt(index + 1)))
      : undefined;
  if (pair !== undefined) return pair | IS_PAIR;
  return ALIKE_CODES[written] ?? alikeOf(letters[index] ?? '').charCodeAt(0);
}

/** Returns letters in which those that look alike are the same. */
export function foldAlike(letters: string): string {
  let out = '';
  for (let index = 0; index < letters.length; index += 1) {
    const code = alikeAt(letters, index);
    if ((code & IS_PAIR) !== 0) index += 1;
    out += String.fromCharCode(code & 0xffff);
  }
  return out;
}

function alikeOf(letter: string): string {
  return ALIKE.get(letter) ?? letter;
}
