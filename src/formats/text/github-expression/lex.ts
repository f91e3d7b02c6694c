/**
 * The tokens of an expression. Source: see `expression.ts`; the names of properties may be
 * keywords, as in `github.true`.
 */

import type { ExpressionRange } from './expression.ts';

/** A token. Operators and brackets have their own text as kind. */
export type Token = ExpressionRange &
  (
    | { readonly kind: 'literal'; readonly value: null | boolean | number | string }
    | { readonly kind: 'name'; readonly text: string }
    | { readonly kind: Symbol | 'end' }
  );

type Symbol = (typeof SYMBOLS)[number];

/** Longer ones before those that they begin with. */
const SYMBOLS = [
  ...['<=', '>=', '==', '!=', '&&', '||', '<', '>', '!', '(', ')', '[', ']', ',', '.', '*'],
] as const satisfies readonly string[];

/** An expression that GitHub refuses. */
export class ExpressionSyntaxError extends Error {
  override readonly name = 'ExpressionSyntaxError';
  /** In UTF-16 units of the expression. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** A number, a name or a keyword ends before one of these. */
const WORD = /[^\s()[\],.!<>=&|]+/uy;
const NUMBER_WORD = /[^\s()[\],!<>=&|]+/uy;
const SPACES = /\s*/uy;
const NAME = /^[a-z_][\w-]*$/iu;
/**
 * Numbers of JSON, and those with a plus, without digits before the point, in hexadecimal and in
 * octal.
 */
const NUMBER = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|0x[\da-f]+|0o[0-7]+)$/iu;

const KEYWORDS: ReadonlyMap<string, null | boolean | number> = new Map<
  string,
  null | boolean | number
>([
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', Number.NaN],
  ['Infinity', Infinity],
  ['+Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

/**
 * Returns the tokens of an expression, with one of kind `end` at the end.
 * @throws ExpressionSyntaxError
 */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = skipped(text, 0);
  while (at < text.length) {
    const token = tokenAt(text, at, tokens.at(-1));
    tokens.push(token);
    at = skipped(text, token.end);
  }
  tokens.push({ kind: 'end', start: text.length, end: text.length });
  return tokens;
}

function skipped(text: string, from: number): number {
  SPACES.lastIndex = from;
  SPACES.test(text);
  return SPACES.lastIndex;
}

function tokenAt(text: string, start: number, previous: Token | undefined): Token {
  const first = text.charAt(start);
  if (first === "'") return textAt(text, start);
  const isProperty = previous?.kind === '.';
  if (/[\d+-]/u.test(first) || (first === '.' && !canBeIndexed(previous))) {
    return numberAt(text, start);
  }
  const symbol = SYMBOLS.find((one) => text.startsWith(one, start));
  if (symbol !== undefined) return { kind: symbol, start, end: start + symbol.length };
  const word = matched(WORD, text, start);
  const end = start + word.length;
  const keyword = isProperty ? undefined : KEYWORDS.get(word);
  if (keyword !== undefined) return { kind: 'literal', value: keyword, start, end };
  if (!NAME.test(word)) throw unexpected(text, start, end);
  return { kind: 'name', text: word, start, end };
}

/** Returns whether a point behind a token begins a property, and not a number. */
function canBeIndexed(token: Token | undefined): boolean {
  return token !== undefined && [')', ']', '*', 'name'].includes(token.kind);
}

function numberAt(text: string, start: number): Token {
  const word = matched(NUMBER_WORD, text, start);
  const end = start + word.length;
  const value = KEYWORDS.get(word) ?? (NUMBER.test(word) ? Number(word) : undefined);
  if (typeof value !== 'number') throw unexpected(text, start, end);
  return { kind: 'literal', value, start, end };
}

/** Returns a text in single quotes; two quotes stand for one. */
function textAt(text: string, start: number): Token {
  let value = '';
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf("'", from);
    if (quote === -1) throw new ExpressionSyntaxError('a text has no closing quote', start);
    value += text.slice(from, quote);
    if (text[quote + 1] !== "'") return { kind: 'literal', value, start, end: quote + 1 };
    value += "'";
    from = quote + 2;
  }
}

function matched(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? text.charAt(at);
}

/** Returns the error for something that cannot stand at a place. */
export function unexpected(text: string, start: number, end: number): ExpressionSyntaxError {
  const found = text.slice(start, Math.min(end, start + 40));
  return found === ''
    ? new ExpressionSyntaxError('the expression ends too early', start)
    : new ExpressionSyntaxError(`unexpected ${JSON.stringify(found)}`, start);
}
