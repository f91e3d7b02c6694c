/**
 * Arch Linux versions: `[epoch:]version[-release]`.
 *
 * Source: vercmp(8) and PKGBUILD(5), "pkgver", "pkgrel", "epoch". Segments of digits and of letters are compared one by
 * one, as rpm does, with these differences: letters right after digits lie below the end of a version (`1.5b < 1.5`),
 * after a separator above it (`1.5 < 1.5.a`), and more separators are higher than fewer. An absent epoch is 0. Releases
 * are compared only where both versions have one, so a version without release equals every release of it, and the
 * order is transitive only among versions of one form. Separators at the end, which no package has, do not count here,
 * because pacman's order has circles there; such versions are not certain. Refused: empty versions, white space.
 */

import {
  compareDigits,
  compareText,
  endOfDigits,
  isDigit,
  isLetter,
  isSpace,
  readDigits,
  type Digits,
} from './digits.ts';
import { memoize } from './memo.ts';
import { comparatorRanges } from './range.ts';
import type { Order, VersionScheme } from './scheme.ts';

interface AlpmVersion {
  readonly epoch: Digits;
  readonly version: string;
  readonly release: string | undefined;
}

const COLON = 58;
/** PKGBUILD(5): what a version may be made of; here it also ends in a letter or a digit. */
const VERSION = /^(?=.*[A-Za-z0-9]$)[A-Za-z0-9._+]+$/;
/** A number, which may have a second one for rebuilds. */
const RELEASE = /^[0-9]+(?:\.[0-9]+)?$/;

const parse = memoize(read);

export const alpm: VersionScheme = {
  id: 'alpm',
  compare,
  isValid: (version) => version.trim() === version && isCertain(version),
  isCertain,
  normalize(version) {
    const parsed = parse(version);
    if (parsed === undefined) return version;
    const { epoch, release } = parsed;
    const end = release === undefined ? '' : `-${release}`;
    // A colon in the rest needs an epoch before it.
    const hasColon = `${parsed.version}${end}`.includes(':');
    return `${epoch === 0 && !hasColon ? '' : `${epoch}:`}${parsed.version}${end}`;
  },
  ranges: comparatorRanges(compare),
};

function compare(a: string, b: string): Order | undefined {
  if (a === b) return 0;
  const left = parse(a);
  const right = parse(b);
  if (left === undefined || right === undefined) return undefined;
  const order = compareDigits(left.epoch, right.epoch) || comparePart(left.version, right.version);
  if (order !== 0 || left.release === undefined || right.release === undefined) return order;
  return comparePart(left.release, right.release);
}

function isCertain(version: string): boolean {
  const parsed = parse(version);
  if (parsed === undefined || !VERSION.test(parsed.version)) return false;
  return parsed.release === undefined || RELEASE.test(parsed.release);
}

function read(text: string): AlpmVersion | undefined {
  const evr = text.trim();
  for (let at = 0; at < evr.length; at++) {
    if (isSpace(evr.charCodeAt(at))) return undefined;
  }
  const digits = endOfDigits(evr, 0);
  const hasEpoch = evr.charCodeAt(digits) === COLON;
  const start = hasEpoch ? digits + 1 : 0;
  const hyphen = evr.lastIndexOf('-');
  const hasRelease = hyphen >= start;
  const version = evr.slice(start, hasRelease ? hyphen : undefined);
  if (version === '') return undefined;
  return {
    epoch: hasEpoch ? readDigits(evr, 0, digits) : 0,
    version,
    release: hasRelease ? evr.slice(hyphen + 1) : undefined,
  };
}

/** Where one of the two versions stands. */
interface Place {
  /** Number of separators before the segment. */
  readonly separators: number;
  readonly kind: 'end' | 'letters' | 'digits';
  readonly start: number;
  readonly end: number;
}

function comparePart(a: string, b: string): Order {
  let left = readPlace(a, 0);
  let right = readPlace(b, 0);
  for (;;) {
    const difference = rank(left) - rank(right);
    if (difference !== 0) return difference < 0 ? -1 : 1;
    if (left.kind === 'end') return 0;
    const order =
      left.kind === 'digits'
        ? compareDigits(readDigits(a, left.start, left.end), readDigits(b, right.start, right.end))
        : compareText(a.slice(left.start, left.end), b.slice(right.start, right.end));
    if (order !== 0) return order;
    left = readPlace(a, left.end);
    right = readPlace(b, right.end);
  }
}

/** Letters without separator, the end, digits without separator, letters after one separator, digits after one ... */
function rank({ separators, kind }: Place): number {
  if (kind === 'end') return 1;
  if (kind === 'letters') return separators === 0 ? 0 : 2 * separators + 1;
  return 2 * separators + 2;
}

function readPlace(text: string, from: number): Place {
  let start = from;
  while (start < text.length && !isSegment(text.charCodeAt(start))) start++;
  const separators = start - from;
  if (start === text.length) return { separators, kind: 'end', start, end: start };
  const digitsEnd = endOfDigits(text, start);
  if (digitsEnd > start) return { separators, kind: 'digits', start, end: digitsEnd };
  let end = start;
  while (isLetter(text.charCodeAt(end))) end++;
  return { separators, kind: 'letters', start, end };
}

function isSegment(code: number): boolean {
  return isDigit(code) || isLetter(code);
}
