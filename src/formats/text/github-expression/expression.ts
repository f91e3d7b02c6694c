/**
 * Expressions of GitHub workflows and actions: what stands between `${{` and `}}`, and the text of
 * an `if`.
 *
 * Source: docs.github.com, "Evaluate expressions in workflows and actions". Offsets count UTF-16
 * units of the text of the expression.
 */

/** A range of the text of an expression; `end` is exclusive. */
export interface ExpressionRange {
  readonly start: number;
  readonly end: number;
}

/** A parsed expression. */
export type Expression =
  | LiteralExpression
  | ContextExpression
  | IndexExpression
  | CallExpression
  | NotExpression
  | ComparisonExpression
  | ChainExpression;

/** `true`, `null`, `-9.2`, `'text'`. */
export interface LiteralExpression {
  readonly kind: 'literal';
  readonly range: ExpressionRange;
  readonly value: null | boolean | number | string;
}

/** The name of a context, such as `github`, as written. Names ignore case. */
export interface ContextExpression {
  readonly kind: 'context';
  readonly range: ExpressionRange;
  readonly name: string;
}

/** `of.name`, `of['name']`, `of[0]`, or with the filter `*` as index. */
export interface IndexExpression {
  readonly kind: 'index';
  readonly range: ExpressionRange;
  readonly of: Expression;
  /** A property after a dot is a literal text. */
  readonly index: Expression | '*';
}

/** A call of a function. */
export interface CallExpression {
  readonly kind: 'call';
  readonly range: ExpressionRange;
  /** In lower case, because names ignore case. */
  readonly name: FunctionName;
  readonly arguments: readonly Expression[];
}

/** `!operand`. */
export interface NotExpression {
  readonly kind: 'not';
  readonly range: ExpressionRange;
  readonly operand: Expression;
}

/** A comparison of two operands. */
export interface ComparisonExpression {
  readonly kind: 'comparison';
  readonly range: ExpressionRange;
  readonly operator: ComparisonOperator;
  readonly left: Expression;
  readonly right: Expression;
}

/** Operands that are all joined by `&&`, or all by `||`: two or more. */
export interface ChainExpression {
  readonly kind: 'chain';
  readonly range: ExpressionRange;
  readonly operator: ChainOperator;
  readonly operands: readonly Expression[];
}

/** The operators that compare. */
export type ComparisonOperator = '<' | '<=' | '>' | '>=' | '==' | '!=';

/** The operators that return one of their operands. */
export type ChainOperator = '&&' | '||';

/**
 * The functions of expressions, in lower case, with the least and the greatest number of arguments.
 */
export const FUNCTIONS = {
  always: [0, 0],
  cancelled: [0, 0],
  case: [3, 255],
  contains: [2, 2],
  endswith: [2, 2],
  // The condition of a job may name jobs; that of a step has no arguments.
  failure: [0, 255],
  format: [1, 255],
  fromjson: [1, 1],
  hashfiles: [1, 255],
  join: [1, 2],
  startswith: [2, 2],
  success: [0, 255],
  tojson: [1, 1],
} as const satisfies Readonly<Record<string, readonly [least: number, most: number]>>;

/** The name of a function, in lower case. */
export type FunctionName = keyof typeof FUNCTIONS;

/** Yields an expression and all expressions in it, each before its parts. */
export function* expressionParts(root: Expression): Generator<Expression> {
  const open = [root];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    yield part;
    open.push(...childrenOf(part).toReversed());
  }
}

/** Returns the parts of which an expression directly consists. */
export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'context':
      return [];
    case 'index':
      return expression.index === '*' ? [expression.of] : [expression.of, expression.index];
    case 'call':
      return expression.arguments;
    case 'not':
      return [expression.operand];
    case 'comparison':
      return [expression.left, expression.right];
    case 'chain':
      return expression.operands;
  }
}
