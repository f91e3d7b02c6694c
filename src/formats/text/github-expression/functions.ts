/** The functions of expressions. Source: see `expression.ts`, "Functions". */

import type { FunctionName } from './expression.ts';
import { areEqual, foldCase, isArray, isPrimitive, toText, type Value } from './value.ts';

/** An expression that parses and fails when it runs, such as `fromJSON('{')`. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
}

/**
 * The functions whose result depends on their arguments alone. `case` is evaluated lazily, by the
 * evaluator.
 */
export type PureFunction = Exclude<
  FunctionName,
  'cancelled' | 'case' | 'failure' | 'hashfiles' | 'success'
>;

/** Longer results fail, because formats in formats grow fast. */
const MAX_TEXT_LENGTH = 2 ** 20;

/** The results of functions. @throws EvaluationError */
export const PURE_FUNCTIONS: Readonly<Record<PureFunction, (given: readonly Value[]) => Value>> = {
  always: () => true,
  contains: ([search = null, item = null]) => {
    if (isArray(search)) {
      return isPrimitive(item) && search.some((one) => isPrimitive(one) && areEqual(one, item));
    }
    return onTexts(search, item, (text, part) => text.includes(part));
  },
  endswith: ([search = null, end = null]) =>
    onTexts(search, end, (text, part) => text.endsWith(part)),
  format: ([pattern = null, ...values]) => formatted(toText(pattern), values.map(toText)),
  fromjson: ([text = null]) => parsedJson(toText(text)),
  join: ([items = null, separator = ',']) => {
    if (!isArray(items)) return isPrimitive(items) ? toText(items) : '';
    return bounded(items.map(toText).join(isPrimitive(separator) ? toText(separator) : ','));
  },
  startswith: ([search = null, start = null]) =>
    onTexts(search, start, (text, part) => text.startsWith(part)),
  tojson: ([value = null]) => bounded(JSON.stringify(plain(value), null, 2)),
};

/** Compares texts without case; arrays and objects never match. */
function onTexts(a: Value, b: Value, test: (a: string, b: string) => boolean): boolean {
  return isPrimitive(a) && isPrimitive(b) && test(foldCase(toText(a)), foldCase(toText(b)));
}

const PLACEHOLDER = /\{\{|\}\}|\{(?<index>\d+)\}|[{}]/gu;

/** Formats a text: `{N}` is the argument of that number, `{{` and `}}` are braces. */
function formatted(pattern: string, values: readonly string[]): string {
  let length = 0;
  const text = pattern.replaceAll(PLACEHOLDER, (found: string, index: string | undefined) => {
    if (found === '{{' || found === '}}') return found.charAt(0);
    const value = index === undefined ? undefined : values[Number(index)];
    if (value === undefined) throw new EvaluationError(`invalid format "${pattern}"`);
    length += value.length;
    if (length > MAX_TEXT_LENGTH) throw tooLong();
    return value;
  });
  return bounded(text);
}

function bounded(text: string): string {
  if (text.length > MAX_TEXT_LENGTH) throw tooLong();
  return text;
}

function tooLong(): EvaluationError {
  return new EvaluationError(`a text is longer than ${MAX_TEXT_LENGTH} characters`);
}

function parsedJson(text: string): Value {
  try {
    return valueOf(JSON.parse(text));
  } catch {
    // Also for texts that are nested too deep for the stack.
    throw new EvaluationError('fromJSON: invalid JSON');
  }
}

/** Returns a parsed JSON value as a value of expressions. */
export function valueOf(json: unknown): Value {
  if (json === null || typeof json !== 'object') return json as null | boolean | number | string;
  if (Array.isArray(json)) return json.map(valueOf);
  return { properties: Object.entries(json).map(([key, value]) => [key, valueOf(value)] as const) };
}

function plain(value: Value): unknown {
  if (isPrimitive(value)) return value;
  if (isArray(value)) return value.map(plain);
  return Object.fromEntries(value.properties.map(([key, one]) => [key, plain(one)]));
}
