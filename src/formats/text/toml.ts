/**
 * TOML of untrusted files.
 *
 * Source: TOML 1.0.0, read by smol-toml. Tables have no prototype. Numbers that no double holds are
 * big integers and dates are objects without keys; no lockfile field that is read uses them.
 * Refused: what TOML refuses, and nesting beyond {@link MAX_DEPTH}.
 */

import { parse } from 'smol-toml';

import { errorMessage, ParseError } from '../../core/base/errors.ts';
import type { JsonObject } from './json/json.ts';

/** No lockfile nests deeper than 6; the bound keeps the parser's stack small. */
const MAX_DEPTH = 100;

const HEADER = /^[ \t]*\[\[[ \t]*(?<name>[A-Za-z0-9_-]{1,100})[ \t]*\]\]/;
const NAME = /^[ \t]*(?:name|"name"|'name')[ \t]*=/;

/** A parsed text that still knows on which line the tables of its lists stood. */
export interface TomlDocument {
  readonly root: JsonObject;
  /**
   * Returns, for each table of a list of the root (`[[package]]`), in order, the 1-based line of
   * its `name`, else of its header. Empty for a list that is written in another way.
   */
  linesOf(list: string): readonly number[];
}

/**
 * Returns the table that a file holds; an empty file is an empty table.
 * @throws ParseError where it is not TOML.
 */
export function readToml(path: string, bytes: Uint8Array): TomlDocument {
  const text = new TextDecoder().decode(bytes);
  const root = parseToml(path, text);
  let lines: ReadonlyMap<string, readonly number[]> | undefined;
  return {
    root,
    linesOf: (list) => {
      lines ??= tableLines(text);
      return lines.get(list) ?? [];
    },
  };
}

/** A key of more parts than the bound, which the parser's own bound does not count. */
const DEEP_KEY = /^[ \t]*\[{0,2}[ \t]*(?:[^\s.=#]+[ \t]*\.[ \t]*){100}/m;

function parseToml(path: string, text: string): JsonObject {
  if (DEEP_KEY.test(text)) throw new ParseError(path, `a key of more than ${MAX_DEPTH} parts`);
  try {
    return parse(text, { maxDepth: MAX_DEPTH, integersAsBigInt: 'asNeeded' }) as JsonObject;
  } catch (error) {
    const [reason = ''] = errorMessage(error).split('\n', 1);
    throw new ParseError(path, `no TOML: ${reason}`, { cause: error });
  }
}

function tableLines(text: string): ReadonlyMap<string, readonly number[]> {
  const lines = new Map<string, number[]>();
  let open: number[] | undefined;
  let isNamed = false;
  for (const [index, line] of outerLines(text)) {
    const header = HEADER.exec(line)?.groups?.['name'];
    if (header !== undefined) {
      open = lines.get(header) ?? [];
      lines.set(header, open);
      open.push(index);
      isNamed = false;
    } else if (line.startsWith('[')) open = undefined;
    else if (open !== undefined && !isNamed && NAME.test(line)) {
      open[open.length - 1] = index;
      isNamed = true;
    }
  }
  return lines;
}

/**
 * Yields the lines, 1-based, that do not begin inside a string of several lines. The text is known
 * to be TOML.
 */
function* outerLines(text: string): Generator<readonly [number, string]> {
  let delimiter: string | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    if (delimiter === undefined) yield [index + 1, line];
    delimiter = delimiterAfter(line, delimiter);
  }
}

/**
 * Returns the quotes of the string of several lines that is open behind a line, given the one that
 * is open before it.
 */
function delimiterAfter(line: string, before: string | undefined): string | undefined {
  let open = before;
  for (let at = 0; at < line.length;) {
    const unit = line.charAt(at);
    if (open === undefined) {
      if (unit === '#') return undefined;
      if (unit !== '"' && unit !== "'") at += 1;
      else {
        open = line.startsWith(unit.repeat(3), at) ? unit.repeat(3) : unit;
        at += open.length;
      }
    } else if (unit === '\\' && open.startsWith('"')) at += 2;
    else if (line.startsWith(open, at)) {
      at += open.length;
      // A string of several lines may end in one or two quotes of its own.
      while (open.length === 3 && line.charAt(at) === unit) at += 1;
      open = undefined;
    } else at += 1;
  }
  return open?.length === 3 ? open : undefined;
}
