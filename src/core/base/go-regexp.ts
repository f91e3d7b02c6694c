/**
 * Patterns of paths in the part of Go's regular expressions that people use for file names, as
 * `--file-patterns` of trivy takes them. They are held against every path of an artifact, so
 * nothing is handed to an engine that may go back: time grows with pattern and path only as their
 * product.
 *
 * Taken: characters, `.`, `[a-z]`, `[^a-z]`, `\d`, `\w`, `\s` and a backslash before what stands
 * for itself; `*`, `+` and `?` behind one of these; `^` at the beginning and `$` at the end; `a|b`
 * as a whole or in `( )` without a quantifier. Refused: everything else.
 */

import { AssayError } from './errors.ts';

interface Step {
  fits(character: string): boolean;
  /** It may be left out. */
  readonly isOptional: boolean;
  /** It may come again. */
  readonly isRepeated: boolean;
}

interface Alternative {
  readonly steps: readonly Step[];
  readonly isFromStart: boolean;
  readonly isToEnd: boolean;
}

/** Groups multiply; far more than any person writes. */
const MAX_ALTERNATIVES = 256;
const MAX_LENGTH = 1024;

/**
 * Returns whether a path, without a leading slash, has the pattern in it. @throws AssayError
 * `USAGE` for what is not taken
 */
export function compileGoRegexp(pattern: string): (path: string) => boolean {
  if (pattern.length > MAX_LENGTH) throw refused(pattern, `longer than ${MAX_LENGTH} characters`);
  const alternatives = expand(pattern).map((text) => readAlternative(text, pattern));
  return (path) => {
    const characters = Array.from(path.replace(/^\/+/u, ''));
    return alternatives.some((one) => isIn(one, characters));
  };
}

/** Groups and alternatives written out. */
function expand(pattern: string): readonly string[] {
  const done: string[] = [];
  const open = [pattern];
  for (let text = open.pop(); text !== undefined; text = open.pop()) {
    const group = findGroup(text, pattern);
    if (group === undefined) done.push(...splitChoices(text));
    else {
      const [head, tail] = [text.slice(0, group.start), text.slice(group.end + 1)];
      const inner = text.slice(group.start + 1, group.end).replace(/^\?:/u, '');
      open.push(...splitChoices(inner).map((choice) => head + choice + tail));
    }
    if (done.length + open.length > MAX_ALTERNATIVES) {
      throw refused(pattern, `more than ${MAX_ALTERNATIVES} alternatives`);
    }
  }
  return done;
}

/** Returns the first group that has no other inside; a `|` around it belongs to the whole. */
function findGroup(
  text: string,
  pattern: string,
): { readonly start: number; readonly end: number } | undefined {
  let start = -1;
  for (const [index, character] of tokens(text)) {
    if (character === '(') start = index;
    else if (character === ')') {
      if (start < 0) throw refused(pattern, 'a ")" without its "("');
      if (/[*+?{]/u.test(text[index + 1] ?? ''))
        throw refused(pattern, 'a group with a quantifier');
      if (splitChoices(text).length > 1) throw refused(pattern, 'a group beside a "|"');
      return { start, end: index };
    }
  }
  if (start >= 0) throw refused(pattern, 'a "(" that is not closed');
  return undefined;
}

/** Yields the characters that stand neither behind a backslash nor in a class. */
function* tokens(text: string): Generator<readonly [number, string]> {
  let isClass = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? '';
    if (character === '\\') index += 1;
    else if (isClass) isClass = character !== ']';
    else if (character === '[') isClass = true;
    else yield [index, character];
  }
}

/** Splits a pattern at each `|` outside of groups. */
function splitChoices(text: string): readonly string[] {
  const choices: string[] = [];
  let start = 0;
  let depth = 0;
  for (const [index, character] of tokens(text)) {
    if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    else if (character === '|' && depth === 0) {
      choices.push(text.slice(start, index));
      start = index + 1;
    }
  }
  return [...choices, text.slice(start)];
}

function readAlternative(text: string, pattern: string): Alternative {
  const isFromStart = text.startsWith('^');
  const isToEnd = text.endsWith('$') && !text.endsWith('\\$');
  const characters = Array.from(text.slice(isFromStart ? 1 : 0, isToEnd ? -1 : undefined));
  const steps: Step[] = [];
  for (let index = 0; index < characters.length;) {
    const { fits, end } = readAtom(characters, index, pattern);
    const quantifier = characters[end] ?? '';
    const isQuantified = ['*', '+', '?'].includes(quantifier);
    steps.push({
      fits,
      isOptional: quantifier === '*' || quantifier === '?',
      isRepeated: quantifier === '*' || quantifier === '+',
    });
    index = isQuantified ? end + 1 : end;
  }
  return { steps, isFromStart, isToEnd };
}

/** Returns the pattern of one character, and the end of its notation. */
function readAtom(
  characters: readonly string[],
  index: number,
  pattern: string,
): { readonly fits: Step['fits']; readonly end: number } {
  const character = characters[index] ?? '';
  switch (character) {
    case '.':
      return { fits: () => true, end: index + 1 };
    case '[':
      return readClass(characters, index, pattern);
    case '\\': {
      const escaped = characters[index + 1];
      if (escaped === undefined) throw refused(pattern, 'a backslash at its end');
      return { fits: readEscape(escaped, pattern), end: index + 2 };
    }
    case '*':
    case '+':
    case '?':
    case '{':
    case '^':
    case '$':
      throw refused(pattern, `a "${character}" where none is taken`);
    default:
      return { fits: (one) => one === character, end: index + 1 };
  }
}

const CLASSES: Readonly<Record<string, (character: string) => boolean>> = {
  d: (one) => one >= '0' && one <= '9',
  w: (one) => /^[0-9A-Za-z_]$/u.test(one),
  s: (one) => one === ' ' || (one >= '\t' && one <= '\r'),
};

function readEscape(escaped: string, pattern: string): Step['fits'] {
  const known = Object.hasOwn(CLASSES, escaped) ? CLASSES[escaped] : undefined;
  if (known !== undefined) return known;
  if (/[0-9A-Za-z]/u.test(escaped)) throw refused(pattern, `"\\${escaped}"`);
  return (one) => one === escaped;
}

function readClass(
  characters: readonly string[],
  start: number,
  pattern: string,
): { readonly fits: Step['fits']; readonly end: number } {
  const isNegated = characters[start + 1] === '^';
  const parts: Step['fits'][] = [];
  let index = start + (isNegated ? 2 : 1);
  for (let isFirst = true; isFirst || characters[index] !== ']'; isFirst = false) {
    const low = characters[index];
    if (low === undefined) throw refused(pattern, 'a "[" that is not closed');
    if (low === '\\') {
      parts.push(readEscape(characters[index + 1] ?? '', pattern));
      index += 2;
      continue;
    }
    const high = characters[index + 2];
    if (characters[index + 1] === '-' && high !== undefined && high !== ']') {
      parts.push((one) => one >= low && one <= high);
      index += 3;
    } else {
      parts.push((one) => one === low);
      index += 1;
    }
  }
  return { fits: (one) => parts.some((fits) => fits(one)) !== isNegated, end: index + 1 };
}

/**
 * Returns whether a text is in the pattern; it follows all places of the pattern at once, character
 * by character.
 */
function isIn(
  { steps, isFromStart, isToEnd }: Alternative,
  characters: readonly string[],
): boolean {
  let at = closure(steps, [0]);
  for (const character of characters) {
    if (at.has(steps.length) && !isToEnd) return true;
    const next: number[] = [];
    for (const place of at) {
      const step = steps[place];
      if (step?.fits(character) !== true) continue;
      next.push(place + 1);
      if (step.isRepeated) next.push(place);
    }
    if (!isFromStart) next.push(0);
    at = closure(steps, next);
  }
  return at.has(steps.length);
}

/** Returns the places, and those that are reached by leaving out what may be left out. */
function closure(steps: readonly Step[], places: readonly number[]): ReadonlySet<number> {
  const all = new Set<number>();
  for (const start of places) {
    for (let place = start; !all.has(place); place += 1) {
      all.add(place);
      if (steps[place]?.isOptional !== true) break;
    }
  }
  return all;
}

function refused(pattern: string, why: string): AssayError {
  return new AssayError('USAGE', `--file-patterns: "${pattern}" has ${why}`, {
    hint: String.raw`Write it as in pip:requirements-.*\.txt`,
  });
}
