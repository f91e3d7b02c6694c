/**
 * Reads, orders and formats semantic versions: `major.minor.patch[-prerelease][+build]`. The file
 * of a scheme that follows Semantic Versioning states only what differs.
 *
 * Source: Semantic Versioning 2.0.0, sections 2 to 11. Advisories and lockfiles bend the grammar,
 * so this also reads white space, `v` and `=` before the version, one, two or more than three
 * numbers (missing ones are 0), leading zeros, a pre-release without its hyphen (`1.0.0beta`), and
 * any build metadata, because it has no part in the order. Refused: anything else, as `1.x`, an
 * empty identifier, other characters.
 */

import { compareText } from '../base/compare.ts';
import {
  compareDigits,
  endOfDigits,
  isDigit,
  isLetter,
  isSpace,
  readDigits,
  type Digits,
} from './digits.ts';
import { cacheParsed, parsedScheme, type ParsedScheme } from './scheme-factories.ts';
import type { Order, VersionScheme } from './scheme.ts';

/** An identifier of a pre-release: a number, or a word. */
export type Identifier = Digits | { readonly word: string };

/** A version as read. */
export interface SemanticVersion {
  /** Three or more. */
  readonly numbers: readonly Digits[];
  /** Empty for a release. */
  readonly prerelease: readonly Identifier[];
  readonly build: string | undefined;
  /** The text before the first number: `v`, `=`, white space. */
  readonly prefix: string;
  /** Exactly three numbers, and build metadata of letters, digits and hyphens if any. */
  readonly isComplete: boolean;
  /** Matches the grammar of the specification, apart from the prefix. */
  readonly isStrict: boolean;
}

const DOT = 46;
const HYPHEN = 45;

/** Reads a version; `undefined` where it is none. */
export const parseSemantic = cacheParsed(read);

/**
 * Compares two texts by precedence. `undefined` if one of them is no version. Build metadata does
 * not count.
 */
export function compareSemantic(a: string, b: string): Order | undefined {
  if (a === b) return 0;
  const left = parseSemantic(a);
  const right = parseSemantic(b);
  return left === undefined || right === undefined ? undefined : orderSemantic(left, right);
}

/** Orders two versions by precedence, section 11 of the specification. */
export function orderSemantic(a: SemanticVersion, b: SemanticVersion): Order {
  return compareNumbers(a.numbers, b.numbers) || comparePrerelease(a.prerelease, b.prerelease);
}

/** Returns the version without prefix, with at least three numbers and without build metadata. */
export function formatSemantic(version: SemanticVersion): string {
  const prerelease = version.prerelease.map(formatIdentifier).join('.');
  return version.numbers.join('.') + (prerelease === '' ? '' : `-${prerelease}`);
}

/** Formats a version as {@link formatSemantic}, with its build metadata. */
export function formatWithBuild(version: SemanticVersion): string {
  return formatSemantic(version) + (version.build === undefined ? '' : `+${version.build}`);
}

function compareNumbers(a: readonly Digits[], b: readonly Digits[]): Order {
  const count = Math.max(a.length, b.length);
  for (let at = 0; at < count; at++) {
    const order = compareDigits(a[at] ?? 0, b[at] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}

function comparePrerelease(a: readonly Identifier[], b: readonly Identifier[]): Order {
  if (a.length === 0 || b.length === 0) {
    if (a.length === b.length) return 0;
    return a.length === 0 ? 1 : -1;
  }
  for (let at = 0; ; at++) {
    const left = a[at];
    const right = b[at];
    if (left === undefined) return right === undefined ? 0 : -1;
    if (right === undefined) return 1;
    const order = compareIdentifier(left, right);
    if (order !== 0) return order;
  }
}

function compareIdentifier(a: Identifier, b: Identifier): Order {
  if (typeof a === 'object') {
    return typeof b === 'object' ? compareText(a.word, b.word) : 1;
  }
  return typeof b === 'object' ? -1 : compareDigits(a, b);
}

function formatIdentifier(identifier: Identifier): string {
  return typeof identifier === 'object' ? identifier.word : String(identifier);
}

function read(text: string): SemanticVersion | undefined {
  const version = text.trim();
  const start = endOfPrefix(version);
  const plus = version.indexOf('+', start);
  const build = plus === -1 ? undefined : version.slice(plus + 1);
  const end = plus === -1 ? version.length : plus;
  const head = readNumbers(version, start, end);
  if (head === undefined) return undefined;
  const tail = readTail(version, head.end, end);
  if (tail === undefined) return undefined;
  const isComplete = head.count === 3 && (build === undefined || isBuild(build));
  return {
    numbers: head.numbers,
    prerelease: tail.prerelease,
    build,
    prefix: version.slice(0, start),
    isComplete,
    isStrict: isComplete && head.isStrict && tail.isStrict,
  };
}

function endOfPrefix(version: string): number {
  let at = 0;
  for (; at < version.length; at++) {
    const char = version.charAt(at);
    if (char !== 'v' && char !== 'V' && char !== '=' && !isSpace(char.charCodeAt(0))) break;
  }
  return at;
}

interface Head {
  readonly numbers: readonly Digits[];
  readonly count: number;
  readonly end: number;
  readonly isStrict: boolean;
}

function readNumbers(version: string, start: number, end: number): Head | undefined {
  const numbers: Digits[] = [];
  let isStrict = true;
  let at = start;
  for (;;) {
    const stop = endOfDigits(version, at);
    if (stop === at) return undefined;
    if (stop - at > 1 && version.charAt(at) === '0') isStrict = false;
    numbers.push(readDigits(version, at, stop));
    at = stop;
    if (at >= end || version.charCodeAt(at) !== DOT) break;
    at++;
  }
  const count = numbers.length;
  while (numbers.length < 3) numbers.push(0);
  return { numbers, count, end: at, isStrict };
}

interface Tail {
  readonly prerelease: readonly Identifier[];
  readonly isStrict: boolean;
}

/** Reads the text behind the numbers: nothing, or a pre-release with or without its hyphen. */
function readTail(version: string, start: number, end: number): Tail | undefined {
  if (start === end) return { prerelease: [], isStrict: true };
  if (version.charCodeAt(start) !== HYPHEN) return readIdentifiers(version, start, end, false);
  // Where nothing else follows, node-semver reads the hyphen as the identifier (`1.0.0-`).
  return (
    readIdentifiers(version, start + 1, end, true) ?? readIdentifiers(version, start, end, false)
  );
}

function readIdentifiers(
  version: string,
  start: number,
  end: number,
  isStrict: boolean,
): Tail | undefined {
  const prerelease: Identifier[] = [];
  let strict = isStrict;
  for (const part of version.slice(start, end).split('.')) {
    const digitsEnd = endOfDigits(part, 0);
    if (part === '') return undefined;
    if (digitsEnd === part.length) {
      if (part.length > 1 && part.startsWith('0')) strict = false;
      prerelease.push(readDigits(part, 0, part.length));
    } else {
      if (!isWord(part)) return undefined;
      prerelease.push({ word: part });
    }
  }
  return { prerelease, isStrict: strict };
}

function isBuild(build: string): boolean {
  return build.split('.').every((part) => part !== '' && isWord(part));
}

function isWord(part: string): boolean {
  for (let at = 0; at < part.length; at++) {
    const code = part.charCodeAt(at);
    if (!isDigit(code) && !isLetter(code) && code !== HYPHEN) return false;
  }
  return true;
}

/** The additions of a scheme to Semantic Versioning. */
type SemanticScheme = Pick<ParsedScheme<SemanticVersion>, 'id'> &
  Partial<ParsedScheme<SemanticVersion>>;

/**
 * Returns a scheme that reads, orders and formats versions as `semantic-version.ts` does, unless
 * `own` differs.
 */
export function semanticScheme(own: SemanticScheme): VersionScheme {
  return parsedScheme({
    parse: parseSemantic,
    order: orderSemantic,
    isValid: isStrict,
    format: formatSemantic,
    ...own,
  });
}

function isStrict(parsed: SemanticVersion, version: string): boolean {
  return parsed.isStrict && parsed.prefix === '' && version.trim() === version;
}
