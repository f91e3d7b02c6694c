/**
 * Path patterns as `--skip-dirs` and `--skip-files` take them, in the dialect of doublestar, which
 * trivy uses.
 *
 * `*` and `?` stand for any characters and for one, never for a slash; `**` as a whole part for any
 * number of parts, none included; `[a-z]`, `[!a-z]` for one of a class; `{a,b}` for either; `\`
 * takes the meaning from what follows. Nothing is turned into a regular expression, and time grows
 * with pattern and path only as their product.
 */

import { AssayError } from './errors.ts';
import { matchesAll, matchesName, type WildcardToken } from './wildcards.ts';

/** The pattern of one part of a path, between slashes. */
type Part = 'globstar' | readonly WildcardToken[];

/** `{a,b}{c,d}...` doubles with every brace; far more than any person writes. */
const MAX_ALTERNATIVES = 1024;

/**
 * Returns whether a path matches any of the patterns. Leading slashes of both, and a leading `./`
 * and trailing slashes of patterns, do not matter.
 *
 * @throws AssayError `USAGE` where a pattern has an open class or brace, or too many alternatives.
 */
export function compileGlobs(patterns: readonly string[]): (path: string) => boolean {
  const globs = patterns.flatMap((pattern) =>
    expandBraces(pattern).map((text) => compileParts(trimmed(text), pattern)),
  );
  if (globs.length === 0) return () => false;
  return (path) => {
    const parts = path.replace(LEADING, '').split('/');
    return globs.some((glob) => matchesParts(glob, parts));
  };
}

const LEADING = /^\/+/;
const LEADING_DOT = /^(?:\.\/|\/)+/;

/**
 * Trims slashes in a loop: a regular expression for slashes at the end would look at each slash of
 * the text anew.
 */
function trimmed(pattern: string): string {
  let end = pattern.length;
  while (end > 1 && pattern[end - 1] === '/') end--;
  return pattern.slice(0, end).replace(LEADING_DOT, '');
}

function compileParts(text: string, pattern: string): readonly Part[] {
  const parts: Part[] = [];
  let tokens: WildcardToken[] = [];
  const endPart = (): void => {
    const isGlobstar = tokens.length === 2 && tokens.every((token) => token.kind === 'star');
    parts.push(isGlobstar ? 'globstar' : tokens);
    tokens = [];
  };
  const characters = Array.from(text);
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index] ?? '';
    if (character === '/') endPart();
    else if (character === '*') tokens.push({ kind: 'star' });
    else if (character === '?') tokens.push({ kind: 'any' });
    else if (character === '[') index = readClass(characters, index, { tokens, pattern });
    else {
      if (character === '\\') index++;
      const value = characters[index];
      if (value === undefined) throw invalid(pattern, 'it ends in a backslash');
      tokens.push({ kind: 'character', value });
    }
  }
  endPart();
  return parts;
}

/** Adds the class that begins at `start` and answers where it ends. */
function readClass(
  characters: readonly string[],
  start: number,
  to: { readonly tokens: WildcardToken[]; readonly pattern: string },
): number {
  let index = start + 1;
  const isNegated = characters[index] === '!' || characters[index] === '^';
  if (isNegated) index++;
  const ranges: [string, string][] = [];
  const next = (): string => {
    if (characters[index] === '\\') index++;
    const character = characters[index++];
    if (character === undefined) throw invalid(to.pattern, 'a "[" is not closed');
    return character;
  };
  while (characters[index] !== ']' || ranges.length === 0) {
    const low = next();
    let high = low;
    if (characters[index] === '-' && characters[index + 1] !== ']') {
      index++;
      high = next();
    }
    ranges.push([low, high]);
  }
  to.tokens.push({ kind: 'class', isNegated, ranges });
  return index;
}

const PART_RULE = {
  isMany: (part: Part): boolean => part === 'globstar',
  fits: (part: Part, text: string): boolean =>
    part !== 'globstar' && matchesName(part, Array.from(text)),
};

function matchesParts(glob: readonly Part[], parts: readonly string[]): boolean {
  return matchesAll(glob, parts, PART_RULE);
}

/** Returns every alternative written out. */
function expandBraces(pattern: string): readonly string[] {
  const done: string[] = [];
  const open = [pattern];
  for (let text = open.pop(); text !== undefined; text = open.pop()) {
    const brace = findBrace(text, pattern);
    if (brace === undefined) {
      done.push(text);
    } else {
      const [head, tail] = [text.slice(0, brace.start), text.slice(brace.end + 1)];
      open.push(...brace.choices.map((choice) => head + choice + tail));
    }
    if (done.length + open.length > MAX_ALTERNATIVES) {
      throw invalid(pattern, `it has more than ${MAX_ALTERNATIVES} alternatives`);
    }
  }
  return done;
}

/** Returns the first outermost brace, with the texts between its commas. */
function findBrace(
  text: string,
  pattern: string,
): { start: number; end: number; choices: readonly string[] } | undefined {
  let start = -1;
  let depth = 0;
  let choiceStart = 0;
  const choices: string[] = [];
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === '\\') index++;
    else if (character === '{') {
      if (depth++ > 0) continue;
      start = index;
      choiceStart = index + 1;
    } else if (depth > 0 && (character === '}' || (character === ',' && depth === 1))) {
      if (character === '}' && --depth > 0) continue;
      choices.push(text.slice(choiceStart, index));
      choiceStart = index + 1;
      if (depth === 0) return { start, end: index, choices };
    }
  }
  if (depth > 0) throw invalid(pattern, 'a "{" is not closed');
  return undefined;
}

function invalid(pattern: string, why: string): AssayError {
  return new AssayError('USAGE', `the pattern "${pattern}" cannot be used: ${why}`, {
    hint: 'Put a backslash before a character that stands for itself.',
  });
}
