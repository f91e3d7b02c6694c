/**
 * Order of Python versions from before PEP 440 (`2004d`, `0.9-beta-final`).
 *
 * Source: the order of setuptools' `parse_version` up to version 65, which the OSV schema names for
 * such versions. The text falls apart into numbers, words, and the rest; dots count for nothing.
 * Words before the word `final` come before the end of a version, others after it.
 */

import { compareText } from '../base/compare.ts';
import type { Order } from './scheme.ts';

/** Parts that are compared one by one as text. */
export interface LegacyKey {
  readonly legacy: readonly string[];
}

const PARTS = /[0-9]+|[a-z]+|\.|-|[^0-9a-z.-]+/g;
/** Words that stand for others; the at sign comes before all letters. */
const REPLACED: ReadonlyMap<string, string> = new Map([
  ['pre', 'c'],
  ['preview', 'c'],
  ['rc', 'c'],
  ['-', 'final-'],
  ['dev', '@'],
]);
const FINAL = '*final';
const HYPHEN = '*final-';
/** Numbers are compared as text of at least this length. */
const NUMBER_WIDTH = 8;
const ZERO = '0'.repeat(NUMBER_WIDTH);

/** Returns the parts of a version; never empty. */
export function legacyKey(version: string): LegacyKey {
  const legacy: string[] = [];
  for (const part of version.toLowerCase().match(PARTS) ?? []) {
    if (part !== '.') push(legacy, keyOf(part));
  }
  push(legacy, FINAL);
  return { legacy };
}

/** Orders part by part; a version that ends first is lower. */
export function compareLegacy({ legacy: a }: LegacyKey, { legacy: b }: LegacyKey): Order {
  for (let at = 0; ; at++) {
    const left = a[at];
    const right = b[at];
    if (left === undefined) return right === undefined ? 0 : -1;
    if (right === undefined) return 1;
    const order = compareText(left, right);
    if (order !== 0) return order;
  }
}

function keyOf(part: string): string {
  const first = part.charCodeAt(0);
  if (first >= 48 && first <= 57) return part.padStart(NUMBER_WIDTH, '0');
  return `*${REPLACED.get(part) ?? part}`;
}

/** A word drops the zeros before it; one that comes before the end also drops the hyphens. */
function push(legacy: string[], part: string): void {
  if (part.startsWith('*')) {
    if (part < FINAL) dropLast(legacy, HYPHEN);
    dropLast(legacy, ZERO);
  }
  legacy.push(part);
}

function dropLast(legacy: string[], part: string): void {
  while (legacy.at(-1) === part) legacy.pop();
}
