/** The stored base, with the user's own records beside it and corrections applied. */

import { createMemoryReader } from '../store/memory-reader.ts';
import { indexBy } from '../../core/base/maps.ts';
import type {
  Advisory,
  AdvisoryNote,
  AdvisoryReader,
  Coverage,
} from '../../core/model/advisory/advisory.ts';
import { ECOSYSTEMS } from '../../core/model/package/ecosystem.ts';
import { USER_FEED } from './user-advisories.ts';
import { applyOverrides, NO_OVERRIDES, type Overrides } from './overrides.ts';

/** Records, corrections and notes that are added to stored advisories. */
export interface ReaderAdditions {
  /** The user's own records. */
  readonly own: readonly Advisory[];
  /** When they were read, in milliseconds since the Unix epoch. */
  readonly readAt: number;
  readonly overrides: Overrides;
  readonly notes: readonly AdvisoryNote[];
}

/**
 * Returns a reader of stored advisories, the user's own records among them, with corrections
 * applied.
 */
export function mergeReaders(
  stored: AdvisoryReader,
  { own: records, readAt, overrides, notes: given }: ReaderAdditions,
): AdvisoryReader {
  const own = records.length === 0 ? undefined : createMemoryReader(records);
  const ownCoverage = coverageOfOwn(records, new Date(readAt).toISOString());
  const notes = indexBy(given, 'message');
  const note = (message: string, gap?: AdvisoryNote['gap']): void => {
    notes.set(message, gap === undefined ? { message } : { message, gap });
  };
  const hasOverrides = overrides.list.length > 0;
  const correct = (advisory: Advisory): Advisory =>
    hasOverrides ? applyOverrides(advisory, overrides, note) : advisory;
  const uncorrected = hasOverrides
    ? mergeReaders(stored, { own: records, readAt, overrides: NO_OVERRIDES, notes: [] })
    : undefined;
  return {
    ...(uncorrected && { uncorrected }),
    byPackage: function* (need, name) {
      for (const advisory of stored.byPackage(need, name)) yield correct(advisory);
      for (const advisory of own?.byPackage(need, name) ?? []) yield correct(advisory);
    },
    byPackages: function* (need, names) {
      let index = 0;
      for (const found of stored.byPackages(need, names)) {
        const name = names[index] ?? '';
        index += 1;
        yield [...found, ...(own?.byPackage(need, name) ?? [])].map(correct);
      }
    },
    byId: (id) => {
      const advisory = stored.byId(id) ?? own?.byId(id);
      return advisory === undefined ? undefined : correct(advisory);
    },
    coverage: (need) => {
      const known = stored.coverage(need);
      if (own === undefined || ownCoverage === undefined) return known;
      if (known.length > 0) return [...known, ownCoverage];
      if (own.coverage(need).length === 0) return [];
      const place = [ECOSYSTEMS[need.ecosystem].label, need.release].filter(Boolean).join(' ');
      note(`of ${place} only what --advisories names is known`, 'noAdvisoryData');
      return [ownCoverage];
    },
    ratingsElsewhere: async (ids) => (await stored.ratingsElsewhere?.(ids)) ?? new Map(),
    hasRatingSource: (id) => hasRatingSource(stored, id),
    hasOldRatings: (id) => stored.hasOldRatings?.(id) === true,
    facts: (id) => stored.facts(id),
    factsCoverage: () => stored.factsCoverage(),
    notes: () => [...notes.values()],
  };
}

function hasRatingSource(stored: AdvisoryReader, id: string): boolean {
  return (
    stored.hasRatingSource?.(id) ??
    stored.factsCoverage().some(({ feed }) => feed === 'cve' || feed === 'nvd')
  );
}

/** Returns the coverage row of a user's own records. */
function coverageOfOwn(advisories: readonly Advisory[], fetchedAt: string): Coverage | undefined {
  if (advisories.length === 0) return undefined;
  const newest = advisories
    .map((advisory) => advisory.modifiedAt)
    .sort()
    .at(-1);
  const dataAt = newest ?? fetchedAt;
  return { feed: USER_FEED, recordCount: advisories.length, dataAt, fetchedAt };
}
