/**
 * The reasons why an advisory affects a version or does not: each bound, the comparison, and the
 * first difference.
 */

import type { Affected, VersionRange } from '../../core/model/advisory/advisory.ts';
import { ECOSYSTEMS, type SchemeId } from '../../core/model/package/ecosystem.ts';
import type { Inventory, Package } from '../../core/model/package/package.ts';
import {
  compareVersions,
  isAffected,
  normalizeVersion,
  satisfies,
} from '../../core/version/index.ts';
import { matcherOf } from './list.ts';
import type { Lookup } from './matcher.ts';

/** A bound of an affected range. */
export type BoundKind = 'introduced' | 'fixed' | 'lastAffected' | 'limit';

/** One comparison that the range asked for. */
export interface BoundCheck {
  readonly kind: BoundKind;
  readonly bound: string;
  /** The bound in the scheme's canonical form. */
  readonly normalBound: string;
  /** The version against the bound: -1 below, 0 equal, 1 above; absent where there is no order. */
  readonly order?: -1 | 0 | 1;
  /** Whether the bound leaves the version inside the range; absent if that cannot be decided. */
  readonly isInside?: boolean;
  /** First difference of the canonical forms; absent if they are equal in order, or have none. */
  readonly difference?: BoundDifference;
}

/** First difference of two versions. */
export interface BoundDifference {
  /** Part of the version, where the scheme has named ones. */
  readonly part?: 'epoch' | 'upstream' | 'revision';
  /** Empty: the version ends here. */
  readonly ofVersion: string;
  readonly ofBound: string;
}

/** A range compared with a version. */
export interface RangeCheck {
  readonly range: VersionRange;
  readonly bounds: readonly BoundCheck[];
  readonly isInside?: boolean;
}

/** An entry of an advisory compared with a version. */
export interface EntryCheck {
  readonly entry: Affected;
  /** The version is named one by one. */
  readonly isListed: boolean;
  readonly ranges: readonly RangeCheck[];
  /** Whether the version is among those of the entry; absent if that cannot be decided. */
  readonly isInside?: boolean;
}

/** A version compared with the entries of an advisory. */
export interface VersionCheck {
  readonly scheme: SchemeId;
  readonly version: string;
  readonly normalVersion: string;
  readonly entries: readonly EntryCheck[];
  /** The result of all entries together; absent if that cannot be decided. */
  readonly isAffected?: boolean;
}

/** Returns the look-up of a package; `undefined` if its system's advisories are not known. */
export function lookupOf(pkg: Package, inventory: Inventory): Lookup | undefined {
  return matcherOf(pkg).lookups(pkg, inventory)[0];
}

/**
 * Compares a version with all that the entries say; they must speak of one package of one
 * ecosystem.
 */
export function checkVersion(
  scheme: SchemeId,
  version: string,
  entries: readonly Affected[],
): VersionCheck {
  const checks = entries.map((entry) => checkEntry(scheme, version, entry));
  return {
    scheme,
    version,
    normalVersion: normalizeVersion(scheme, version),
    entries: checks,
    ...known('isAffected', verdict(checks)),
  };
}

/** Returns the scheme of an ecosystem. */
export function schemeOf({ ecosystem }: Pick<Affected, 'ecosystem'>): SchemeId {
  return ECOSYSTEMS[ecosystem].scheme;
}

function checkEntry(scheme: SchemeId, version: string, entry: Affected): EntryCheck {
  const isForAll =
    entry.status === 'notAffected' && entry.ranges.length === 0 && entry.versions.length === 0;
  const isInside = isForAll ? true : isAffected(scheme, version, entry.ranges, entry.versions);
  return {
    entry,
    isListed: entry.versions.some((one) => isAffected(scheme, version, [], [one]) === true),
    ranges: entry.ranges.map((range) => checkRange(scheme, version, range)),
    ...known('isInside', isInside),
  };
}

/** "Not affected" silences the others, as in `judge.ts`. */
function verdict(checks: readonly EntryCheck[]): boolean | undefined {
  const inside = checks.filter((check) => check.isInside === true);
  if (inside.some(({ entry }) => entry.status === 'notAffected')) return false;
  if (inside.length > 0) return true;
  const isUnknown = checks.some(
    (check) => check.isInside === undefined && check.entry.status !== 'notAffected',
  );
  return isUnknown ? undefined : false;
}

const KINDS: readonly BoundKind[] = ['introduced', 'fixed', 'lastAffected', 'limit'];

function checkRange(scheme: SchemeId, version: string, range: VersionRange): RangeCheck {
  const bounds = KINDS.flatMap((kind) => {
    const bound = range[kind];
    const isNone = bound === undefined || (kind === 'limit' && bound === '*');
    return isNone ? [] : [checkBound(scheme, version, { kind, bound })];
  });
  return { range, bounds, ...known('isInside', satisfies(scheme, version, range)) };
}

function checkBound(
  scheme: SchemeId,
  version: string,
  { kind, bound }: { readonly kind: BoundKind; readonly bound: string },
): BoundCheck {
  const isOpen = kind === 'introduced' && bound === '0';
  const order = isOpen ? 1 : compareVersions(scheme, version, bound);
  const alone: VersionRange = { introduced: '0', [kind]: bound };
  const [normalVersion, normalBound] = [
    normalizeVersion(scheme, version),
    normalizeVersion(scheme, bound),
  ];
  const isDifferent = !isOpen && order !== undefined && order !== 0;
  const difference = isDifferent ? differenceOf(scheme, normalVersion, normalBound) : undefined;
  return {
    kind,
    bound,
    normalBound,
    ...known('order', order),
    ...known('isInside', satisfies(scheme, version, alone)),
    ...known('difference', difference),
  };
}

function known<Key extends string, T>(key: Key, value: T | undefined): { readonly [K in Key]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]?: T });
}

/** Schemes whose versions are `[epoch:]upstream[-revision]`. */
const WITH_PARTS: ReadonlySet<SchemeId> = new Set<SchemeId>(['deb', 'rpm', 'alpm']);
/** Longer versions are not made by people. */
const MAX_COMPARED = 400;
/** Runs of digits and of letters, and single other characters. */
const PIECES = /\d+|\p{L}+|[^\d\p{L}]/gu;

function differenceOf(
  scheme: SchemeId,
  version: string,
  bound: string,
): BoundDifference | undefined {
  if (version === bound) return undefined;
  if (!WITH_PARTS.has(scheme)) return firstDifference(version, bound);
  const [ofVersion, ofBound] = [partsOf(version), partsOf(bound)];
  for (const part of ['epoch', 'upstream', 'revision'] as const) {
    if (ofVersion[part] === ofBound[part]) continue;
    const [left, right] = [ofVersion[part], ofBound[part]];
    return part === 'epoch'
      ? { part, ofVersion: left, ofBound: right }
      : { part, ...firstDifference(left, right) };
  }
  return undefined;
}

function partsOf(version: string): Record<'epoch' | 'upstream' | 'revision', string> {
  const colon = version.indexOf(':');
  const hyphen = version.lastIndexOf('-');
  const end = hyphen > colon ? hyphen : version.length;
  return {
    epoch: colon < 0 ? '0' : version.slice(0, colon),
    upstream: version.slice(colon + 1, end),
    revision: version.slice(end + 1),
  };
}

function firstDifference(version: string, bound: string): BoundDifference {
  const left = version.slice(0, MAX_COMPARED).match(PIECES) ?? [];
  const right = bound.slice(0, MAX_COMPARED).match(PIECES) ?? [];
  let at = 0;
  while (at < left.length && left[at] === right[at]) at += 1;
  return { ofVersion: left[at] ?? '', ofBound: right[at] ?? '' };
}
