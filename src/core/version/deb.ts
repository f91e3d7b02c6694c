/**
 * Debian versions: `[epoch:]upstream[-revision]`.
 *
 * Source: Debian Policy 5.6.12, deb-version(7). What dpkg refuses cannot be ordered: an empty
 * version, upstream part or revision, an epoch that is not a number of 31 bits, white space inside.
 * What it only warns of (a version that does not begin with a digit, an odd character) is ordered
 * as dpkg does.
 */

import { compareNumbers } from '../base/compare.ts';
import { endOfDigits, isDigit, isLetter, isSpace, readDigits } from './digits.ts';
import { cacheParsed, parsedScheme } from './scheme-factories.ts';
import type { Order } from './scheme.ts';

interface DebVersion {
  readonly epoch: number;
  readonly upstream: string;
  /** Empty where there is none, which orders like `0`. */
  readonly revision: string;
}

/** dpkg keeps the epoch in an int. */
const MAX_EPOCH = 2 ** 31 - 1;
const TILDE = 126;
const ZERO = 48;
const UPSTREAM = /^[0-9][A-Za-z0-9.+~:-]*$/;
const REVISION = /^[A-Za-z0-9.+~]*$/;

const parse = cacheParsed(read);

export const deb = parsedScheme<DebVersion>({
  id: 'deb',
  parse,
  order: compareParts,
  isValid: ({ upstream, revision }, version) =>
    version.trim() === version && UPSTREAM.test(upstream) && REVISION.test(revision),
  format({ epoch, upstream, revision }) {
    const end = revision === '' ? '' : `-${revision}`;
    // A colon in the upstream part needs an epoch before it.
    return `${epoch === 0 && !upstream.includes(':') ? '' : `${epoch}:`}${upstream}${end}`;
  },
});

function compareParts(a: DebVersion, b: DebVersion): Order {
  if (a.epoch !== b.epoch) return compareNumbers(a.epoch, b.epoch);
  return comparePart(a.upstream, b.upstream) || comparePart(a.revision, b.revision);
}

function read(text: string): DebVersion | undefined {
  const version = text.trim();
  for (let at = 0; at < version.length; at++) {
    if (isSpace(version.charCodeAt(at))) return undefined;
  }
  const colon = version.indexOf(':');
  const epoch = colon === -1 ? 0 : readEpoch(version, colon);
  if (epoch === undefined) return undefined;
  const hyphen = version.lastIndexOf('-');
  const hasRevision = hyphen > colon;
  const upstream = version.slice(colon + 1, hasRevision ? hyphen : undefined);
  const revision = hasRevision ? version.slice(hyphen + 1) : '';
  if (upstream === '' || (hasRevision && revision === '')) return undefined;
  return { epoch, upstream, revision };
}

function readEpoch(version: string, colon: number): number | undefined {
  if (colon === 0 || endOfDigits(version, 0) !== colon) return undefined;
  const epoch = readDigits(version, 0, colon);
  return typeof epoch === 'number' && epoch <= MAX_EPOCH ? epoch : undefined;
}

/**
 * Compares an upstream part or a revision: by turns a run of other characters, in which `~` comes
 * before the end, letters after it and the rest after the letters, and a run of digits, by number.
 */
function comparePart(a: string, b: string): Order {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    while (isOther(a, i) || isOther(b, j)) {
      const difference = weight(a.charCodeAt(i)) - weight(b.charCodeAt(j));
      if (difference !== 0) return difference < 0 ? -1 : 1;
      i++;
      j++;
    }
    while (a.charCodeAt(i) === ZERO) i++;
    while (b.charCodeAt(j) === ZERO) j++;
    // Of two numbers of the same length the first digit that differs decides; else the longer one
    // is higher.
    let first = 0;
    while (isDigit(a.charCodeAt(i)) && isDigit(b.charCodeAt(j))) {
      if (first === 0) first = a.charCodeAt(i) - b.charCodeAt(j);
      i++;
      j++;
    }
    if (isDigit(a.charCodeAt(i))) return 1;
    if (isDigit(b.charCodeAt(j))) return -1;
    if (first !== 0) return first < 0 ? -1 : 1;
  }
  return 0;
}

function isOther(text: string, at: number): boolean {
  return at < text.length && !isDigit(text.charCodeAt(at));
}

/** The end of the text (`NaN`) and a digit weigh nothing. */
function weight(code: number): number {
  if (Number.isNaN(code) || isDigit(code)) return 0;
  if (code === TILDE) return -1;
  return isLetter(code) ? code : code + 256;
}
