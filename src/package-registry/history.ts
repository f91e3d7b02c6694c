/**
 * Facts about a version that follow from the versions before it: whether it has lost evidence of
 * its origin, and who published those before.
 *
 * Versions are ordered by their date of publication. Those without a date come last, in the order
 * of their numbers, because a date that is missing must not make a version older than the others.
 */

import { compareNumbers } from '../core/base/compare.ts';
import { compareVersions } from '../core/version/index.ts';
import type { Publication, VersionFacts } from '../scan/policy/version-facts.ts';
import { isPrerelease } from './prerelease.ts';
import type { ServedEcosystem } from './settings.ts';

/** Evidence of the origin of a version, the weakest first. */
export const ORIGIN_EVIDENCE = ['none', 'provenance', 'trusted publisher'] as const;

/** Evidence of the origin of a version. */
export type OriginEvidence = (typeof ORIGIN_EVIDENCE)[number];

/** A version, or a file of one, with what is compared. */
export interface HistoricRow {
  readonly version: string;
  readonly publishedAt?: number;
  readonly evidence?: OriginEvidence;
  readonly publication?: Publication;
}

/** Facts of a row. */
export type HistoryFacts = Pick<VersionFacts, 'lostProvenance' | 'publications'>;

/** Returns the facts of each row. */
export function historyOf<Row extends HistoricRow>(
  ecosystem: ServedEcosystem,
  rows: readonly Row[],
): ReadonlyMap<Row, HistoryFacts> {
  const ordered = [...rows].sort((a, b) => orderOf(ecosystem, a, b));
  const publications = ordered.flatMap(({ publication }) => publication ?? []);
  const facts = new Map<Row, HistoryFacts>();
  // The strongest evidence so far, of all versions and of those that are no prereleases.
  let best: Strongest = WEAKEST;
  let bestRelease: Strongest = WEAKEST;
  for (const row of ordered) {
    const rank = ORIGIN_EVIDENCE.indexOf(row.evidence ?? 'none');
    const isPre = isPrerelease(ecosystem, row.version);
    const lost = lostText(rank, isPre ? best : bestRelease, row.version);
    facts.set(row, { publications, ...(lost !== undefined && { lostProvenance: lost }) });
    if (rank >= best.rank) best = { rank, version: row.version };
    if (!isPre && rank >= bestRelease.rank) bestRelease = { rank, version: row.version };
  }
  return facts;
}

interface Strongest {
  readonly rank: number;
  readonly version: string;
}

const WEAKEST: Strongest = { rank: 0, version: '' };

function lostText(rank: number, before: Strongest, version: string): string | undefined {
  if (rank >= before.rank) return undefined;
  const other = before.version === version ? 'an earlier file of the version' : before.version;
  return ORIGIN_EVIDENCE[before.rank] === 'trusted publisher'
    ? `it does not come from a trusted publisher, and ${other} does`
    : `it has no provenance, and ${other} has`;
}

function orderOf(ecosystem: ServedEcosystem, a: HistoricRow, b: HistoricRow): number {
  const dateOf = ({ publishedAt }: HistoricRow): number => publishedAt ?? Number.MAX_VALUE;
  const byDate = compareNumbers(dateOf(a), dateOf(b));
  if (byDate !== 0) return byDate;
  return compareVersions(ecosystem, a.version, b.version) ?? 0;
}
