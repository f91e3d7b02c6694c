/** Evaluates one advisory for one package: affected, clear, or undecidable. */

import type { Advisory, Affected, AffectedStatus } from '../../core/model/advisory/advisory.ts';
import { mayApply, isOfStream } from '../../core/model/advisory/applicability.ts';
import { ECOSYSTEMS } from '../../core/model/package/ecosystem.ts';
import type { Package } from '../../core/model/package/package.ts';
import { isAffected } from '../../core/version/index.ts';
import type { Lookup, LookupVersion } from './matcher.ts';

/** An advisory's result for a package at one of its versions. */
export type AdvisoryOutcome =
  | {
      readonly kind: 'affected';
      readonly version: LookupVersion;
      /** The entries of the advisory that say so; never empty. */
      readonly entries: readonly Affected[];
    }
  | { readonly kind: 'unordered'; readonly version: LookupVersion }
  | { readonly kind: 'clear' };

const CLEAR: AdvisoryOutcome = { kind: 'clear' };

/** Statuses that make a finding where the version is in range; `notAffected` silences instead. */
const IS_FINDING: Readonly<Record<AffectedStatus, boolean>> = {
  affected: true,
  fixed: true,
  willNotFix: true,
  deferred: true,
  endOfLife: true,
  unimportant: true,
  underInvestigation: true,
  notAffected: false,
};

/**
 * Returns whether an entry applies to the looked-up package. An entry without a release applies to
 * all releases.
 */
function isAbout(entry: Affected, { need, name }: Lookup): boolean {
  return (
    entry.name === name &&
    entry.ecosystem === need.ecosystem &&
    (entry.release === undefined || entry.release === need.release)
  );
}

/** Returns the entries of an advisory that speak of what is looked up. */
export function entriesFor(advisory: Advisory, lookup: Lookup): readonly Affected[] {
  return advisory.affected.filter((entry) => isAbout(entry, lookup));
}

/**
 * Judges the claimed version, then the evidenced one; the first that is affected counts. A
 * withdrawn advisory is clear. A version that cannot be ordered is only reported where no version
 * is known to be affected.
 */
export function evaluateAdvisory(
  pkg: Package,
  lookup: Lookup,
  advisory: Advisory,
): AdvisoryOutcome {
  if (advisory.withdrawnAt !== undefined) return CLEAR;
  const entries = entriesFor(advisory, lookup).filter((entry) => mayApply(entry, pkg));
  let unordered: AdvisoryOutcome | undefined;
  for (const version of lookup.versions) {
    const judgement = judgeVersion(entries, version, lookup, pkg);
    if (judgement.kind === 'affected') return judgement;
    if (judgement.kind === 'unordered') unordered ??= judgement;
  }
  return unordered ?? CLEAR;
}

function judgeVersion(
  entries: readonly Affected[],
  version: LookupVersion,
  lookup: Lookup,
  pkg: Package,
): AdvisoryOutcome {
  const scheme = ECOSYSTEMS[lookup.need.ecosystem].scheme;
  const hits: Affected[] = [];
  let isUnordered = false;
  for (const entry of entries) {
    const isHit = saysAllVersions(entry)
      ? true
      : isAffected(scheme, version.compared, entry.ranges, entry.versions);
    const isSure = isHit !== undefined && isOfStream(entry, pkg) !== undefined;
    if (isHit === true && isSure && !IS_FINDING[entry.status]) return CLEAR;
    if (isHit === true && isSure) hits.push(entry);
    if (isHit !== false && !isSure && IS_FINDING[entry.status]) isUnordered = true;
  }
  if (hits.length > 0) return { kind: 'affected', version, entries: hits };
  return isUnordered ? { kind: 'unordered', version } : CLEAR;
}

/** "Not affected" without any version is meant for all of them. */
function saysAllVersions(entry: Affected): boolean {
  return !IS_FINDING[entry.status] && entry.ranges.length === 0 && entry.versions.length === 0;
}
