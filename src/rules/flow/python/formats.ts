/** Operations of Python that make texts by a format. */

import type { Expression, Span } from '../form.ts';
import { literalText, opaque } from '../lowering.ts';

/** Returns an operation whose value has nothing of the text of its operands. */
export function operation(span: Span, op: string, args: readonly Expression[]): Expression {
  return { kind: 'operation', span, op, args };
}

/** Returns the value of a literal. */
export function valueOf(e: Expression): unknown {
  return e.kind === 'literal' ? e.value : undefined;
}

/** `"…%s…" % a`: a text of parts. Numbers have no text that can harm. */
export function percent(span: Span, left: Expression, right: Expression): Expression {
  const template = valueOf(left);
  if (typeof template !== 'string') return opaque(span, [left, right]);
  const values = right.kind === 'list' ? right.items.map(({ value }) => value) : [right];
  let next = 0;
  const parts = template
    .split(/(?<hole>%(?:\(\w+\))?[-+ #0]*\d*(?:\.\d+)?[a-zA-Z%])/u)
    .map((piece, index): Expression => {
      if (index % 2 === 0) return literalText(span, piece);
      if (piece.endsWith('%')) return literalText(span, '%');
      const value = piece.startsWith('%(') ? right : (values[next++] ?? right);
      return /[diouxXeEfFgGc]$/u.test(piece) ? operation(span, '%d', [value]) : value;
    });
  return { kind: 'text', span, parts };
}
