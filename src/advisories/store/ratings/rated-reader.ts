/**
 * Adds to a reader what is known of severities beside its own sets: fetched ratings, and records of
 * other ecosystems.
 */

import type { Coverage, VulnerabilityFacts } from '../../../core/model/advisory/advisory.ts';
import type { StoredSet } from '../store-manifest.ts';
import { isFactSet, type FactSet, type OpenSet } from '../open-set.ts';
import type { StoreReader } from '../reader.ts';
import { ratingsIn } from './cross-ecosystem-ratings.ts';
import { ratedFingerprint } from './rated-fingerprint.ts';
import { partsFingerprint, yearOfCve, type RatingSource } from './rating-index.ts';
import { RatingCache } from './rating-cache.ts';

/** Feeds that rate every vulnerability with a CVE id. */
export const RATING_SOURCES: readonly string[] = ['cve', 'nvd'] satisfies readonly RatingSource[];

/** The stored ratings and the sets that are read together. */
export interface RatedParts {
  /** Folder of the base. */
  readonly folder: string;
  /** The sets that the reader answers from. */
  readonly own: readonly OpenSet[];
  /** Other sets of the base whose records rate anywhere. */
  readonly others: readonly StoredSet[];
  /** Opens other sets of the base. */
  openOthers(isWanted: (set: StoredSet) => boolean): Promise<readonly OpenSet[]>;
  /**
   * Whether fetched ratings count; not where the base was loaded with keys, because they have no
   * signature.
   */
  readonly usesFetched: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly nowMs: number;
}

/** Returns the reader with the ratings that are loaded beside its sets. */
export function withLoadedRatings(reader: StoreReader, parts: RatedParts): StoreReader {
  const { own, others } = parts;
  const shelf = parts.usesFetched ? new RatingCache(parts.folder) : undefined;
  const whole = own.filter(isFactSet).filter(({ set }) => RATING_SOURCES.includes(set.feed));
  let opened: Promise<readonly OpenSet[]> | undefined;
  const openOnce = (): Promise<readonly OpenSet[]> =>
    (opened ??= parts.openOthers((set) => others.some(({ file }) => file === set.file)));
  const hasParts = (shelf?.index.parts.length ?? 0) > 0;
  return {
    ...reader,
    facts: (id) => withFetched(reader.facts(id), shelf?.facts(id) ?? []),
    factsCoverage: () => [...reader.factsCoverage(), ...coverageOf(shelf, whole)],
    ratingsElsewhere: async (ids) => {
      if (ids.length === 0 || others.length === 0) return new Map();
      return ratingsIn(await openOnce(), ids);
    },
    hasRatingSource: (id) =>
      yearOfCve(id) === undefined
        ? whole.length > 0 || hasParts
        : whole.some((source) => covers(source, id)) || shelf?.hasAnswered(id) === true,
    hasOldRatings: (id) => shelf?.isOld(id, parts.nowMs) === true,
    ...(reader.state !== undefined && { state: stateOf(reader.state, others, shelf) }),
    close: () => {
      reader.close();
      void opened?.then((sets) => {
        for (const { file } of sets) file.close();
      });
    },
  };
}

/** Names what the ratings come from: the same for the same files. */
function stateOf(
  own: string,
  others: readonly StoredSet[],
  shelf: RatingCache | undefined,
): string {
  return ratedFingerprint(own, others, shelf === undefined ? '' : partsFingerprint(shelf.index));
}

/** A feed that is loaded as a whole speaks for itself, unless it has no rating. */
function withFetched(
  stored: readonly VulnerabilityFacts[],
  fetched: readonly VulnerabilityFacts[],
): readonly VulnerabilityFacts[] {
  const added = fetched.filter(
    ({ feed }) => !stored.some((row) => row.feed === feed && row.ratings.length > 0),
  );
  return added.length === 0 ? stored : [...stored, ...added];
}

/** Returns one row for each source that is not loaded as a whole. */
function coverageOf(
  shelf: RatingCache | undefined,
  whole: readonly FactSet[],
): readonly Coverage[] {
  return RATING_SOURCES.flatMap((feed): readonly Coverage[] => {
    if (whole.some(({ set }) => set.feed === feed)) return [];
    const parts = (shelf?.index.parts ?? []).filter(({ source }) => source === feed);
    const times = parts.map(({ fetchedAt }) => fetchedAt).sort();
    const [oldest] = times;
    if (oldest === undefined) return [];
    const recordCount = parts.reduce((sum, { answerCount }) => sum + answerCount, 0);
    return [
      { feed, recordCount, dataAt: oldest, fetchedAt: times.at(-1) ?? oldest, isPartial: true },
    ];
  });
}

/**
 * Returns whether a source that is loaded as a whole can know an id: it has records of the id's
 * year, and its data is not older than this year. So a feed of which a year is missing, or that was
 * loaded long ago, is not a source for what it cannot have.
 */
function covers({ set, file }: FactSet, id: string): boolean {
  const year = yearOfCve(id);
  if (year === undefined) return true;
  return yearOf(set.dataAt) >= year && file.hasNameBeginning(`CVE-${year}-`);
}

function yearOf(instant: string): number {
  return new Date(instant).getUTCFullYear();
}
