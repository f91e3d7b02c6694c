/**
 * The factories of version schemes: of versions that are parsed once and then ordered by their
 * parts, from which every scheme is made, of versions that are a row of numbers, and of versions of
 * the form `[epoch:]version[-release]`.
 *
 * Source of the last form: rpm-version(7), "Syntax"; PKGBUILD(5). RPM and Arch Linux order its
 * parts in their own ways. The text before the first colon is an epoch only if it consists of
 * digits. Refused: an empty version, and white space inside.
 */

import { compareNumbers } from '../base/compare.ts';
import type { SchemeId } from '../model/package/ecosystem.ts';
import { compareDigits, endOfDigits, isSpace, readDigits, type Digits } from './digits.ts';
import { comparatorRanges, type Compare } from './range.ts';
import type { NativeRanges, Order, RangeOptions, VersionScheme } from './scheme.ts';

/** The parts of one scheme; `T` is a parsed version. */
export interface ParsedScheme<T> {
  readonly id: SchemeId;
  /**
   * Returns `undefined` for text that has no order. It is called for each comparison, so it caches.
   */
  readonly parse: (version: string) => T | undefined;
  /** Orders two versions whose texts differ. `undefined` if their order is not known. */
  readonly order: (a: T, b: T) => Order | undefined;
  /** See {@link VersionScheme.isCertain}. Absent: every version that can be parsed is. */
  readonly isCertain?: (parsed: T, version: string) => boolean;
  /**
   * See {@link VersionScheme.isValid}. Absent: every certain version without surrounding white
   * space is.
   */
  readonly isValid?: (parsed: T, version: string, options: RangeOptions) => boolean;
  /** Returns the canonical form of a version. */
  readonly format: (parsed: T, version: string) => string;
  /** Makes the reader of native ranges. Absent: {@link comparatorRanges}. */
  readonly ranges?: (compare: Compare) => NativeRanges;
}

const NO_OPTIONS: RangeOptions = {};

/** Returns the scheme. Its range reader is made when it is first used. */
export function parsedScheme<T>({
  id,
  parse,
  order,
  isCertain = () => true,
  isValid = (parsed, version) => version.trim() === version && isCertain(parsed, version),
  format,
  ranges = comparatorRanges,
}: ParsedScheme<T>): VersionScheme {
  // A matcher compares one version with many bounds, so its parsed form is retained.
  let leftText: string | undefined;
  let left: T | undefined;
  const compare: Compare = (a, b) => {
    if (a === b) return 0;
    if (a !== leftText) {
      left = parse(a);
      leftText = a;
    }
    const right = parse(b);
    return left === undefined || right === undefined ? undefined : order(left, right);
  };
  let nativeRanges: NativeRanges | undefined;
  return {
    id,
    compare,
    isValid(version, options = NO_OPTIONS) {
      const parsed = parse(version);
      return parsed !== undefined && isValid(parsed, version, options);
    },
    isCertain(version) {
      const parsed = parse(version);
      return parsed !== undefined && isCertain(parsed, version);
    },
    normalize(version) {
      const parsed = parse(version);
      return parsed === undefined ? version : format(parsed, version);
    },
    get ranges() {
      return (nativeRanges ??= ranges(compare));
    },
  };
}

/** Enough for the versions of one image and the advisories on them; about 2 MB when full. */
const MAX_ENTRIES = 8192;
/** Real versions are shorter. Longer text is parsed each time. */
const MAX_LENGTH = 128;

/**
 * Returns `read` with a bounded cache of its results for short texts: advisories name the same few
 * versions again and again.
 */
export function cacheParsed<T>(read: (text: string) => T): (text: string) => T {
  const cache = new Map<string, { readonly value: T }>();
  return (text) => {
    const cached = cache.get(text);
    if (cached !== undefined) return cached.value;
    const value = read(text);
    if (text.length > MAX_LENGTH) return value;
    if (cache.size >= MAX_ENTRIES) cache.clear();
    cache.set(text, { value });
    return value;
  };
}

type NumberRow = readonly Digits[];

/** The parts of one scheme. */
interface NumberScheme extends Pick<ParsedScheme<NumberRow>, 'id' | 'isValid'> {
  /** Characters that can stand between two numbers. */
  readonly separators: string;
}

/** Returns a scheme of rows of numbers. The canonical form has dots between them. */
export function numberScheme({ separators, ...own }: NumberScheme): VersionScheme {
  return parsedScheme<NumberRow>({
    ...own,
    parse: cacheParsed((version) => readNumberRow(version.trim(), separators)),
    order: compareNumberRows,
    format: (numbers) => numbers.join('.'),
  });
}

/** Reads numbers parted by one of the separators each; `undefined` where anything else stands. */
function readNumberRow(text: string, separators: string): NumberRow | undefined {
  const numbers: Digits[] = [];
  let at = 0;
  for (;;) {
    const end = endOfDigits(text, at);
    if (end === at) return undefined;
    numbers.push(readDigits(text, at, end));
    if (end === text.length) return numbers;
    if (!separators.includes(text.charAt(end))) return undefined;
    at = end + 1;
  }
}

/** Orders by the first number that differs; a row that goes on is higher, even with zeros. */
function compareNumberRows(a: NumberRow, b: NumberRow): Order {
  const count = Math.min(a.length, b.length);
  for (let at = 0; at < count; at++) {
    const order = compareDigits(a[at] ?? 0, b[at] ?? 0);
    if (order !== 0) return order;
  }
  return compareNumbers(a.length, b.length);
}

interface Evr {
  /** 0 where the text has none. */
  readonly epoch: Digits;
  readonly version: string;
  /** `undefined` where the text has none. */
  readonly release: string | undefined;
}

const COLON = 58;

/** The parts, `undefined` for what is refused. Spaces around the text do not count. */
const parseEvr = cacheParsed(readEvr);

/** The parts of one system. */
interface EvrScheme {
  readonly id: ParsedScheme<Evr>['id'];
  /** Matches a version, by the documentation. */
  readonly version: RegExp;
  /** Matches a release. */
  readonly release: RegExp;
  /** Orders two versions, or two releases. */
  readonly comparePart: (a: string, b: string) => Order;
  /** Orders a version with a release and one without. */
  readonly compareMissing: (isFirstMissing: boolean) => Order;
}

/** Returns the scheme of a system whose versions have this form. */
export function evrScheme({
  id,
  version,
  release,
  comparePart,
  compareMissing,
}: EvrScheme): VersionScheme {
  return parsedScheme<Evr>({
    id,
    parse: parseEvr,
    order(a, b) {
      const order = compareDigits(a.epoch, b.epoch) || comparePart(a.version, b.version);
      if (order !== 0) return order;
      if (a.release !== undefined && b.release !== undefined) {
        return comparePart(a.release, b.release);
      }
      return a.release === b.release ? 0 : compareMissing(a.release === undefined);
    },
    isCertain: (parsed) =>
      version.test(parsed.version) &&
      (parsed.release === undefined || release.test(parsed.release)),
    format: formatEvr,
  });
}

/** Returns the shortest text of the same parts. */
function formatEvr({ epoch, version, release }: Evr): string {
  const rest = release === undefined ? version : `${version}-${release}`;
  // A colon in the rest needs an epoch before it.
  return epoch === 0 && !rest.includes(':') ? rest : `${epoch}:${rest}`;
}

function readEvr(text: string): Evr | undefined {
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
