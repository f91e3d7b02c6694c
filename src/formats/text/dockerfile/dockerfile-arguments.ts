/**
 * The arguments of Dockerfile instructions: words between blanks, quoted words, name and value, and
 * the JSON form. Source: the Dockerfile reference, "Shell and exec form", and what the parser of
 * BuildKit accepts.
 */

import {
  NOTHING,
  type DockerfilePair,
  type DockerfileProblemCode,
  type DockerfileWord,
} from './dockerfile-model.ts';
import {
  isBlank,
  rangeOf,
  skipSpace,
  sliceText,
  spaceAt,
  type LineSlice,
} from './dockerfile-text.ts';

/** A problem with the slice that it is about. */
export interface ArgumentProblem {
  readonly code: DockerfileProblemCode;
  readonly message: string;
  readonly slice: LineSlice;
}

const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;

/** Makes a word of a slice. */
export function wordOf(slice: LineSlice): DockerfileWord {
  const text = sliceText(slice);
  return { text, value: text, range: rangeOf(slice), slice };
}

/** Returns the word from one index of a word's text in bytes to another one. */
export function subWord(word: DockerfileWord, start: number, end: number): DockerfileWord {
  const { line, start: base } = word.slice;
  return wordOf({ line, start: base + start, end: base + end });
}

/** Splits at blanks; quotes have no meaning. */
export function blankSeparated({ line, start, end }: LineSlice): readonly DockerfileWord[] {
  const words: DockerfileWord[] = [];
  let at = start;
  while (at < end) {
    const from = at;
    while (at < end && !isBlank(line.text.charCodeAt(at))) at += 1;
    words.push(wordOf({ line, start: from, end: at }));
    while (at < end && isBlank(line.text.charCodeAt(at))) at += 1;
  }
  return words;
}

/**
 * Splits at white space outside of quotes. Quotes and escapes stay in the words; an escape at the
 * very end is dropped.
 */
function quotedWords(slice: LineSlice, escape: string): readonly DockerfileWord[] {
  const { line, end } = slice;
  const { text } = line;
  const escapeByte = escape.charCodeAt(0);
  const words: DockerfileWord[] = [];
  let at = skipSpace(text, slice.start, end);
  while (at < end) {
    const from = at;
    let quote = 0;
    let to = end;
    while (at < end) {
      const byte = text.charCodeAt(at);
      if (quote === 0 && spaceAt(text, at) > 0) break;
      if (byte === escapeByte && quote !== APOSTROPHE) {
        if (at + 1 === end) to = at;
        at += 2;
        continue;
      }
      if (byte === quote) quote = 0;
      else if (quote === 0 && (byte === QUOTE || byte === APOSTROPHE)) quote = byte;
      at += 1;
    }
    to = Math.min(at, to);
    if (to > from) words.push(wordOf({ line, start: from, end: to }));
    at = skipSpace(text, at, end);
  }
  return words;
}

/** Reads the pairs of `ENV` and `LABEL`: `name=value ...`, or the old form `name value`. */
export function namesWithValues(
  slice: LineSlice,
  escape: string,
  keyword: string,
): { readonly pairs: readonly DockerfilePair[]; readonly problem?: ArgumentProblem } {
  const words = quotedWords(slice, escape);
  const [first] = words;
  if (first === undefined) return { pairs: NOTHING };
  if (!first.text.includes('=')) return oldPair(slice, keyword);
  const pairs: DockerfilePair[] = [];
  for (const word of words) {
    const pair = pairOf(word);
    if (pair.value === undefined) {
      const message = `${keyword} has "${word.text}" without "=". Write name=value, with quotes around values that contain blanks.`;
      return { pairs, problem: { code: 'missing-equals', message, slice: word.slice } };
    }
    pairs.push(pair);
  }
  return { pairs };
}

/** Reads the pairs of `ARG`, whose values are optional. */
export function namesWithOptionalValues(
  slice: LineSlice,
  escape: string,
): readonly DockerfilePair[] {
  return quotedWords(slice, escape).map(pairOf);
}

function pairOf(word: DockerfileWord): DockerfilePair {
  const { line, start, end } = word.slice;
  const equals = line.text.indexOf('=', start);
  if (equals < 0 || equals >= end) return { name: word, value: undefined, separator: undefined };
  return {
    name: wordOf({ line, start, end: equals }),
    value: wordOf({ line, start: equals + 1, end }),
    separator: '=',
  };
}

function oldPair(
  slice: LineSlice,
  keyword: string,
): { readonly pairs: readonly DockerfilePair[]; readonly problem?: ArgumentProblem } {
  const { line, start, end } = slice;
  let at = start;
  while (at < end && !isBlank(line.text.charCodeAt(at))) at += 1;
  const name = wordOf({ line, start, end: at });
  while (at < end && isBlank(line.text.charCodeAt(at))) at += 1;
  if (at === end) {
    const message = `${keyword} ${name.text} has no value. Write ${keyword} ${name.text}=value.`;
    return { pairs: NOTHING, problem: { code: 'missing-argument', message, slice } };
  }
  return { pairs: [{ name, value: wordOf({ line, start: at, end }), separator: ' ' }] };
}

/**
 * Reads the JSON form, a list of strings. Returns `undefined` for text that is not a JSON list,
 * which builders read as a shell command or as words, and `not-strings` for a list that holds
 * anything else, which builders refuse.
 */
export function jsonWords(slice: LineSlice): readonly DockerfileWord[] | 'not-strings' | undefined {
  const { line, end } = slice;
  const start = skipSpace(line.text, slice.start, end);
  if (start >= end || line.text.charCodeAt(start) !== OPEN_BRACKET) return undefined;
  return stringList({ line, start, end }) ?? otherList({ line, start, end });
}

function stringList({ line, start, end }: LineSlice): readonly DockerfileWord[] | undefined {
  const { text } = line;
  const words: DockerfileWord[] = [];
  let at = skipJsonSpace(text, start + 1);
  if (text.charCodeAt(at) === CLOSE_BRACKET) return isEnd(text, at + 1, end) ? words : undefined;
  while (at < end) {
    const word = jsonString(line, at, end);
    if (word === undefined) return undefined;
    words.push(word);
    at = skipJsonSpace(text, word.slice.end);
    const byte = text.charCodeAt(at);
    if (at < end && byte === CLOSE_BRACKET) return isEnd(text, at + 1, end) ? words : undefined;
    if (byte !== COMMA) return undefined;
    at = skipJsonSpace(text, at + 1);
  }
  return undefined;
}

function jsonString(
  line: LineSlice['line'],
  start: number,
  end: number,
): DockerfileWord | undefined {
  const { text } = line;
  if (text.charCodeAt(start) !== QUOTE) return undefined;
  let at = start + 1;
  let hasEscape = false;
  while (at < end) {
    const byte = text.charCodeAt(at);
    if (byte === QUOTE) break;
    if (byte < 0x20) return undefined;
    if (byte === BACKSLASH) {
      hasEscape = true;
      at += 1;
    }
    at += 1;
  }
  if (at >= end) return undefined;
  const word = wordOf({ line, start, end: at + 1 });
  const value = hasEscape ? parsedJson(word.text) : word.text.slice(1, -1);
  return typeof value === 'string' ? { ...word, value } : undefined;
}

/**
 * A list is JSON when `JSON.parse` reads it; its elements are not all strings, or `stringList`
 * would have read it.
 */
function otherList(slice: LineSlice): 'not-strings' | undefined {
  return Array.isArray(parsedJson(sliceText(slice))) ? 'not-strings' : undefined;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isEnd(text: string, at: number, end: number): boolean {
  return skipJsonSpace(text, at) >= end;
}

function skipJsonSpace(text: string, from: number): number {
  let at = from;
  while (isJsonSpace(text.charCodeAt(at))) at += 1;
  return at;
}

function isJsonSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}
