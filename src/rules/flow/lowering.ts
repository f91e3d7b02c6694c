/** Shared code for the lowering of all languages. */

import type { SyntaxNode } from '../../formats/text/tree-sitter.ts';
import type { Block, Expression, Span } from './form.ts';
import { FlowLimitError } from './machine.ts';

/** Expressions and statements that are nested deeper are not followed. */
const MAX_DEPTH = 400;

/** Counts how deep the lowering is in a file. */
export class Depth {
  #depth = 0;

  /** @throws FlowLimitError */
  enter<T>(run: () => T): T {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new FlowLimitError(`nested more than ${MAX_DEPTH} deep`);
    try {
      return run();
    } finally {
      this.#depth -= 1;
    }
  }
}

/** Returns the place of a node. */
export function spanOf({ startIndex, endIndex }: SyntaxNode): Span {
  return { start: startIndex, end: endIndex };
}

/** Returns the named children of a node without comments. */
export function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  return node.namedChildren.filter((one) => one.type !== 'comment');
}

/** Returns the places of the comments in a node, in order. */
export function commentsIn(node: SyntaxNode): readonly Span[] {
  return node.descendantsOfType(['comment', 'html_comment']).map(spanOf);
}

/**
 * Returns a text with spaces in the place of its comments, so that all else stays where it is: what
 * a comment says is no evidence of what the program does.
 */
export function withoutComments(text: string, comments: readonly Span[]): string {
  const pieces: string[] = [];
  let done = 0;
  for (const { start, end } of comments) {
    pieces.push(text.slice(done, start), text.slice(start, end).replaceAll(/[^\r\n]/g, ' '));
    done = end;
  }
  return pieces.join('') + text.slice(done);
}

/**
 * Lowers a sum, whose operands are nested on the left: of two operands to a sum, of more to a text.
 * A program can have 100,000 of them.
 */
export function loweredSum(
  node: SyntaxNode,
  expression: (operand: SyntaxNode) => Expression,
): Expression {
  const operands: SyntaxNode[] = [];
  let at: SyntaxNode | null = node;
  while (at?.type === node.type && at.childForFieldName('operator')?.type === '+') {
    const right = at.childForFieldName('right');
    if (right) operands.push(right);
    at = at.childForFieldName('left');
  }
  if (at) operands.push(at);
  const parts = operands.reverse().map(expression);
  const [left, right, ...more] = parts;
  if (left && right && more.length === 0) return { kind: 'sum', span: spanOf(node), left, right };
  return { kind: 'text', span: spanOf(node), parts };
}

/** Returns an expression whose value is not known, with those that are part of it. */
export function opaque(span: Span, parts: readonly Expression[]): Expression {
  return { kind: 'opaque', span, parts };
}

/** Returns a text that is written in the program. */
export function literalText(span: Span, value: string): Expression {
  return { kind: 'literal', span, value };
}

/** Returns a function that makes a block once, when it is first called. */
export function once(make: () => Block): () => Block {
  let block: Block | undefined;
  return () => (block ??= make());
}

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', '0': '\u0000', '\n': '' },
};

/** Returns a text without the backslashes of its escapes. */
export function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replaceAll(
    /\\(?:u\{(?<long>[0-9a-fA-F]{1,6})\}|u(?<four>[0-9a-fA-F]{4})|x(?<two>[0-9a-fA-F]{2})|(?<one>[\s\S]))/gu,
    (...found) => {
      const { long, four, two, one } = found.at(-1) as Readonly<Record<string, string | undefined>>;
      const hex = long ?? four ?? two;
      if (hex !== undefined) {
        const point = Number.parseInt(hex, 16);
        return point > 0x10_ff_ff ? '' : String.fromCodePoint(point);
      }
      return ESCAPES[one ?? ''] ?? one ?? '';
    },
  );
}
