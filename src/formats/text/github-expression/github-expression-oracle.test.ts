/**
 * Random expressions, read and evaluated by GitHub's own library, which editors use, and by ours.
 */

import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import fc from 'fast-check';
import { expect, it } from 'vitest';

import { evaluate, UNKNOWN } from './evaluate.ts';
import { expressionParts } from './expression.ts';
import { EvaluationError, valueOf } from './functions.ts';
import { ExpressionSyntaxError } from './lex.ts';
import { parseExpression } from './parse.ts';

const JSON_CONTEXT = {
  text: 'Some text',
  number: 42,
  nothing: null,
  yes: true,
  list: ['a', 'B', 3, { name: 'x' }, { name: 'y' }],
  map: { one: { name: 'first', list: [1] }, Two: { name: 'second', list: [2, 3] } },
};

const CONTEXT = valueOf(JSON_CONTEXT);

const REFUSED = 'refused';
const FAILS = 'fails';

function theirs(text: string): string {
  const context = JSON.parse(
    JSON.stringify({ ctx: JSON_CONTEXT }),
    data.reviver,
  ) as data.Dictionary;
  let parsed;
  try {
    parsed = new Parser(new Lexer(text).lex().tokens, ['ctx'], []).parse();
  } catch {
    return REFUSED;
  }
  try {
    return JSON.stringify(new Evaluator(parsed, context).evaluate(), data.replacer);
  } catch {
    return FAILS;
  }
}

function ours(text: string): string {
  try {
    const expression = parseExpression(text);
    // The library knows the names of contexts when it parses.
    for (const part of expressionParts(expression)) {
      if (part.kind === 'context' && part.name.toLowerCase() !== 'ctx') return REFUSED;
    }
    const value = evaluate(expression, () => CONTEXT);
    if (value === UNKNOWN) return 'unknown';
    return JSON.stringify(plain(value));
  } catch (error) {
    if (error instanceof ExpressionSyntaxError) return REFUSED;
    if (error instanceof EvaluationError) return FAILS;
    throw error;
  }
}

function plain(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(plain);
  const { properties } = value as { readonly properties: readonly (readonly [string, unknown])[] };
  return Object.fromEntries(properties.map(([key, one]) => [key, plain(one)]));
}

const atom = fc.constantFrom(
  ...['null', 'true', 'false', '0', '1', '-1', '2.5', '1e2', '0x10', '.5', 'NaN', "''", "'a'"],
  ...["'A'", "'1'", "' 2 '", "'x'", "'0x10'", "'it''s'", "'name'", "'[1,2]'", '\'{"a":{"b":1}}\''],
  ...["'{0}-{1}'", "'{{{0}}}'", 'ctx.text', 'ctx.number', 'ctx.nothing', 'ctx.yes', 'ctx.list'],
  ...['ctx.map', 'CTX.Map.ONE', "ctx['list'][1]", 'ctx.list.*.name', 'ctx.map.*.list', 'ctx.none'],
  ...['ctx.list[*]', 'ctx.map.*.list.*', 'ctx.map.two.list[1]'],
);

// The library replaces only the first doubled quote of a text.
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    atom,
    fc
      .tuple(fc.constantFrom('!', '('), tie('expression'))
      .map(([sign, one]) => (sign === '(' ? `(${one})` : `!${one}`)),
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom('==', '!=', '<', '<=', '>', '>=', '&&', '||'),
        tie('expression'),
      )
      .map((parts) => parts.join(' ')),
    fc
      .tuple(
        fc.constantFrom('contains', 'startsWith', 'endsWith', 'format', 'join', 'JOIN'),
        fc.array(tie('expression'), { minLength: 1, maxLength: 3 }),
      )
      .map(([name, given]) => `${name}(${given.join(', ')})`),
    fc
      .tuple(fc.constantFrom('toJSON', 'fromJSON'), tie('expression'))
      .map(([name, one]) => `${name}(${one})`),
    fc
      .tuple(tie('expression'), fc.constantFrom('.a', '.name', "['b']", '[0]', '[1]', '.*', '[*]'))
      .map(([one, index]) => (one.includes(' ') ? `(${one})${index}` : one + index)),
  ),
}));

/** Expressions with a piece taken out or doubled, most of which are broken. */
const broken = fc
  .tuple(expression, fc.nat(), fc.nat({ max: 4 }), fc.boolean())
  .map(([text, at, length, isTwice]) => {
    const from = at % (text.length + 1);
    const piece = text.slice(from, from + length);
    return text.slice(0, from) + (isTwice ? piece + piece : '') + text.slice(from + length);
  })
  // The library parses an empty text to nothing, and allows a comma before a parenthesis, unlike
  // the runner.
  .filter((text) => text.trim() !== '' && !/''.*''|,\s*\)/u.test(text));

it.each([
  ['whole', expression, 4000],
  ['broken', broken, 4000],
])('%s expressions mean what they mean to GitHub', (_name, texts, numRuns) => {
  fc.assert(
    fc.property(texts, (text) => {
      expect(`${text} -> ${ours(text)}`).toBe(`${text} -> ${theirs(text)}`);
    }),
    { numRuns },
  );
});
