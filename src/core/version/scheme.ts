/**
 * The contract of a version scheme: how the versions of one family of packages are read and
 * ordered.
 */

import type { SchemeId } from '../model/package/ecosystem.ts';

/** `-1`: the first is lower; `0`: neither is; `1`: the first is higher. */
export type Order = -1 | 0 | 1;

/** Options for reading a range. Only npm and PyPI ranges have choices to make. */
export interface RangeOptions {
  /**
   * npm only. `true`: as node-semver reads loosely (`=1.2.3`, `1.2.3beta`, unreadable comparators
   * are dropped); `false`: strictly. Absent: strictly, and where that fails as leniently as the
   * meaning is certain (`1.2.3.4`).
   */
  readonly loose?: boolean | undefined;
  /**
   * npm: when not `true`, a pre-release is inside only where a comparator of the same three numbers
   * has one as well. PyPI: pre-releases are inside unless `false` is given, and then only where a
   * specifier itself names one.
   */
  readonly includePrerelease?: boolean | undefined;
}

/** A comparison with one version. */
export interface Comparator {
  readonly operator: '<' | '<=' | '=' | '!=' | '>=' | '>';
  readonly version: string;
}

/**
 * A range as data: one of the alternatives must hold, and in it every comparator. An empty
 * alternative always holds.
 */
export type Alternatives = readonly (readonly Comparator[])[];

/** Reads the ranges that the scheme's own tools write. */
export interface NativeRanges {
  /** Returns `undefined` where the range or the version cannot be read. */
  contains(version: string, range: string, options: RangeOptions): boolean | undefined;
  /**
   * Returns the plain bounds of the range, without rules on pre-releases; `undefined` where it
   * cannot be read.
   */
  bounds(range: string, options: RangeOptions): Alternatives | undefined;
  /**
   * The constraints of a VERS string, unsorted: what the range says, flattened as the conversion of
   * the VERS specification does it. Empty for the range that holds everything.
   */
  constraints(range: string): readonly Comparator[] | undefined;
}

/**
 * Order of the versions of one scheme. `compare` is total, antisymmetric and transitive over what
 * it can read; nothing here throws, whatever the text.
 */
export interface VersionScheme {
  readonly id: SchemeId;
  /**
   * Returns `undefined` where one of the two cannot be read; identical texts are equal even then.
   */
  readonly compare: (a: string, b: string) => Order | undefined;
  /** Returns whether the text is a version by the letter of the scheme's specification. */
  readonly isValid: (version: string, options?: RangeOptions) => boolean;
  /**
   * Returns whether the place of the version among others is certain: it is valid, or bends the
   * grammar in a way that leaves no doubt. Versions that `compare` orders only because older tools
   * did so are not certain.
   */
  readonly isCertain: (version: string) => boolean;
  /**
   * Returns the canonical form; the text unchanged if it cannot be read. Equal forms are equal in
   * order.
   */
  readonly normalize: (version: string) => string;
  readonly ranges: NativeRanges;
}
