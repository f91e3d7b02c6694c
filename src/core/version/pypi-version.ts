/**
 * Reading and comparing Python versions: `[N!]N(.N)*[{a|b|rc}N][.postN][.devN][+local]`.
 *
 * Source: PEP 440 (now "Version specifiers" of the PyPA specifications), Appendix B for the
 * grammar, and "Normalization" for what else is read: case, `v`, separators, other spellings,
 * missing numbers.
 */

import { compareText } from '../base/compare.ts';
import {
  compareDigits,
  endOfDigits,
  isDigit,
  isLetter,
  readDigits,
  type Digits,
} from './digits.ts';
import type { Order } from './scheme.ts';

/** A segment of a local version. */
type LocalSegment = Digits | { readonly word: string };

/** A version as PEP 440 reads it. */
export interface PythonVersion {
  readonly epoch: Digits;
  /** The numbers as written, with trailing zeros. */
  readonly release: readonly Digits[];
  readonly prerelease: { readonly phase: Phase; readonly number: Digits } | undefined;
  readonly post: Digits | undefined;
  readonly dev: Digits | undefined;
  readonly local: readonly LocalSegment[] | undefined;
}

type Phase = 'a' | 'b' | 'rc';

/** Spellings of the phases and of a post-release; the longer come before those they begin with. */
const PHASES: readonly (readonly [spelling: string, phase: Phase])[] = [
  ['alpha', 'a'],
  ['a', 'a'],
  ['beta', 'b'],
  ['b', 'b'],
  ['preview', 'rc'],
  ['pre', 'rc'],
  ['rc', 'rc'],
  ['c', 'rc'],
];
const POSTS = ['post', 'rev', 'r'];
const PHASE_RANK: Readonly<Record<Phase, number>> = { a: 1, b: 2, rc: 3 };
/**
 * Section "Summary of permitted suffixes and relative ordering": a development release comes first,
 * a release last.
 */
const DEV_RANK = 0;
const RELEASE_RANK = 4;
const EXCLAMATION = 33;
const DOT = 46;
const ASCII = /^[\x20-\x7e]*$/;

/** Orders two versions. */
export function comparePython(a: PythonVersion, b: PythonVersion): Order {
  return (
    compareDigits(a.epoch, b.epoch) ||
    compareReleases(a.release, b.release) ||
    compareDigits(phaseRank(a), phaseRank(b)) ||
    compareDigits(a.prerelease?.number ?? 0, b.prerelease?.number ?? 0) ||
    compareOptional(a.post, b.post, -1) ||
    compareOptional(a.dev, b.dev, 1) ||
    compareLocal(a.local, b.local)
  );
}

function phaseRank({ prerelease, post, dev }: PythonVersion): number {
  if (prerelease !== undefined) return PHASE_RANK[prerelease.phase];
  return post === undefined && dev !== undefined ? DEV_RANK : RELEASE_RANK;
}

function compareReleases(a: readonly Digits[], b: readonly Digits[]): Order {
  const count = Math.max(a.length, b.length);
  for (let at = 0; at < count; at++) {
    const order = compareDigits(a[at] ?? 0, b[at] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}

/** Orders optional numbers. `absent` is the order of an absent number before a present one. */
function compareOptional(a: Digits | undefined, b: Digits | undefined, absent: 1 | -1): Order {
  if (a === undefined) return b === undefined ? 0 : absent;
  if (b === undefined) return absent === 1 ? -1 : 1;
  return compareDigits(a, b);
}

/**
 * Orders local versions, by the section "Local version identifiers": none comes first, numbers
 * after words, longer after shorter.
 */
function compareLocal(
  a: readonly LocalSegment[] | undefined,
  b: readonly LocalSegment[] | undefined,
): Order {
  if (a === undefined) return b === undefined ? 0 : -1;
  if (b === undefined) return 1;
  for (let at = 0; ; at++) {
    const left = a[at];
    const right = b[at];
    if (left === undefined) return right === undefined ? 0 : -1;
    if (right === undefined) return 1;
    const order = compareSegment(left, right);
    if (order !== 0) return order;
  }
}

function compareSegment(a: LocalSegment, b: LocalSegment): Order {
  if (typeof a === 'object') return typeof b === 'object' ? compareText(a.word, b.word) : -1;
  return typeof b === 'object' ? 1 : compareDigits(a, b);
}

/** Formats a version, by the section "Normalization"; trailing zeros of the release stay. */
export function formatPython(version: PythonVersion): string {
  const { epoch, release, prerelease, post, dev, local } = version;
  const parts = [epoch === 0 ? '' : `${epoch}!`, release.join('.')];
  if (prerelease !== undefined) parts.push(`${prerelease.phase}${prerelease.number}`);
  if (post !== undefined) parts.push(`.post${post}`);
  if (dev !== undefined) parts.push(`.dev${dev}`);
  if (local !== undefined) parts.push(`+${local.map(formatSegment).join('.')}`);
  return parts.join('');
}

function formatSegment(segment: LocalSegment): string {
  return typeof segment === 'object' ? segment.word : String(segment);
}

/** Reads a version, with white space around it; `undefined` where the grammar does not allow it. */
export function readPython(version: string): PythonVersion | undefined {
  const trimmed = version.trim();
  // Some letters outside ASCII become ASCII in lower case, as the Kelvin sign does.
  return ASCII.test(trimmed) ? readLower(trimmed.toLowerCase()) : undefined;
}

/** The position of the reader in the text, which is in lower case. */
interface Cursor {
  readonly text: string;
  at: number;
}

function readLower(text: string): PythonVersion | undefined {
  const cursor: Cursor = { text, at: text.startsWith('v') ? 1 : 0 };
  const epoch = readEpoch(cursor);
  const release = readRelease(cursor);
  if (release === undefined) return undefined;
  const prerelease = readPrerelease(cursor);
  const post = readPost(cursor);
  const dev = readSuffix(cursor, ['dev']);
  const local = readLocal(cursor);
  if (cursor.at < text.length) return undefined;
  return { epoch, release, prerelease, post, dev, local };
}

function readEpoch(cursor: Cursor): Digits {
  const end = endOfDigits(cursor.text, cursor.at);
  if (end === cursor.at || cursor.text.charCodeAt(end) !== EXCLAMATION) return 0;
  const epoch = readDigits(cursor.text, cursor.at, end);
  cursor.at = end + 1;
  return epoch;
}

function readRelease(cursor: Cursor): readonly Digits[] | undefined {
  const { text } = cursor;
  const release: Digits[] = [];
  let at = cursor.at;
  for (;;) {
    const end = endOfDigits(text, at);
    if (end === at) break;
    release.push(readDigits(text, at, end));
    cursor.at = end;
    if (text.charCodeAt(end) !== DOT) break;
    at = end + 1;
  }
  return release.length === 0 ? undefined : release;
}

function readPrerelease(cursor: Cursor): PythonVersion['prerelease'] {
  const start = afterSeparator(cursor.text, cursor.at);
  for (const [spelling, phase] of PHASES) {
    if (cursor.text.startsWith(spelling, start)) {
      return { phase, number: readNumber(cursor, start + spelling.length) };
    }
  }
  return undefined;
}

/** Returns a post-release: spelt out, or as a number after a hyphen. */
function readPost(cursor: Cursor): Digits | undefined {
  const { text, at } = cursor;
  if (text.charAt(at) === '-' && isDigit(text.charCodeAt(at + 1))) {
    cursor.at = endOfDigits(text, at + 1);
    return readDigits(text, at + 1, cursor.at);
  }
  return readSuffix(cursor, POSTS);
}

function readSuffix(cursor: Cursor, spellings: readonly string[]): Digits | undefined {
  const start = afterSeparator(cursor.text, cursor.at);
  const spelling = spellings.find((one) => cursor.text.startsWith(one, start));
  return spelling === undefined ? undefined : readNumber(cursor, start + spelling.length);
}

/** Returns the number after a suffix: 0 where it is left out. */
function readNumber(cursor: Cursor, start: number): Digits {
  const first = afterSeparator(cursor.text, start);
  const end = endOfDigits(cursor.text, first);
  cursor.at = end;
  return readDigits(cursor.text, first, end);
}

function readLocal(cursor: Cursor): readonly LocalSegment[] | undefined {
  const { text } = cursor;
  if (text.charAt(cursor.at) !== '+') return undefined;
  const local: LocalSegment[] = [];
  let start = cursor.at + 1;
  for (;;) {
    let end = start;
    while (isDigit(text.charCodeAt(end)) || isLetter(text.charCodeAt(end))) end++;
    // An empty segment leaves the cursor before the rest, which makes the version unreadable.
    if (end === start) return undefined;
    const isNumber = endOfDigits(text, start) === end;
    local.push(isNumber ? readDigits(text, start, end) : { word: text.slice(start, end) });
    if (end === text.length) {
      cursor.at = end;
      return local;
    }
    if (afterSeparator(text, end) === end) return undefined;
    start = end + 1;
  }
}

function afterSeparator(text: string, at: number): number {
  const char = text.charAt(at);
  return char === '.' || char === '-' || char === '_' ? at + 1 : at;
}
