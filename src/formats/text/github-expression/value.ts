/**
 * Values of expressions, and how GitHub coerces and compares them. Source: see `expression.ts`,
 * "Operators".
 */

/** A value of an expression. */
export type Value = null | boolean | number | string | readonly Value[] | ValueObject;

/** An object. Lookups of keys ignore case. */
export interface ValueObject {
  /** The properties in their order, with keys as written. */
  readonly properties: readonly (readonly [key: string, value: Value])[];
}

/** Returns whether a value counts as true: all but `false`, `0`, NaN, the empty text and `null`. */
export function isTruthy(value: Value): boolean {
  return typeof value === 'number' ? value !== 0 && !Number.isNaN(value) : Boolean(value);
}

/** Returns whether a value is an array. */
export function isArray(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** Returns whether a value is neither an array nor an object. */
export function isPrimitive(value: Value): value is null | boolean | number | string {
  return value === null || typeof value !== 'object';
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/iu;
const INFINITE = /^(?<minus>-)?\+?Infinity$/u;

/**
 * Returns the number that a value is coerced to; NaN for arrays, objects and texts that are not
 * numbers.
 */
export function toNumber(value: Value): number {
  if (value === null) return 0;
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string') return Number.NaN;
  const text = value.trim();
  if (text === '') return 0;
  if (DECIMAL.test(text) || /^0x[\da-f]+$/iu.test(text) || /^0o[0-7]+$/iu.test(text)) {
    return Number(text);
  }
  const infinite = INFINITE.exec(text);
  if (infinite === null) return Number.NaN;
  return infinite.groups?.['minus'] === undefined ? Infinity : -Infinity;
}

/** Returns the text that a value is coerced to. GitHub writes `Array` and `Object` for those. */
export function toText(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Object.is(value, -0) ? '0' : String(value);
  if (typeof value === 'boolean') return String(value);
  return isArray(value) ? 'Array' : 'Object';
}

/**
 * Returns whether `==` holds. Texts ignore case; arrays and objects are equal to themselves alone.
 */
export function areEqual(left: Value, right: Value): boolean {
  const [a, b] = coercedPair(left, right);
  if (typeof a === 'string' && typeof b === 'string') return foldCase(a) === foldCase(b);
  return a === b;
}

/**
 * Returns whether an ordering operator holds. NaN, arrays and objects have no order, but `<=` and
 * `>=` hold for what is equal.
 */
export function isOrdered(operator: '<' | '<=' | '>' | '>=', left: Value, right: Value): boolean {
  switch (operator) {
    case '<':
      return isLess(left, right);
    case '<=':
      return areEqual(left, right) || isLess(left, right);
    case '>':
      return isLess(right, left);
    case '>=':
      return areEqual(left, right) || isLess(right, left);
  }
}

function isLess(left: Value, right: Value): boolean {
  const [a, b] = coercedPair(left, right);
  if (!isPrimitive(a) || !isPrimitive(b) || a === null || b === null) return false;
  return typeof a === 'string' && typeof b === 'string' ? foldCase(a) < foldCase(b) : a < b;
}

/** Returns a pair of values of different types as numbers. */
function coercedPair(left: Value, right: Value): readonly [Value, Value] {
  if (typeOf(left) === typeOf(right)) return [left, right];
  return [toNumber(left), toNumber(right)];
}

function typeOf(value: Value): string {
  if (value === null) return 'null';
  return isArray(value) ? 'array' : typeof value;
}

/**
 * Returns a text as comparisons that ignore case see it: each character in upper case, where that
 * is one character.
 */
export function foldCase(text: string): string {
  const upper = text.toUpperCase();
  if (upper.length === text.length) return upper;
  return Array.from(text, (one) => {
    const folded = one.toUpperCase();
    return folded.length === one.length ? folded : one;
  }).join('');
}

/**
 * Returns the property of an object; `undefined` where it has none of that name. The last of
 * several counts.
 */
export function propertyOf(object: ValueObject, name: string): Value | undefined {
  const wanted = foldCase(name);
  return object.properties.findLast(([key]) => foldCase(key) === wanted)?.[1];
}
