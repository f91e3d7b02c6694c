/** The parser of expressions. Source and precedence of operators: see `expression.ts`. */

import {
  FUNCTIONS,
  type ChainOperator,
  type ComparisonOperator,
  type Expression,
  type FunctionName,
} from './expression.ts';
import { ExpressionSyntaxError, tokensOf, unexpected, type Token } from './lex.ts';

/** GitHub refuses expressions above 21,000 characters. */
const MAX_LENGTH = 2 ** 16;
/** GitHub refuses more than 50 levels; the bound protects the stack. */
const MAX_DEPTH = 200;

/**
 * Parses the text between `${{` and `}}`.
 *
 * @throws ExpressionSyntaxError for a text that GitHub refuses, for one of more than 65,536 UTF-16
 * units, and for one that
 *   is nested deeper than 200 levels.
 */
export function parseExpression(text: string): Expression {
  if (text.length > MAX_LENGTH) {
    throw new ExpressionSyntaxError(`the expression is longer than ${MAX_LENGTH} characters`, 0);
  }
  return new Parser(text).parse();
}

/** The operators of two operands by their levels, the loosest first. */
const LEVELS: readonly (readonly (ChainOperator | ComparisonOperator)[])[] = [
  ['||'],
  ['&&'],
  ['==', '!='],
  ['<', '<=', '>', '>='],
];

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  parse(): Expression {
    const expression = this.#binary(0);
    if (this.#token.kind !== 'end') throw this.#unexpected();
    return expression;
  }

  /** Returns the current token; the last one is `end`, which nothing consumes. */
  get #token(): Token {
    return (
      this.#tokens[this.#next] ?? { kind: 'end', start: this.#text.length, end: this.#text.length }
    );
  }

  #unexpected(): ExpressionSyntaxError {
    const { start, end } = this.#token;
    return unexpected(this.#text, start, end);
  }

  #tooDeep(): ExpressionSyntaxError {
    const message = `the expression is nested deeper than ${MAX_DEPTH} levels`;
    return new ExpressionSyntaxError(message, this.#token.start);
  }

  #take(kind: Token['kind']): Token | undefined {
    const token = this.#token;
    if (token.kind !== kind) return undefined;
    this.#next += 1;
    return token;
  }

  #expect(kind: Token['kind']): Token {
    const token = this.#take(kind);
    if (token === undefined) throw this.#unexpected();
    return token;
  }

  #binary(level: number): Expression {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (let count = 1; ; count += 1) {
      const operator = operators.find((one) => one === this.#token.kind);
      if (operator === undefined) return left;
      if (operator === '&&' || operator === '||') left = this.#chain(operator, left, level);
      else left = this.#comparison(operator, left, level);
      if (count > MAX_DEPTH) throw this.#tooDeep();
    }
  }

  #comparison(operator: ComparisonOperator, left: Expression, level: number): Expression {
    this.#next += 1;
    const right = this.#binary(level + 1);
    const range = { start: left.range.start, end: right.range.end };
    return { kind: 'comparison', operator, left, right, range };
  }

  /** Extends a chain; chains are flat, so that long ones do not nest. */
  #chain(operator: ChainOperator, first: Expression, level: number): Expression {
    const operands = [first];
    let { end } = first.range;
    while (this.#take(operator) !== undefined) {
      const operand = this.#binary(level + 1);
      operands.push(operand);
      ({ end } = operand.range);
    }
    return { kind: 'chain', operator, operands, range: { start: first.range.start, end } };
  }

  #unary(): Expression {
    const not = this.#take('!');
    if (not === undefined) return this.#postfix();
    const operand = this.#nested(() => this.#unary());
    return { kind: 'not', operand, range: { start: not.start, end: operand.range.end } };
  }

  #postfix(): Expression {
    const isGroup = this.#token.kind === '(';
    let of = this.#primary();
    for (let count = 1; ; count += 1) {
      const next = this.#token;
      if (next.kind !== '.' && next.kind !== '[') return of;
      if (of.kind === 'literal' && !isGroup) throw this.#unexpected();
      if (count > MAX_DEPTH) throw this.#tooDeep();
      this.#next += 1;
      of = next.kind === '.' ? this.#property(of) : this.#index(of);
    }
  }

  #property(of: Expression): Expression {
    const star = this.#take('*');
    const token = star ?? this.#expect('name');
    const range = { start: of.range.start, end: token.end };
    if (token.kind !== 'name') return { kind: 'index', of, index: '*', range };
    const index = {
      kind: 'literal' as const,
      value: token.text,
      range: { start: token.start, end: token.end },
    };
    return { kind: 'index', of, index, range };
  }

  #index(of: Expression): Expression {
    const index =
      this.#take('*') === undefined ? this.#nested(() => this.#binary(0)) : ('*' as const);
    const { end } = this.#expect(']');
    return { kind: 'index', of, index, range: { start: of.range.start, end } };
  }

  #primary(): Expression {
    const token = this.#token;
    if (token.kind === 'literal') {
      this.#next += 1;
      const { value, start, end } = token;
      return { kind: 'literal', value, range: { start, end } };
    }
    if (this.#take('(') !== undefined) {
      const inner = this.#nested(() => this.#binary(0));
      const { end } = this.#expect(')');
      return { ...inner, range: { start: token.start, end } };
    }
    if (token.kind !== 'name') throw this.#unexpected();
    this.#next += 1;
    if (this.#take('(') !== undefined) return this.#call(token);
    const { text: name, start, end } = token;
    return { kind: 'context', name, range: { start, end } };
  }

  #call({ text, start }: Token & { readonly kind: 'name' }): Expression {
    const name = text.toLowerCase();
    if (!isFunction(name)) throw new ExpressionSyntaxError(`unknown function "${text}"`, start);
    const given: Expression[] = [];
    if (this.#token.kind !== ')') {
      do given.push(this.#nested(() => this.#binary(0)));
      while (this.#take(',') !== undefined);
    }
    const { end } = this.#expect(')');
    const [least, most] = FUNCTIONS[name];
    if (
      given.length < least ||
      given.length > most ||
      (name === 'case' && given.length % 2 === 0)
    ) {
      throw new ExpressionSyntaxError(`"${text}" does not take ${given.length} arguments`, start);
    }
    return { kind: 'call', name, arguments: given, range: { start, end } };
  }

  #nested<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw this.#tooDeep();
    const result = read();
    this.#depth -= 1;
    return result;
  }
}

function isFunction(name: string): name is FunctionName {
  return Object.hasOwn(FUNCTIONS, name);
}
