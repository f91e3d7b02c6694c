/**
 * Patterns of rules: a piece of code in which `$X` stands for any expression, `...` for any
 * arguments, `"..."` for any text that is written in the program, and `$X.name` for the member of
 * any object. Names are qualified: `os.system` is that function under any name that the file gives
 * it. A pattern is a call, a member, an assignment or `return`.
 */

import { AssayError } from '../../../core/base/errors.ts';

/** A part of a pattern that describes a value. */
export type ValuePattern =
  /** Any value; its name is that behind the `$`. */
  | { readonly kind: 'any'; readonly name: string }
  | { readonly kind: 'rest' }
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'some-text' }
  | { readonly kind: 'list'; readonly items: readonly ValuePattern[] }
  | {
      readonly kind: 'record';
      readonly entries: readonly { readonly key: string; readonly value: ValuePattern }[];
    }
  | { readonly kind: 'ref'; readonly ref: string };

/** An argument of a pattern of a call. */
export interface ArgumentPattern {
  readonly value: ValuePattern;
  /** Of an argument that is passed by its name; `*` for all that are, as one value. */
  readonly name?: string;
}

/** A pattern. */
export type Pattern =
  | {
      readonly kind: 'call';
      readonly ref: string;
      readonly args: readonly ArgumentPattern[];
      readonly isNew: boolean;
    }
  | { readonly kind: 'assign'; readonly ref: string; readonly value: ValuePattern }
  | { readonly kind: 'return'; readonly value: ValuePattern };

const TOKEN =
  /\s*(?:(?<rest>\.\.\.)|(?<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<number>0x[0-9a-f]+|0o[0-7]+|-?\d+(?:\.\d+)?)|(?<name>\$?[A-Za-z_@](?:[\w$/@-]|:(?=[A-Za-z]))*)|(?<sign>\(\)|[()[\]{},.=:]))/uy;

type TokenKind = 'rest' | 'text' | 'number' | 'name' | 'sign';

interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

/**
 * Reads a pattern.
 *
 * @throws AssayError `CONFIG_INVALID` with the pattern if it is none
 */
export function parsePattern(text: string): Pattern {
  const parser = new PatternParser(text, tokensOf(text));
  return parser.pattern();
}

/**
 * Reads the name of a value: `os.environ` is a member, `os.getenv()` is what a call returns,
 * `$X.name` is the member of any object.
 *
 * @returns the qualified name, with `*` for any object
 * @throws AssayError `CONFIG_INVALID` with the text if it is none
 */
export function parseName(text: string): string {
  return new PatternParser(text, tokensOf(text)).name();
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const { length } = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < length) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(text)?.groups;
    const [kind, value] =
      Object.entries(found ?? {}).find(([, one]) => (one as string | undefined) !== undefined) ??
      [];
    if (kind === undefined || value === undefined)
      throw noPattern(text, `at "${text.slice(at, at + 20)}"`);
    tokens.push({ kind: kind as TokenKind, text: value });
  }
  return tokens;
}

function noPattern(text: string, why: string): AssayError {
  return new AssayError('CONFIG_INVALID', `"${text}" is not a pattern of a rule: ${why}`, {
    hint: 'A pattern is a call, an assignment or "return", as in os.system($X, ...)',
  });
}

class PatternParser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string, tokens: readonly Token[]) {
    this.#text = text;
    this.#tokens = tokens;
  }

  name(): string {
    const ref = this.#ref();
    this.#refuseMore();
    return ref;
  }

  pattern(): Pattern {
    const isReturn = this.#takeName('return');
    if (isReturn) return this.#ended({ kind: 'return', value: this.#value() });
    const isNew = this.#takeName('new');
    const ref = this.#ref();
    if (this.#take('=')) return this.#ended({ kind: 'assign', ref, value: this.#value() });
    // What a call returns can be called, too.
    if (ref.endsWith('()') && this.#tokens[this.#at]?.text !== '(') {
      return this.#ended({ kind: 'call', ref: ref.slice(0, -2), args: [], isNew });
    }
    this.#expect('(');
    return this.#ended({ kind: 'call', ref, args: this.#args(), isNew });
  }

  #ended(pattern: Pattern): Pattern {
    this.#refuseMore();
    return pattern;
  }

  #refuseMore(): void {
    const next = this.#tokens[this.#at];
    if (next !== undefined) throw noPattern(this.#text, `"${next.text}" is not expected`);
  }

  #ref(): string {
    let ref = this.#name();
    if (ref.startsWith('$')) ref = '*';
    for (;;) {
      if (this.#take('.')) ref += `.${this.#name()}`;
      else if (this.#take('()')) ref += '()';
      else return ref;
    }
  }

  #args(): readonly ArgumentPattern[] {
    const args: ArgumentPattern[] = [];
    while (!this.#take(')')) {
      const next = this.#tokens[this.#at + 1];
      const isNamed = this.#tokens[this.#at]?.kind === 'name' && next?.text === '=';
      const written = isNamed ? this.#name() : undefined;
      const name = written?.startsWith('$') === true ? '*' : written;
      if (isNamed) this.#expect('=');
      args.push({ value: this.#value(), ...(name !== undefined && { name }) });
      if (!this.#take(',') && this.#tokens[this.#at]?.text !== ')') this.#expect(',');
    }
    return args;
  }

  #value(): ValuePattern {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw noPattern(this.#text, 'it ends too early');
    this.#at += 1;
    if (token.kind === 'rest') return { kind: 'rest' };
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.text) };
    if (token.kind === 'text') {
      const value = textOf(token);
      return value === '...' ? { kind: 'some-text' } : { kind: 'literal', value };
    }
    if (token.text === '[') return { kind: 'list', items: this.#items() };
    if (token.text === '{') return { kind: 'record', entries: this.#entries() };
    if (token.kind !== 'name') throw noPattern(this.#text, `"${token.text}" is no value`);
    const constant = CONSTANTS.get(token.text);
    if (constant !== undefined) return { kind: 'literal', value: constant };
    if (token.text.startsWith('$')) return { kind: 'any', name: token.text.slice(1) };
    this.#at -= 1;
    return { kind: 'ref', ref: this.#ref() };
  }

  #items(): readonly ValuePattern[] {
    const items: ValuePattern[] = [];
    while (!this.#take(']')) {
      items.push(this.#value());
      if (!this.#take(',') && this.#tokens[this.#at]?.text !== ']') this.#expect(',');
    }
    return items;
  }

  #entries(): readonly { readonly key: string; readonly value: ValuePattern }[] {
    const entries: { key: string; value: ValuePattern }[] = [];
    while (!this.#take('}')) {
      const token = this.#tokens[this.#at];
      if (token?.kind === 'rest') this.#at += 1;
      else {
        const key = token?.kind === 'text' ? textOf(token) : this.#name();
        if (token?.kind === 'text') this.#at += 1;
        this.#expect(':');
        entries.push({ key, value: this.#value() });
      }
      if (!this.#take(',') && this.#tokens[this.#at]?.text !== '}') this.#expect(',');
    }
    return entries;
  }

  #name(): string {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'name') {
      throw noPattern(this.#text, token ? `"${token.text}" is no name` : 'it ends too early');
    }
    this.#at += 1;
    return token.text;
  }

  #takeName(name: string): boolean {
    const next = this.#tokens[this.#at + 1];
    const isNext =
      this.#tokens[this.#at]?.text === name && (next?.kind !== 'sign' || next.text === '[');
    if (isNext) this.#at += 1;
    return isNext;
  }

  #take(sign: string): boolean {
    const token = this.#tokens[this.#at];
    const isNext = token?.kind === 'sign' && token.text === sign;
    if (isNext) this.#at += 1;
    return isNext;
  }

  #expect(sign: string): void {
    if (this.#take(sign)) return;
    const found = this.#tokens[this.#at]?.text;
    throw noPattern(
      this.#text,
      `"${sign}" is expected${found === undefined ? ' at the end' : `, not "${found}"`}`,
    );
  }
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** What a text in quotes stands for. */
function textOf({ text }: Token): string {
  return text
    .slice(1, -1)
    .replaceAll(/\\(.)/gsu, (_, letter: string) => ESCAPES.get(letter) ?? letter);
}

const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map([
  ...(['true', 'True'] as const).map((name): [string, boolean] => [name, true]),
  ...(['false', 'False'] as const).map((name): [string, boolean] => [name, false]),
  ...(['null', 'None', 'undefined'] as const).map((name): [string, null] => [name, null]),
]);
