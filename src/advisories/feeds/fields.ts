/**
 * Reads parsed JSON of publishers field by field. `JSON.parse` gives `__proto__` as a property of
 * its own, and keys that are data are only ever listed, so no name can reach a prototype.
 */

import { ParseError } from '../../core/base/errors.ts';
import { asBuffer } from '../../formats/bytes/as-buffer.ts';

/** A JSON object of a publisher, whose members are not checked yet. */
export type Fields = Readonly<Record<string, unknown>>;

const BYTE_ORDER_MARK = 0xfeff;
const NONE: readonly never[] = [];

/**
 * Parses a JSON object. A byte order mark in front is ignored.
 *
 * @throws ParseError where the bytes are not JSON, or not an object
 */
export function parseObject(name: string, bytes: Uint8Array): Fields {
  let value: unknown;
  try {
    // Several times as quick as a TextDecoder, for the same text.
    const text = asBuffer(bytes).toString();
    value = JSON.parse(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text);
  } catch {
    throw new ParseError(name, 'not JSON');
  }
  const fields = fieldsOf(value);
  if (fields === undefined) throw new ParseError(name, 'not a JSON object');
  return fields;
}

/** Returns `undefined` for anything but an object. */
export function fieldsOf(value: unknown): Fields | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return value as Fields;
}

/** Returns `undefined` for anything but a string that is not empty. */
export function textOf(value: unknown): string | undefined {
  return isText(value) ? value : undefined;
}

/** Returns an empty list for anything but an array. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : NONE;
}

/** Returns the objects of a list; empty for anything but an array. */
export function objectsOf(value: unknown): readonly Fields[] {
  return listOf(value)
    .map(fieldsOf)
    .filter((item) => item !== undefined);
}

/** Returns the strings of a list that are not empty, each once. */
export function textsOf(value: unknown): readonly string[] {
  const list = listOf(value);
  // Nearly all lists are so short, and a feed has millions of them.
  if (list.length === 0) return NONE;
  if (list.length === 1) return isText(list[0]) ? (list as readonly string[]) : NONE;
  return [...new Set(list.filter(isText))];
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

const INSTANT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z)?$/;

/** Returns an instant in UTC as RFC 3339 writes it, or a date; `undefined` for anything else. */
export function instantOf(value: unknown): string | undefined {
  return typeof value === 'string' && INSTANT.test(value) ? value : undefined;
}
