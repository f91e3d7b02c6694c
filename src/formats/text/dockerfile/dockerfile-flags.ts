/**
 * The flags of Dockerfile instructions (`--from=build`) and the options of `--mount`. Quotes and
 * escapes are removed as BuildKit removes them; the escape of flags is always the backslash.
 */

import { NOTHING, type DockerfileFlag, type DockerfileMountOption } from './dockerfile-model.ts';
import type { ArgumentProblem } from './dockerfile-arguments.ts';
import {
  decodeByteText,
  rangeOf,
  skipSpace,
  sliceText,
  spaceAt,
  type LineSlice,
} from './dockerfile-text.ts';

/** Characters without quotes and escapes, and where each of them stands in the line. */
interface Unquoted {
  readonly text: string;
  /** Absent if the characters stand side by side from `start` on. */
  readonly indexes: readonly number[] | undefined;
  readonly start: number;
}

const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const HYPHEN = 0x2d;
const BACKSLASH = 0x5c;

/** Returns the flags at the start of the arguments, and the arguments behind them. */
export function splitFlags(slice: LineSlice): {
  readonly flags: readonly DockerfileFlag[];
  readonly rest: LineSlice;
  readonly problems: readonly ArgumentProblem[];
} {
  const { line, end } = slice;
  const { text } = line;
  let flags: DockerfileFlag[] | undefined;
  const problems: ArgumentProblem[] = [];
  let at = skipSpace(text, slice.start, end);
  while (at + 1 < end && text.charCodeAt(at) === HYPHEN && text.charCodeAt(at + 1) === HYPHEN) {
    const { to, unquoted } = unquotedWord({ line, start: at, end });
    const word = { line, start: at, end: to };
    at = skipSpace(text, to, end);
    if (unquoted.text === '--') break;
    flags ??= [];
    flags.push(flagOf(word, unquoted, problems));
  }
  return { flags: flags ?? NOTHING, rest: { line, start: at, end }, problems };
}

function unquotedWord({ line, start, end }: LineSlice): {
  readonly to: number;
  readonly unquoted: Unquoted;
} {
  const { text } = line;
  let at = start;
  while (at < end && !isSpecial(text.charCodeAt(at)) && spaceAt(text, at) === 0) at += 1;
  if (at === end || !isSpecial(text.charCodeAt(at))) {
    return { to: at, unquoted: { text: text.slice(start, at), indexes: undefined, start } };
  }
  const characters: string[] = [];
  const indexes: number[] = [];
  let quote = 0;
  for (at = start; at < end; at += 1) {
    let byte = text.charCodeAt(at);
    if (quote === 0 && spaceAt(text, at) > 0) break;
    if (byte === quote) {
      quote = 0;
      continue;
    }
    if (quote === 0 && (byte === QUOTE || byte === APOSTROPHE)) {
      quote = byte;
      continue;
    }
    if (byte === BACKSLASH) {
      at += 1;
      if (at === end) break;
      byte = text.charCodeAt(at);
    }
    characters.push(text.charAt(at));
    indexes.push(at);
  }
  return { to: Math.min(at, end), unquoted: { text: characters.join(''), indexes, start } };
}

function isSpecial(byte: number): boolean {
  return byte === QUOTE || byte === APOSTROPHE || byte === BACKSLASH;
}

/** Returns the index in the line of a character. */
function indexAt({ indexes, start }: Unquoted, at: number): number {
  return indexes === undefined ? start + at : (indexes[at] ?? start);
}

function flagOf(slice: LineSlice, unquoted: Unquoted, problems: ArgumentProblem[]): DockerfileFlag {
  const equals = unquoted.text.indexOf('=');
  const name = decodeByteText(unquoted.text.slice(2, equals < 0 ? undefined : equals));
  const text = sliceText(slice);
  const range = rangeOf(slice);
  if (equals < 0) {
    return { name, value: undefined, text, range, valueRange: undefined, options: NOTHING };
  }
  const start = indexAt(unquoted, equals) + 1;
  const value = {
    text: unquoted.text.slice(equals + 1),
    indexes: unquoted.indexes?.slice(equals + 1),
    start,
  };
  return {
    name,
    value: decodeByteText(value.text),
    text,
    range,
    valueRange: rangeOf({ line: slice.line, start, end: slice.end }),
    options: name === 'mount' ? mountOptions(slice, value, problems) : NOTHING,
  };
}

/**
 * The options of a mount are one record of comma-separated values; a field with a comma stands in
 * double quotes.
 */
function mountOptions(
  slice: LineSlice,
  value: Unquoted,
  problems: ArgumentProblem[],
): readonly DockerfileMountOption[] {
  const options: DockerfileMountOption[] = [];
  let at = 0;
  while (at <= value.text.length) {
    const isQuoted = value.text.charCodeAt(at) === QUOTE;
    const to = isQuoted ? closingQuote(value.text, at) : fieldEnd(value.text, at);
    if (isQuoted && to < 0) {
      const message = `The option "${value.text.slice(at)}" of --mount has no closing quote.`;
      problems.push({ code: 'bad-mount', message, slice });
      return options;
    }
    const start = isQuoted ? at + 1 : at;
    if (to > start) options.push(mountOption(slice.line, value, start, to));
    at = isQuoted ? fieldEnd(value.text, to) + 1 : to + 1;
  }
  return options;
}

function closingQuote(text: string, open: number): number {
  let at = text.indexOf('"', open + 1);
  while (at >= 0 && text.charAt(at + 1) === '"') at = text.indexOf('"', at + 2);
  return at;
}

function fieldEnd(text: string, from: number): number {
  const comma = text.indexOf(',', from);
  return comma < 0 ? text.length : comma;
}

function mountOption(
  line: LineSlice['line'],
  unquoted: Unquoted,
  start: number,
  end: number,
): DockerfileMountOption {
  const field = unquoted.text.slice(start, end);
  const equals = field.indexOf('=');
  const nameEnd = equals < 0 ? field.length : equals;
  const partOf = (from: number, to: number): LineSlice => {
    const isAtEnd = start + from >= unquoted.text.length;
    const first = isAtEnd
      ? indexAt(unquoted, start + from - 1) + 1
      : indexAt(unquoted, start + from);
    return { line, start: first, end: to > from ? indexAt(unquoted, start + to - 1) + 1 : first };
  };
  return {
    name: decodeByteText(field.slice(0, nameEnd)).toLowerCase(),
    value: equals < 0 ? undefined : decodeByteText(field.slice(equals + 1)).replaceAll('""', '"'),
    range: rangeOf(partOf(0, field.length)),
    valueRange: equals < 0 ? undefined : rangeOf(partOf(equals + 1, field.length)),
  };
}
