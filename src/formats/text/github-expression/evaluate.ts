/**
 * Evaluates expressions as far as their constants and the known contexts decide them. What is not
 * known stays unknown, and `false && x` is false whatever `x` is.
 */

import type {
  CallExpression,
  ChainExpression,
  ChainOperator,
  ComparisonExpression,
  Expression,
} from './expression.ts';
import { EvaluationError, PURE_FUNCTIONS, type PureFunction } from './functions.ts';
import {
  areEqual,
  isArray,
  isOrdered,
  isPrimitive,
  isTruthy,
  propertyOf,
  toNumber,
  toText,
  type Value,
} from './value.ts';

/** Stands for a value that only a run of the workflow decides. */
export const UNKNOWN: unique symbol = Symbol('unknown');

/** A value, or {@link UNKNOWN}. */
export type Known = Value | typeof UNKNOWN;

/** Returns the value of a context by its name in lower case. */
export type ContextLookup = (name: string) => Known;

/** Returns a lookup without a run: no context is known. */
const NO_CONTEXT: ContextLookup = () => UNKNOWN;

/**
 * Returns the value of an expression.
 *
 * @throws EvaluationError where GitHub fails when it evaluates the expression, as for
 * `fromJSON('{')`.
 */
export function evaluate(expression: Expression, contexts: ContextLookup = NO_CONTEXT): Known {
  const result = evaluated(expression, contexts);
  return result instanceof Filtered ? result.items : result;
}

/**
 * Returns whether an expression counts as true; `undefined` if a run decides. Knows more than
 * {@link evaluate}: `x && false` is falsy whatever `x` is.
 *
 * @throws EvaluationError as {@link evaluate}.
 */
export function truthOf(
  expression: Expression,
  contexts: ContextLookup = NO_CONTEXT,
): boolean | undefined {
  if (expression.kind === 'not') return negated(truthOf(expression.operand, contexts));
  if (expression.kind === 'chain') {
    const truths = expression.operands.map((one) => truthOf(one, contexts));
    return chainTruth(expression.operator, truths);
  }
  const value = evaluate(expression, contexts);
  return value === UNKNOWN ? undefined : isTruthy(value);
}

function negated(truth: boolean | undefined): boolean | undefined {
  return truth === undefined ? undefined : !truth;
}

function chainTruth(
  operator: ChainOperator,
  truths: readonly (boolean | undefined)[],
): boolean | undefined {
  const decisive = operator === '||';
  if (truths.includes(decisive)) return decisive;
  return truths.includes(undefined) ? undefined : !decisive;
}

type Result = Known | Filtered;

/** The result of the filter `*`: a following index applies to each item. */
class Filtered {
  readonly items: readonly Value[];

  constructor(items: readonly Value[]) {
    this.items = items;
  }
}

function evaluated(expression: Expression, contexts: ContextLookup): Result {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'context':
      return contexts(expression.name.toLowerCase());
    case 'index': {
      const of = evaluated(expression.of, contexts);
      if (of === UNKNOWN) return UNKNOWN;
      if (expression.index === '*') return filtered(of);
      const index = evaluate(expression.index, contexts);
      if (index === UNKNOWN) return UNKNOWN;
      if (!(of instanceof Filtered)) return at(of, index) ?? null;
      return new Filtered(
        of.items.map((item) => at(item, index)).filter((one) => one !== undefined),
      );
    }
    case 'call':
      return called(expression, contexts);
    case 'not': {
      const truth = truthOf(expression.operand, contexts);
      return truth === undefined ? UNKNOWN : !truth;
    }
    case 'comparison':
      return compared(expression, contexts);
    case 'chain':
      return chained(expression, contexts);
  }
}

function filtered(of: Value | Filtered): Filtered {
  const from = of instanceof Filtered ? of.items : [of];
  return new Filtered(
    from.flatMap((one) => {
      if (isArray(one)) return one;
      return isPrimitive(one) ? [] : one.properties.map(([, value]) => value);
    }),
  );
}

/** Returns `undefined` where nothing is: GitHub reads `null` there. */
function at(of: Value, index: Value): Value | undefined {
  if (isPrimitive(of)) return undefined;
  if (!isArray(of)) return isPrimitive(index) ? propertyOf(of, toText(index)) : undefined;
  const number = isPrimitive(index) ? toNumber(index) : Number.NaN;
  return number >= 0 ? of[Math.floor(number)] : undefined;
}

function called({ name, arguments: given }: CallExpression, contexts: ContextLookup): Result {
  if (name === 'case') return caseOf(given, contexts);
  const values = given.map((one) => evaluate(one, contexts));
  return isPure(name) && values.every(isKnown) ? PURE_FUNCTIONS[name](values) : UNKNOWN;
}

function isPure(name: string): name is PureFunction {
  return Object.hasOwn(PURE_FUNCTIONS, name);
}

function isKnown(value: Known): value is Value {
  return value !== UNKNOWN;
}

/**
 * Evaluates `case(condition, value, …, otherwise)`: the value behind the first condition that
 * holds.
 */
function caseOf([first, value, ...rest]: readonly Expression[], contexts: ContextLookup): Result {
  if (first === undefined) return null;
  if (value === undefined) return evaluated(first, contexts);
  const holds = evaluate(first, contexts);
  if (holds === UNKNOWN) return UNKNOWN;
  if (typeof holds !== 'boolean') throw new EvaluationError('case: a condition is not a boolean');
  return holds ? evaluated(value, contexts) : caseOf(rest, contexts);
}

function compared({ operator, left, right }: ComparisonExpression, contexts: ContextLookup): Known {
  const a = evaluate(left, contexts);
  const b = evaluate(right, contexts);
  if (!isKnown(a) || !isKnown(b)) return UNKNOWN;
  if (operator === '==') return areEqual(a, b);
  return operator === '!=' ? !areEqual(a, b) : isOrdered(operator, a, b);
}

/** Returns the first operand that decides, else the last one. */
function chained({ operator, operands }: ChainExpression, contexts: ContextLookup): Result {
  let result: Result = null;
  for (const operand of operands) {
    result = evaluated(operand, contexts);
    if (result === UNKNOWN) return UNKNOWN;
    const isTrue = result instanceof Filtered || isTruthy(result);
    if (isTrue === (operator === '||')) return result;
  }
  return result;
}
