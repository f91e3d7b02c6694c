/**
 * Text of a report, made harmless for whatever a template writes: terminals, files of lines, pages.
 */

import { safeJson } from '../../../core/base/json-text.ts';
import { stripControl } from '../../../core/base/strip-control.ts';

/** Fields with text of several lines. */
const OF_LINES: ReadonlySet<string> = new Set(['details']);

/**
 * Matches characters that terminals interpret or that change the direction of a line, and halves of
 * characters. Line ends and tabs are allowed: templates write them.
 */
const UNSAFE =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\p{Cs}]|\r(?!\n)/gu;
/** Nearly all texts. */
const SAFE = /^[\n -~]*$/;

/**
 * Returns a parsed report without control characters: every text is one line, but for those of
 * {@link OF_LINES}. It is changed in place.
 */
export function sanitizeReport(report: unknown): object {
  const value = harmless(report, '');
  return typeof value === 'object' && value !== null ? value : {};
}

function harmless(value: unknown, key: string): unknown {
  if (typeof value === 'string') {
    if (!OF_LINES.has(key)) return stripControl(value);
    return value.split(/\r?\n/).map(stripControl).join('\n');
  }
  if (Array.isArray(value)) {
    const items: unknown[] = value;
    for (const [index, item] of items.entries()) items[index] = harmless(item, key);
    return items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Record<string, unknown>;
  for (const [name, field] of Object.entries(fields)) {
    const safeName = stripControl(name);
    const value = harmless(field, name);
    if (safeName === name && value === field) continue;
    Reflect.deleteProperty(fields, name);
    // An assignment to `__proto__` would set the prototype.
    const property = { configurable: true, enumerable: true, writable: true, value };
    Object.defineProperty(fields, safeName, property);
  }
  return fields;
}

/** Returns the text that a template puts out, without what terminals obey. */
export function sanitizeOutput(text: string): string {
  return SAFE.test(text) ? text : text.replace(UNSAFE, '\uFFFD');
}

/**
 * Returns the text of a value as Liquid writes it: lists without separators, nothing for absent
 * values. Objects are written as JSON.
 */
export function outputText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(outputText).join('');
  if (typeof value === 'object') return safeJson(JSON.stringify(value));
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
