/**
 * Conditions of the trust file on fields of a predicate.
 *
 * A comparison by size needs numbers on both sides, or instants on both sides. cosign writes the
 * field `invocationId` of SLSA provenance as `invocationID`, so that both names are read.
 */

import { isJsonObject, type JsonObject, type JsonValue } from '../../formats/text/json/json.ts';
import { matchesText } from './repository-pattern.ts';
import type { PredicateCondition } from './trust-file.ts';

const OTHER_NAMES: ReadonlyMap<string, string> = new Map([['invocationId', 'invocationID']]);
const DATE = /^\d{4}-\d{2}-\d{2}$/u;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/u;

/** Returns a field by the names of the objects that lead to it; `undefined` where there is none. */
export function fieldAt(predicate: JsonObject, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = predicate;
  for (const name of path) {
    if (!isJsonObject(value)) return undefined;
    const other = OTHER_NAMES.get(name);
    value = value[name] ?? (other === undefined ? undefined : value[other]);
  }
  return value;
}

/**
 * Returns an instant of RFC 3339 in milliseconds since the Unix epoch; `undefined` for any other
 * value.
 */
export function instantOf(value: JsonValue | undefined): number | undefined {
  if (typeof value !== 'string' || !INSTANT.test(value)) return undefined;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : at;
}

/** Returns why a predicate does not meet a condition, as a predicate; `undefined` if it does. */
export function conditionProblem(
  { path, sign, value, where }: PredicateCondition,
  predicate: JsonObject,
): string | undefined {
  const name = path.join('.');
  const wanted = `${name} ${sign} ${value} (${where})`;
  const field = fieldAt(predicate, path);
  if (field === undefined) return `has no field "${name}", and ${wanted} is required`;
  if (field === null || typeof field === 'object') {
    return `has a field "${name}" that is no text, number or truth value, and ${wanted} is required`;
  }
  const isMet =
    sign === 'matches'
      ? matchesText(value, String(field))
      : sign === '=' || sign === '!='
        ? isEqual(field, value) === (sign === '=')
        : compares(sign, sizes(field, value));
  return isMet ? undefined : `does not meet ${wanted}`;
}

function isEqual(field: string | number | boolean, value: string): boolean {
  if (typeof field !== 'number') return String(field) === value;
  return value.trim() !== '' && field === Number(value);
}

/** Returns both sides as numbers; `undefined` if they cannot be compared. */
function sizes(
  field: string | number | boolean,
  value: string,
): readonly [number, number] | undefined {
  if (typeof field === 'number') {
    const number = Number(value);
    return Number.isNaN(number) ? undefined : [field, number];
  }
  if (typeof field !== 'string') return undefined;
  const [one, other] = [field, value].map((text) =>
    instantOf(DATE.test(text) ? `${text}T00:00:00Z` : text),
  );
  return one === undefined || other === undefined ? undefined : [one, other];
}

function compares(
  sign: Exclude<PredicateCondition['sign'], '=' | '!=' | 'matches'>,
  sides: readonly [number, number] | undefined,
): boolean {
  if (sides === undefined) return false;
  const [one, other] = sides;
  if (sign === '<') return one < other;
  if (sign === '<=') return one <= other;
  return sign === '>' ? one > other : one >= other;
}
