/** Hits gathered into rows: one row for each vulnerability in a package. */

import { compareText } from '../../core/base/compare.ts';
import type { Package } from '../../core/model/package/package.ts';
import { isMaliciousRecord } from '../../core/model/advisory/malicious.ts';
import type { VulnerabilityIndex } from './aliases.ts';
import type { Hit, MatchHits } from './match-hits.ts';
import { decideOwnership, type OwnershipDecision } from './shipped-packages.ts';

/** All hits of one vulnerability in one package. */
export interface MatchRow {
  readonly vulnerability: string;
  readonly pkg: Package;
  /** The records that affect the version of the package. */
  readonly hits: readonly Hit[];
  /**
   * Present if the distribution ships the package and its advisories do not name the vulnerability.
   */
  readonly owned?: Extract<OwnershipDecision, { kind: 'owned' }>;
}

/** Rows sorted by package and vulnerability. */
export interface MatchRows {
  readonly rows: readonly MatchRow[];
  /** Packages with hits for which there are no rows, because there are too many. */
  readonly leftOut: ReadonlySet<Package>;
}

/**
 * Returns at most `maxRows` rows, without those that the distribution has judged for the owner of
 * the package.
 */
export function matchRows(
  { hits, ownerHits, owners }: MatchHits,
  indexOf: VulnerabilityIndex,
  maxRows: number,
): MatchRows {
  const all = rowsOf(hits, indexOf, maxRows);
  const { rows } = all;
  if (owners === undefined || !rows.some(({ pkg }) => pkg.ownedBy !== undefined)) return all;
  const ofOwners = rowsOf(ownerHits, indexOf, maxRows);
  const reported = new Set([...rows, ...ofOwners.rows].map(rowKey));
  const decideOn = decideOwnership(owners, indexOf, (pkg, vulnerability) =>
    reported.has(rowKey({ pkg, vulnerability })),
  );
  const decided = rows.flatMap((row) => {
    const decision = decideOn(row.pkg, row.vulnerability);
    // A distribution does not clear what a record reports as malicious.
    if (decision.kind !== 'counts' && isReportedAsMalicious(row)) return [row];
    if (decision.kind === 'judged') return [];
    return [decision.kind === 'owned' ? { ...row, owned: decision } : row];
  });
  return { rows: decided, leftOut: new Set([...all.leftOut, ...ofOwners.leftOut]) };
}

/** Returns a key that is the same for equal packages and vulnerabilities only. */
export function rowKey({ pkg, vulnerability }: Pick<MatchRow, 'pkg' | 'vulnerability'>): string {
  return `${vulnerability} ${pkg.id}`;
}

/**
 * Returns the hit that a finding describes: one of the claimed version before one of the version
 * that the content proves.
 */
export function preferredHit(hits: readonly Hit[]): Hit | undefined {
  return hits.find(({ version, pkg }) => version.shown === pkg.version) ?? hits[0];
}

function rowsOf(hits: readonly Hit[], indexOf: VulnerabilityIndex, maxRows: number): MatchRows {
  const rows = new Map<string, MatchRow & { readonly hits: Hit[] }>();
  const leftOut = new Set<Package>();
  for (const hit of hits) {
    const { pkg } = hit;
    for (const vulnerability of indexOf(hit.record)) {
      const key = rowKey({ pkg, vulnerability });
      const known = rows.get(key);
      if (known !== undefined) known.hits.push(hit);
      else if (rows.size < maxRows) rows.set(key, { vulnerability, pkg, hits: [hit] });
      else leftOut.add(pkg);
    }
  }
  const sorted = [...rows.values()].sort(
    (a, b) => compareText(a.pkg.id, b.pkg.id) || compareText(a.vulnerability, b.vulnerability),
  );
  return { rows: sorted, leftOut };
}

function isReportedAsMalicious({ hits }: MatchRow): boolean {
  return hits.some(({ record }) => isMaliciousRecord(record));
}
