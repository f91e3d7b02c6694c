/**
 * Cells of CSV (RFC 4180), safe for spreadsheets.
 *
 * Spreadsheets take cells that begin with `=`, `+`, `-`, `@`, a tab or a carriage return for
 * formulas. Such a cell gets an apostrophe in front, and so does one that begins with an
 * apostrophe: readers that drop one leading apostrophe get the exact text.
 */

import { terminalText } from '../text/terminal-text.ts';

/** A bound for what a spreadsheet shows in one cell (32,767 characters). */
const MAX_CELL = 2000;
const FORMULA = /^[=+\-@'\t\r]/;
const NEEDS_QUOTES = /[",\r\n]/;
/** Nearly all cells: they stay as they are. */
const PLAIN_CELL = /^[A-Za-z0-9/](?:[A-Za-z0-9 ._:/()~%-]*[A-Za-z0-9._/)~-])?$/;

/**
 * Returns one cell, quoted where RFC 4180 asks for it; empty for `undefined`. Numbers are never
 * formulas.
 */
export function csvCell(value: string | number | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'number' ? String(value) : quoted(value);
}

/** Returns neighbouring cells with the commas between them. */
export function csvCells(...values: readonly (string | number | undefined)[]): string {
  return values.map(csvCell).join(',');
}

function quoted(value: string): string {
  if (value.length <= MAX_CELL && PLAIN_CELL.test(value)) return value;
  const text = terminalText(value, MAX_CELL);
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
