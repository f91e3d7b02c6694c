/**
 * Evaluation of license expressions against a set of licenses.
 *
 * Source: SPDX specification, annex "SPDX License Expressions". A slash between licenses is read as
 * `OR`, as old crates write it. Other texts, such as the free texts of distributions, are one
 * license of that name.
 */

/** Longer ones are taken for a text. */
const MAX_TOKENS = 500;

/** The coverage of a license expression by a set of licenses. */
export interface LicenseCoverage {
  /** Whether every choice includes one of the licenses. */
  readonly isBound: boolean;
  /** It can be used under these licences alone. */
  readonly isCovered: boolean;
}

/** Evaluates an expression. `isOne` returns whether a license, in lower case, is in the set. */
export function evaluateLicenses(
  expression: string,
  isOne: (license: string) => boolean,
): LicenseCoverage {
  const text = expression.trim().toLowerCase();
  const tokens = text.replaceAll(/[()]/gu, ' $& ').replaceAll('/', ' or ').split(/\s+/u);
  const known = tokens.filter((token) => token !== '');
  return (known.length > MAX_TOKENS ? undefined : evaluate(known, isOne)) ?? answerOf(isOne(text));
}

function answerOf(isOf: boolean): LicenseCoverage {
  return { isBound: isOf, isCovered: isOf };
}

type Operator = 'and' | 'or' | '(';

/** Returns `undefined` for what is no expression. */
function evaluate(
  tokens: readonly string[],
  isOne: (license: string) => boolean,
): LicenseCoverage | undefined {
  const evaluation = new Evaluation();
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index] ?? '';
    const exception = tokens[index + 1] === 'with' ? tokens[index + 2] : undefined;
    if (isOperator(token)) {
      if (!evaluation.takeOperator(token)) return undefined;
    } else if (exception === undefined) {
      if (!evaluation.takeValue(answerOf(isOne(token)))) return undefined;
    } else {
      if (!evaluation.takeValue(answerOf(isOne(`${token} with ${exception}`)))) return undefined;
      index += 2;
    }
  }
  return evaluation.result();
}

function isOperator(token: string): token is Operator | ')' {
  return token === 'and' || token === 'or' || token === '(' || token === ')';
}

/**
 * Evaluates with two stacks instead of recursion, because expressions can be nested arbitrarily
 * deep.
 */
class Evaluation {
  readonly #values: LicenseCoverage[] = [];
  readonly #operators: Operator[] = [];
  #wantsValue = true;

  /** Takes a value; `false` if no value is expected. */
  takeValue(value: LicenseCoverage): boolean {
    if (!this.#wantsValue) return false;
    this.#values.push(value);
    this.#wantsValue = false;
    return true;
  }

  /** Takes an operator; `false` if none is expected. */
  takeOperator(operator: Operator | ')'): boolean {
    if (this.#wantsValue !== (operator === '(')) return false;
    switch (operator) {
      case '(':
        this.#operators.push(operator);
        return true;
      case ')':
        return this.#reduceWhile((top) => top !== '(') && this.#operators.pop() === '(';
      case 'and':
      case 'or':
        // `and` binds closer.
        if (!this.#reduceWhile((top) => top === 'and' || top === operator)) return false;
        this.#operators.push(operator);
        this.#wantsValue = true;
        return true;
    }
  }

  result(): LicenseCoverage | undefined {
    if (this.#wantsValue || !this.#reduceWhile(() => true)) return undefined;
    return this.#values.at(-1);
  }

  #reduceWhile(isDue: (top: Operator) => boolean): boolean {
    for (let top = this.#operators.at(-1); top !== undefined && isDue(top);) {
      const [right, left] = [this.#values.pop(), this.#values.pop()];
      if (top === '(' || left === undefined || right === undefined) return false;
      this.#values.push(top === 'and' ? both(left, right) : either(left, right));
      this.#operators.pop();
      top = this.#operators.at(-1);
    }
    return true;
  }
}

function both(a: LicenseCoverage, b: LicenseCoverage): LicenseCoverage {
  return { isBound: a.isBound || b.isBound, isCovered: a.isCovered && b.isCovered };
}

function either(a: LicenseCoverage, b: LicenseCoverage): LicenseCoverage {
  return { isBound: a.isBound && b.isBound, isCovered: a.isCovered || b.isCovered };
}
