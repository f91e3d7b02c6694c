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

/** One character of a part of a pattern. */
type Token =
  | { readonly kind: 'character'; readonly value: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'star' }
  | {
      readonly kind: 'class';
      readonly isNegated: boolean;
      readonly ranges: readonly (readonly [string, string])[];
    };

/** The pattern of one part of a path, between slashes. */
type Part = 'globstar' | readonly Token[];

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
  let tokens: Token[] = [];
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
  to: { readonly tokens: Token[]; readonly pattern: string },
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

/**
 * Matches in the usual way for wildcards that may stand for many: on a mismatch only the last such
 * wildcard takes one more, since an earlier one could gain nothing by it.
 */
function matchesAll<P, T>(
  pattern: readonly P[],
  items: readonly T[],
  rule: { readonly isMany: (wanted: P) => boolean; readonly fits: (wanted: P, item: T) => boolean },
): boolean {
  let at = 0;
  let manyAt = -1;
  let retryFrom = 0;
  for (let index = 0; index < items.length;) {
    const wanted = pattern[at];
    const item = items[index];
    if (wanted !== undefined && rule.isMany(wanted)) {
      manyAt = at++;
      retryFrom = index;
    } else if (wanted !== undefined && item !== undefined && rule.fits(wanted, item)) {
      at++;
      index++;
    } else if (manyAt >= 0) {
      at = manyAt + 1;
      index = ++retryFrom;
    } else {
      return false;
    }
  }
  return pattern.slice(at).every(rule.isMany);
}

const PART_RULE = {
  isMany: (part: Part): boolean => part === 'globstar',
  fits: (part: Part, text: string): boolean =>
    part !== 'globstar' && matchesAll(part, Array.from(text), TOKEN_RULE),
};

const TOKEN_RULE = {
  isMany: (token: Token): boolean => token.kind === 'star',
  fits: (token: Token, character: string): boolean => {
    switch (token.kind) {
      case 'character':
        return token.value === character;
      case 'any':
        return true;
      case 'star':
        return false;
      case 'class':
        return (
          token.ranges.some(([low, high]) => low <= character && character <= high) !==
          token.isNegated
        );
    }
  },
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
