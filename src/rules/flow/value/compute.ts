/** Constants that operations on constants give. */

import type { Constant } from '../form.ts';

type Known = Constant | undefined;

/** Returns the result of an operation, `undefined` if it is not known. */
export function computed(
  language: 'javascript' | 'python',
  op: string,
  args: readonly Known[],
): Known {
  const [a, b] = args;
  if (a === undefined) return undefined;
  if (args.length === 1) return single(op, a);
  if (b === undefined) return undefined;
  return arithmetic(op, a, b) ?? comparison(language, op, a, b);
}

function single(op: string, a: Constant): Known {
  if (op === 'not') return !a;
  if (op === '-' && typeof a === 'number') return -a;
  if (op === 'typeof') return a === null ? 'object' : typeof a;
  return undefined;
}

function arithmetic(op: string, a: Constant, b: Constant): Known {
  if (typeof a !== 'number' || typeof b !== 'number') return undefined;
  switch (op) {
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0 ? undefined : a / b;
    case '//':
      return b === 0 ? undefined : Math.floor(a / b);
    case '%':
      return b === 0 || a < 0 || b < 0 ? undefined : a % b;
    case '**':
      return a ** b;
    default:
      return undefined;
  }
}

function comparison(language: string, op: string, a: Constant, b: Constant): Known {
  const isAlike = typeof a === typeof b;
  switch (op) {
    case '===':
    case 'is':
      return a === b;
    case '!==':
    case 'is not':
      return a !== b;
    case '==':
      return isAlike ? a === b : language === 'python' ? false : undefined;
    case '!=':
      return isAlike ? a !== b : language === 'python' ? true : undefined;
    case '<':
      return isAlike && a !== null && b !== null ? a < b : undefined;
    case '>':
      return isAlike && a !== null && b !== null ? a > b : undefined;
    case '<=':
      return isAlike && a !== null && b !== null ? a <= b : undefined;
    case '>=':
      return isAlike && a !== null && b !== null ? a >= b : undefined;
    case 'in':
      return language === 'python' && typeof a === 'string' && typeof b === 'string'
        ? b.includes(a)
        : undefined;
    default:
      return undefined;
  }
}
