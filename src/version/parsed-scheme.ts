/** The scheme of versions that are parsed once and then ordered by their parts. Every scheme of the list is made by it. */

import type { SchemeId } from '../model/ecosystem.ts';
import { comparatorRanges, type Compare } from './range.ts';
import type { NativeRanges, Order, RangeOptions, VersionScheme } from './scheme.ts';

/** What one scheme adds; `T` is a parsed version. */
export interface ParsedScheme<T> {
  readonly id: SchemeId;
  /** Returns `undefined` for text that has no order. It is called for each comparison, so it caches. */
  readonly parse: (version: string) => T | undefined;
  /** Orders two versions whose texts differ. `undefined` if their order is not known. */
  readonly order: (a: T, b: T) => Order | undefined;
  /** See {@link VersionScheme.isCertain}. Absent: every version that can be parsed is. */
  readonly isCertain?: (parsed: T, version: string) => boolean;
  /** See {@link VersionScheme.isValid}. Absent: every certain version without surrounding white space is. */
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
