/** Finds `${{ … }}` in the texts of workflows. Source: see `expression.ts`. */

import { cacheTextResults } from '../../../core/base/cache-results.ts';
import type { Expression } from './expression.ts';
import { ExpressionSyntaxError } from './lex.ts';
import { parseExpression } from './parse.ts';

/** An expression in a text. Offsets count UTF-16 units of the text. */
export interface FoundExpression {
  /** Offset of `${{`. */
  readonly start: number;
  /** Behind `}}`; the end of the text where that is missing. */
  readonly end: number;
  /** Offset of the first character after `${{`: ranges of the expression count from there. */
  readonly bodyStart: number;
  /** Absent if GitHub refuses it. */
  readonly expression?: Expression;
  /** Reason for GitHub's refusal. */
  readonly problem?: string;
}

const OPEN = '${{';
/** The end of an expression, or a quoted text in it, in which braces do not end it. */
const CLOSE_OR_TEXT = /\}\}|'/gu;

/** Returns the expressions of a text in their order. */
export function findExpressions(text: string): readonly FoundExpression[] {
  const found: FoundExpression[] = [];
  for (let start = text.indexOf(OPEN); start !== -1;) {
    const one = expressionAt(text, start);
    found.push(one);
    start = text.indexOf(OPEN, one.end);
  }
  return found;
}

function expressionAt(text: string, start: number): FoundExpression {
  const bodyStart = start + OPEN.length;
  const close = closeFrom(text, bodyStart);
  if (close === undefined) {
    return { start, end: text.length, bodyStart, problem: 'the expression has no closing "}}"' };
  }
  return { start, end: close + 2, bodyStart, ...readExpression(text.slice(bodyStart, close)) };
}

function closeFrom(text: string, from: number): number | undefined {
  let isQuoted = false;
  CLOSE_OR_TEXT.lastIndex = from;
  for (;;) {
    const match = CLOSE_OR_TEXT.exec(text);
    if (match === null) return undefined;
    if (match[0] === "'") isQuoted = !isQuoted;
    else if (!isQuoted) return match.index;
    // Of three braces the first may end a quoted part: `}}` can begin at each.
    else CLOSE_OR_TEXT.lastIndex = match.index + 1;
  }
}

/** A parsed expression, or the reason for GitHub's refusal. */
export type ReadExpression = { readonly expression: Expression } | { readonly problem: string };

/**
 * Parses an expression; the problem takes the place of the expression where GitHub refuses it.
 * Equal short texts share one result, because workflows repeat them.
 */
export const readExpression: (text: string) => ReadExpression = cacheTextResults(parse, {
  maxLength: 200,
  maxTotal: 200_000,
});

function parse(text: string): ReadExpression {
  try {
    return { expression: parseExpression(text) };
  } catch (error) {
    if (error instanceof ExpressionSyntaxError) return { problem: error.message };
    throw error;
  }
}
