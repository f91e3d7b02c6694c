/**
 * Reads parsed JSON of publishers field by field. `JSON.parse` gives `__proto__` as a property of its own, and keys that
 * are data are only ever listed, so no name can reach a prototype.
 */

import { ParseError } from '../../base/errors.ts';

export type Fields = Readonly<Record<string, unknown>>;

const UTF8 = new TextDecoder();

/** @throws ParseError where the bytes are not JSON, or not an object */
export function parseObject(name: string, bytes: Uint8Array): Fields {
  let value: unknown;
  try {
    value = JSON.parse(UTF8.decode(bytes));
  } catch {
    throw new ParseError(name, 'not JSON');
  }
  const fields = fieldsOf(value);
  if (fields === undefined) throw new ParseError(name, 'not a JSON object');
  return fields;
}

/** `undefined` for anything but an object. */
export function fieldsOf(value: unknown): Fields | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return value as Fields;
}

/** `undefined` for anything but a string that is not empty. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Empty for anything but an array. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** The objects of a list; empty for anything but an array. */
export function objectsOf(value: unknown): readonly Fields[] {
  return listOf(value)
    .map(fieldsOf)
    .filter((item) => item !== undefined);
}

/** The strings of a list that are not empty, each once. */
export function textsOf(value: unknown): readonly string[] {
  return [
    ...new Set(listOf(value).filter((item) => typeof item === 'string' && item !== '')),
  ] as readonly string[];
}

const INSTANT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z)?$/;

/** An instant in UTC as RFC 3339 writes it, or a date; `undefined` for anything else. */
export function instantOf(value: unknown): string | undefined {
  return typeof value === 'string' && INSTANT.test(value) ? value : undefined;
}
