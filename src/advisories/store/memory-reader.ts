/**
 * An advisory reader over advisories held in memory: for tests, and for the few that the demo
 * carries.
 */

import type {
  Advisory,
  AdvisoryNeed,
  AdvisoryReader,
  Coverage,
  VulnerabilityFacts,
} from '../../core/model/advisory/advisory.ts';

/**
 * Creates a reader of advisories in memory. Needs are covered as `coverage` returns; without it, by
 * every advisory's feed and affected packages. Names are in their ecosystem's normal form.
 */
export function createMemoryReader(
  advisories: readonly Advisory[],
  coverage?: (need: AdvisoryNeed) => readonly Coverage[],
  facts: readonly VulnerabilityFacts[] = [],
): AdvisoryReader {
  const byKey = new Map<string, Set<Advisory>>();
  const byId = new Map<string, Advisory>();
  const counts = new Map<string, Map<string, number>>();
  for (const advisory of advisories) {
    if (!byId.has(advisory.id)) byId.set(advisory.id, advisory);
    const needs = new Set<string>();
    for (const { ecosystem, release, name } of advisory.affected) {
      const need = needKey(release === undefined ? { ecosystem } : { ecosystem, release });
      needs.add(need);
      const key = `${need}\n${name}`;
      byKey.set(key, (byKey.get(key) ?? new Set()).add(advisory));
    }
    for (const need of needs) countFeed(counts, need, advisory.feed);
  }
  const byPackage: AdvisoryReader['byPackage'] = (need, name) =>
    byKey.get(`${needKey(need)}\n${name}`) ?? [];
  return {
    byPackage,
    byPackages: (need, names) => names.map((name) => byPackage(need, name)),
    byId: (id) => byId.get(id),
    coverage: coverage ?? ((need) => countedCoverage(counts.get(needKey(need)), need)),
    facts: (id) => facts.filter((row) => row.id.toUpperCase() === id.toUpperCase()),
    factsCoverage: () => countedCoverage(countedFacts(facts)),
  };
}

function needKey(need: AdvisoryNeed): string {
  return `${need.ecosystem}:${need.release ?? ''}`;
}

function countFeed(counts: Map<string, Map<string, number>>, need: string, feed: string): void {
  const feeds = counts.get(need) ?? new Map<string, number>();
  feeds.set(feed, (feeds.get(feed) ?? 0) + 1);
  counts.set(need, feeds);
}

function countedFacts(facts: readonly VulnerabilityFacts[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { feed } of facts) counts.set(feed, (counts.get(feed) ?? 0) + 1);
  return counts;
}

/** Advisories in memory have no date of their own. */
const TIMELESS = '1970-01-01T00:00:00Z';

function countedCoverage(
  feeds: ReadonlyMap<string, number> = new Map(),
  need: Partial<AdvisoryNeed> = {},
): readonly Coverage[] {
  return [...feeds].map(([feed, recordCount]) => ({
    feed,
    ...need,
    recordCount,
    dataAt: TIMELESS,
    fetchedAt: TIMELESS,
  }));
}
