/**
 * The versions that a `Gemfile` pins, and where they are written.
 *
 * Source: Bundler's documentation, "Gemfile"; RubyGems, "Patterns"; Ruby, "Literals". The file is a
 * program and is not run: a statement that begins with `gem` and a literal name has a place if one
 * of its arguments is a literal of one version.
 *
 * Reads: `Gemfile`, `gems.rb`.
 */

import type { TextRange } from '../../../../formats/text/xml/xml-places.ts';

/** A pin. */
export interface GemPin {
  readonly name: string;
  readonly version: string;
  /** The version alone. */
  readonly range: TextRange;
  /** The requirement with its operator. */
  readonly written: string;
  /** The whole statement. */
  readonly statement: TextRange;
}

const GEM = /^[ \t]*gem[ \t(]{1,20}(?=["'])/gmu;
const PIN = /^(?:=[ \t]*)?(?<version>\d[0-9A-Za-z.-]*)$/u;
/** Statements of real files have five lines. */
const MAX_STATEMENT_LENGTH = 4000;

/** Returns the pins of a text, in their order. */
export function gemPins(text: string): readonly GemPin[] {
  const quiet = withoutBlockComments(text);
  return [...quiet.matchAll(GEM)].flatMap(({ index, 0: head }): readonly GemPin[] => {
    const [name, ...others] = argumentsAt(quiet, index + head.length);
    const pins = others.flatMap((literal) => {
      const version = PIN.exec(literal.value)?.groups?.['version'];
      return version === undefined ? [] : [{ ...literal, version }];
    });
    const [pin, another] = pins;
    if (name === undefined || pin === undefined || another !== undefined) return [];
    const end = pin.end - 1;
    const start = index + (head.length - head.trimStart().length);
    const last = quiet.indexOf('\n', others.at(-1)?.end ?? end);
    return [
      {
        name: name.value,
        version: pin.version,
        range: { start: end - pin.version.length, end },
        written: pin.value,
        statement: {
          start,
          end: last < 0 ? text.length : last - (text[last - 1] === '\r' ? 1 : 0),
        },
      },
    ];
  });
}

/** Comments of several lines, replaced by blanks. */
function withoutBlockComments(text: string): string {
  return text.replaceAll(/^=begin\b[^]*?^=end\b.*$/gmu, (comment) =>
    comment.replaceAll(/[^\r\n]/gu, ' '),
  );
}

interface Literal {
  readonly value: string;
  /** Behind the closing quotation mark. */
  readonly end: number;
}

/**
 * Literals that are whole arguments of a call: between commas, on its line and on those that a
 * comma continues.
 */
function argumentsAt(text: string, from: number): readonly Literal[] {
  const found: Literal[] = [];
  const limit = Math.min(text.length, from + MAX_STATEMENT_LENGTH);
  let isBefore = true;
  for (let at = from; at < limit; at += 1) {
    const character = text[at] ?? '';
    if (character === '"' || character === "'") {
      const end = literalEnd(text, at, limit);
      if (end === undefined) return [];
      const value = text.slice(at + 1, end - 1);
      const isAfter = /^[ \t]*(?:[,)\r\n#]|$|if\b|unless\b)/u.test(text.slice(end, end + 200));
      const isPlain = !/[\\#]/u.test(value);
      if (isBefore && isAfter && isPlain) found.push({ value, end });
      isBefore = false;
      at = end - 1;
    } else if (character === '#') {
      const end = text.indexOf('\n', at);
      at = end < 0 ? limit : end - 1;
    } else if (character === '\n') {
      if (!isBefore) return found;
    } else if (character === ',') isBefore = true;
    else if (!/\s/u.test(character)) isBefore = false;
  }
  return found;
}

/**
 * Returns the offset behind the closing quotation mark; `undefined` for a literal of several lines.
 */
function literalEnd(text: string, start: number, limit: number): number | undefined {
  const quote = text[start];
  for (let at = start + 1; at < limit; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '\n') return undefined;
    else if (text[at] === quote) return at + 1;
  }
  return undefined;
}
