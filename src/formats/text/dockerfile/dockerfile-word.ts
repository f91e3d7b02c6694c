/**
 * The words of Dockerfile instructions that builders expand: quotes, escapes and `${variable}` with
 * its modifiers. Source: the Dockerfile reference, "Environment replacement", and the lexer of
 * BuildKit where the reference is silent.
 */

import { spaceAt } from './dockerfile-text.ts';

/**
 * A modifier of a variable: `:-` in `${name:-word}`. A doubled `#`, `%` or `/` takes the longest
 * match or all of them.
 */
export type WordOperator =
  '' | '-' | ':-' | '+' | ':+' | '?' | ':?' | '#' | '##' | '%' | '%%' | '/' | '//';

/** A part of a word; `start` and `end` are indexes of the word's text. */
export type WordPart = TextPart | QuotedPart | VariablePart;

/** Characters that stand for themselves. */
export interface TextPart {
  readonly kind: 'text';
  readonly text: string;
  /** The text is one character behind the escape character. */
  readonly isEscaped: boolean;
  readonly start: number;
  readonly end: number;
}

/** A part in quotes. Single quotes hold one text. */
export interface QuotedPart {
  readonly kind: 'quoted';
  readonly quote: '"' | "'";
  readonly parts: readonly WordPart[];
  readonly start: number;
  readonly end: number;
}

/** `$name` or `${name}` with an operator. */
export interface VariablePart {
  readonly kind: 'variable';
  readonly name: string;
  readonly operator: WordOperator;
  /** The text after the operator: the other value, the message, or the pattern. */
  readonly word: readonly WordPart[];
  /** The text after the second slash of `${name/pattern/replacement}`. */
  readonly replacement: readonly WordPart[];
  readonly start: number;
  readonly end: number;
}

/** A word in parts, or the reason why builders refuse it. */
export type ParsedWord =
  | { readonly parts: readonly WordPart[]; readonly problem?: undefined }
  | { readonly parts?: undefined; readonly problem: string };

/**
 * Variables nest this deep at most. Files that people write nest two levels; the bound keeps the
 * stack small.
 */
const MAX_DEPTH = 50;

const DOUBLED = { '#': '##', '%': '%%' } as const;
const SPECIAL_NAMES = '@*#?-$!0';
const DIGITS = /\d+/uy;
const NAME = /[\p{L}\p{Nd}_]+/uy;
const BYTE_NAME = /[\w\u0080-\u00ff]+/uy;
const PLAIN_END = /["'$\\`}/]/gu;

class WordError extends Error {}

/** Splits a word into parts. */
export function parseWord(text: string, escape: '\\' | '`' = '\\'): ParsedWord {
  return parse(text, escape, NAME);
}

/**
 * Returns the words of a line between white space outside of quotes, with their quotes, or
 * `undefined` if BuildKit cannot lex the line. White space inside of `${}` separates words too, as
 * BuildKit splits the text that a variable stands for.
 */
export function rawWords(
  text: string,
): readonly { readonly start: number; readonly end: number }[] | undefined {
  const { parts } = parse(text, '\\', BYTE_NAME);
  if (parts === undefined) return undefined;
  const words: { start: number; end: number }[] = [];
  let from = -1;
  const endWord = (end: number): void => {
    if (from >= 0) words.push({ start: from, end });
    from = -1;
  };
  for (const part of parts) {
    const isWhole = part.kind === 'quoted' || (part.kind === 'text' && part.isEscaped);
    for (let at = part.start; at < part.end; at += 1) {
      const space = isWhole ? 0 : spaceAt(text, at);
      if (space > 0) endWord(at);
      else if (from < 0) from = at;
      at += Math.max(0, space - 1);
    }
  }
  endWord(text.length);
  return words;
}

/**
 * Returns a word without quotes and escapes, variables as they are written; `undefined` for a word
 * that has an error.
 */
export function unquoteWord(
  text: string,
): { readonly text: string; readonly hasQuotes: boolean } | undefined {
  const { parts } = parse(text, '\\', BYTE_NAME);
  if (parts === undefined) return undefined;
  return {
    text: parts.map((part) => unquotedPart(text, part)).join(''),
    hasQuotes: parts.some(({ kind }) => kind === 'quoted'),
  };
}

function unquotedPart(text: string, part: WordPart): string {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'quoted':
      return part.parts.map((inner) => unquotedPart(text, inner)).join('');
    case 'variable':
      return text.slice(part.start, part.end);
  }
}

function parse(text: string, escape: '\\' | '`', name: RegExp): ParsedWord {
  try {
    return { parts: new WordReader(text, escape, name).readUntil('', false, 0) };
  } catch (error) {
    if (error instanceof WordError) return { problem: error.message };
    throw error;
  }
}

/** One pass over a word. */
class WordReader {
  readonly #text: string;
  readonly #escape: string;
  readonly #name: RegExp;
  #at = 0;

  constructor(text: string, escape: string, name: RegExp) {
    this.#text = text;
    this.#escape = escape;
    this.#name = name;
  }

  /**
   * Reads up to a character, which is passed, or to the end if there is none. `isRaw` keeps escapes
   * in the text.
   */
  readUntil(stop: string, isRaw: boolean, depth: number): readonly WordPart[] {
    if (depth > MAX_DEPTH) throw new WordError(`Variables are nested more than ${MAX_DEPTH} deep.`);
    const parts: WordPart[] = [];
    while (this.#at < this.#text.length) {
      const character = this.#text.charAt(this.#at);
      if (character === stop) {
        this.#at += 1;
        return parts;
      }
      const part = this.#readPart(character, stop, isRaw, depth);
      if (part !== undefined) parts.push(part);
    }
    if (stop !== '') throw new WordError(`The "${stop}" that ends a variable is missing.`);
    return parts;
  }

  #readPart(character: string, stop: string, isRaw: boolean, depth: number): WordPart | undefined {
    if (character === "'") return this.#readSingleQuoted();
    if (character === '"') return this.#readDoubleQuoted(isRaw, depth);
    if (character === '$') return this.#readDollar(depth);
    if (character === this.#escape) return this.#readEscape(isRaw);
    return this.#readPlain(stop);
  }

  #readPlain(stop: string): TextPart {
    const start = this.#at;
    PLAIN_END.lastIndex = start + 1;
    let end = this.#text.length;
    for (let found = PLAIN_END.exec(this.#text); found; found = PLAIN_END.exec(this.#text)) {
      const [character] = found;
      const isOther =
        character === '\\' || character === '`' || character === '}' || character === '/';
      if (isOther && character !== this.#escape && character !== stop) continue;
      end = found.index;
      break;
    }
    return this.#textTo(start, end);
  }

  #textTo(start: number, end: number): TextPart {
    this.#at = end;
    const text = this.#text.slice(start, end);
    return { kind: 'text', text, isEscaped: false, start, end };
  }

  /** An escape character at the end of the word is dropped, unless escapes are kept. */
  #readEscape(isRaw: boolean): TextPart | undefined {
    const start = this.#at;
    const length = Math.min(2, this.#text.length - start);
    this.#at += length;
    const text = this.#text.slice(isRaw ? start : start + 1, start + length);
    if (text === '') return undefined;
    return { kind: 'text', text, isEscaped: true, start, end: start + length };
  }

  #readSingleQuoted(): QuotedPart {
    const start = this.#at;
    const close = this.#text.indexOf("'", start + 1);
    if (close < 0) throw new WordError('A single quote is not closed.');
    const parts = [this.#textTo(start + 1, close)];
    this.#at = close + 1;
    return { kind: 'quoted', quote: "'", parts, start, end: close + 1 };
  }

  /**
   * Inside of double quotes the escape character escapes itself, `"` and `$`, and stands for itself
   * before others.
   */
  #readDoubleQuoted(isRaw: boolean, depth: number): QuotedPart {
    const start = this.#at;
    const parts: WordPart[] = [];
    this.#at += 1;
    let from = this.#at;
    const flush = (): void => {
      if (this.#at > from) parts.push(this.#textTo(from, this.#at));
    };
    while (this.#at < this.#text.length) {
      const character = this.#text.charAt(this.#at);
      if (character === '"') {
        flush();
        this.#at += 1;
        return { kind: 'quoted', quote: '"', parts, start, end: this.#at };
      }
      if (character === '$') {
        flush();
        parts.push(this.#readDollar(depth));
        from = this.#at;
      } else if (character === this.#escape && this.#escapesNext()) {
        flush();
        const escaped = this.#readEscape(isRaw);
        if (escaped !== undefined) parts.push(escaped);
        from = this.#at;
      } else {
        this.#at += 1;
      }
    }
    throw new WordError('A double quote is not closed.');
  }

  #escapesNext(): boolean {
    const next = this.#text.charAt(this.#at + 1);
    return next === '' || next === '"' || next === '$' || next === this.#escape;
  }

  #readDollar(depth: number): WordPart {
    const start = this.#at;
    this.#at += 1;
    if (this.#text.charAt(this.#at) !== '{') {
      const name = this.#readName();
      if (name === '') return this.#textTo(start, start + 1);
      return { ...NO_OPERATOR, name, start, end: this.#at };
    }
    this.#at += 1;
    if ('{}:'.includes(this.#text.charAt(this.#at))) {
      throw new WordError('A variable between "${" and "}" has no name.');
    }
    const name = this.#readName();
    const operation = this.#readOperation(name, depth);
    return { kind: 'variable', name, ...operation, start, end: this.#at };
  }

  #readOperation(
    name: string,
    depth: number,
  ): Pick<VariablePart, 'operator' | 'word' | 'replacement'> {
    const colon = this.#text.charAt(this.#at) === ':' ? ':' : '';
    this.#at += colon.length;
    const sign = this.#text.charAt(this.#at);
    this.#at += 1;
    if (sign === '}' && colon === '') return NO_OPERATOR;
    if (sign === '-' || sign === '+' || sign === '?') {
      const word = this.readUntil('}', false, depth + 1);
      return { operator: colon === '' ? sign : `:${sign}`, word, replacement: [] };
    }
    if (sign === '#' || sign === '%') {
      const isDouble = this.#accept(sign);
      const word = this.readUntil('}', true, depth + 1);
      return { operator: isDouble ? DOUBLED[sign] : sign, word, replacement: [] };
    }
    if (sign === '/' && colon === '') {
      const isDouble = this.#accept(sign);
      const word = this.readUntil('/', true, depth + 1);
      const replacement = this.readUntil('}', true, depth + 1);
      return { operator: isDouble ? '//' : '/', word, replacement };
    }
    throw new WordError(
      `"\${${name}${colon}${sign}" is not a form of variable that builders know.`,
    );
  }

  #accept(character: string): boolean {
    const isNext = this.#text.charAt(this.#at) === character;
    if (isNext) this.#at += 1;
    return isNext;
  }

  /** Returns a special parameter of one character, a number, or letters, digits and underscores. */
  #readName(): string {
    const first = this.#text.charAt(this.#at);
    if (first !== '' && SPECIAL_NAMES.includes(first)) {
      this.#at += 1;
      return first;
    }
    const pattern = first >= '0' && first <= '9' ? DIGITS : this.#name;
    pattern.lastIndex = this.#at;
    const [name = ''] = pattern.exec(this.#text) ?? [];
    this.#at += name.length;
    return name;
  }
}

const NO_OPERATOR = { kind: 'variable', operator: '', word: [], replacement: [] } as const;
