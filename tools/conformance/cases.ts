/** Reading cases and counting what they say; shared by all suites. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SuiteResult } from './suite.ts';

/** One row of a JSON-lines file. */
export type Row = Readonly<Record<string, unknown>>;

/** Why a case is missed; `undefined` when it passes. */
export type Judge = (row: Row) => string | undefined;

/**
 * All rows of a JSON-lines file, `undefined` where there is no such file. Empty lines are skipped.
 */
export function readRows(folder: string, file: string): readonly Row[] | undefined {
  const path = join(folder, file);
  if (!existsSync(path)) return undefined;
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as Row);
}

/** Judges every row. What throws is a miss with the message as its reason. */
export function judgeRows(
  suite: string,
  rows: readonly Row[],
  judge: Judge,
  label: (row: Row) => string,
): SuiteResult {
  const misses: { case: string; reason: string }[] = [];
  for (const row of rows) {
    const reason = attempt(() => judge(row));
    if (reason !== undefined) misses.push({ case: label(row), reason });
  }
  return { suite, passed: rows.length - misses.length, total: rows.length, misses };
}

/**
 * Returns the answer of `judge`, or as a reason what it threw: a case that breaks costs itself
 * alone.
 */
export function attempt<Answer>(judge: () => Answer): Answer | string {
  try {
    return judge();
  } catch (error) {
    return messageOf(error);
  }
}

/** Why a case could not be judged. */
export function messageOf(error: unknown): string {
  return `threw: ${error instanceof Error ? error.message : String(error)}`;
}

/** A field that must be a text; a case of another form is a miss that says so. */
export function textOf(row: Row, key: string): string {
  const value = row[key];
  if (typeof value !== 'string') throw new Error(`the case has no text "${key}"`);
  return value;
}

/** Judges a case that must be refused: passes when the call throws. */
export function mustRefuse(call: () => unknown): string | undefined {
  try {
    return `accepted as ${JSON.stringify(call())}, must be refused`;
  } catch {
    return undefined;
  }
}

/** Compares by JSON text; both sides are built with the same order of keys. */
export function mustEqual(actual: unknown, expected: unknown): string | undefined {
  const [got, want] = [JSON.stringify(actual), JSON.stringify(expected)];
  return got === want ? undefined : `got ${got}, want ${want}`;
}
