/**
 * Looks up single vulnerabilities and packages in all of the stored base. Unlike a scan's reader it
 * keeps apart what each feed says, also where a scan would listen to one of them only.
 */

import { compareKeys } from '../../core/base/compare.ts';
import type {
  Advisory,
  AdvisoryNeed,
  AdvisoryReader,
  Affected,
} from '../../core/model/advisory/advisory.ts';
import { isAuthoritative, FEEDS } from '../feeds/list.ts';
import { openStoredSets } from './open-advisory-base.ts';
import { withLoadedRatings } from './ratings/rated-reader.ts';
import { isLoadedWithKeys } from './base-fingerprint.ts';
import { isBulletinWithoutCve } from './bulletin.ts';
import type { StoredSet } from './store-manifest.ts';
import { isEcosystemSet, type EcosystemSet, type OpenSet } from './open-set.ts';
import type { PackageRecord } from './package-record.ts';
import { packageRecords } from './package-records.ts';
import { createStoreReader } from './reader.ts';

/** A record as one feed publishes it, over all packages and releases that it names. */
export interface FeedRecord {
  readonly feed: string;
  readonly license: string;
  readonly dataAt: string;
  readonly fetchedAt: string;
  readonly advisory: Advisory;
  /** The publisher's date; {@link Advisory.modifiedAt} falls back to the date of the data. */
  readonly modifiedAt?: string;
}

/** A source of ratings of which a part was fetched. */
export interface FetchedSource {
  readonly feed: string;
  readonly license: string;
  readonly dataAt: string;
  readonly fetchedAt: string;
}

/** The loaded advisory data, for commands that look things up. */
export interface LookupBase extends Disposable {
  /** All that is loaded; empty where there is no base. */
  readonly sets: readonly StoredSet[];
  /**
   * Sources of ratings of which scans fetched single records or years, where the source is not
   * loaded as a whole.
   */
  readonly fetched: readonly FetchedSource[];
  /** The reader that a scan would use. */
  readonly reader: AdvisoryReader;
  /** Ecosystems and releases that something is loaded for, sorted. */
  readonly needs: readonly AdvisoryNeed[];
  /** Returns the records that have this id or alias, in any case. */
  recordsOf(id: string): readonly FeedRecord[];
  /**
   * Returns the records of a package that gather this vulnerability with others, as a DSA does;
   * their ids, sorted.
   */
  collectionsOf(
    id: string,
    place: Pick<Affected, 'ecosystem' | 'release' | 'name'>,
  ): readonly string[];
  /**
   * Returns whether a scan uses a record's statement about a package. Where another feed decides
   * for the place, it uses only bulletins without a CVE, and these only for packages that the
   * deciding feed does not name.
   */
  isUsed(
    record: Pick<Advisory, 'feed' | 'id' | 'aliases' | 'related'>,
    place: Pick<Affected, 'ecosystem' | 'release' | 'name'>,
  ): boolean;
  /** The files, for {@link searchSets}. */
  readonly open: readonly OpenSet[];
}

/**
 * Opens everything in `folder`, with the ratings that scans fetched; only indexes are read before
 * something is looked up. `nowMs` is the clock, in milliseconds since the Unix epoch.
 * @throws AssayError `ADVISORY_DATA_UNVERIFIED`, `ACCESS_DENIED`; the former also while looking up
 */
export async function openLookup(folder: string, nowMs: number): Promise<LookupBase> {
  const open = await openStoredSets(folder, () => true);
  const sets = open.map(({ set }) => set);
  const ofNeeds = open.filter(isEcosystemSet);
  const cache = new Map<string, FeedRecord>();
  const reader = withLoadedRatings(createStoreReader(open), {
    folder,
    own: open,
    others: [],
    openOthers: () => Promise.resolve([]),
    usesFetched: !isLoadedWithKeys(folder),
    nowMs,
  });
  return {
    open,
    sets,
    fetched: fetchedSources(reader),
    reader,
    needs: needsOf(ofNeeds),
    recordsOf: (id) => recordsOf(ofNeeds, id, cache),
    collectionsOf: (id, place) => collectionsOf(ofNeeds, id, place),
    isUsed: (record, place) => isUsed(ofNeeds, record, place),
    [Symbol.dispose]: () => {
      reader.close();
    },
  };
}

function fetchedSources(reader: AdvisoryReader): readonly FetchedSource[] {
  return reader.factsCoverage().flatMap(({ feed, dataAt, fetchedAt, isPartial }) => {
    if (isPartial !== true) return [];
    const license = FEEDS.find(({ id }) => id === feed)?.license ?? '';
    return [{ feed, license, dataAt, fetchedAt }];
  });
}

function needsOf(open: readonly EcosystemSet[]): readonly AdvisoryNeed[] {
  const needs = new Map<string, AdvisoryNeed>();
  for (const { set } of open) {
    const { ecosystem, release } = set;
    const need = release === undefined ? { ecosystem } : { ecosystem, release };
    needs.set(`${ecosystem} ${release ?? ''}`, need);
  }
  return [...needs].sort(compareKeys).map(([, need]) => need);
}

function isUsed(
  sets: readonly EcosystemSet[],
  { feed, id, aliases, related = [] }: Pick<Advisory, 'feed' | 'id' | 'aliases' | 'related'>,
  place: Pick<Affected, 'ecosystem' | 'release' | 'name'>,
): boolean {
  if (isAuthoritative(feed, place.ecosystem)) return true;
  const deciding = sets.filter(
    ({ set }) => isSamePlace(set, place) && isAuthoritative(set.feed, place.ecosystem),
  );
  if (deciding.length === 0) return true;
  return (
    isBulletinWithoutCve({ id, aliases, related }) &&
    deciding.every((open) => packageRecords(open, place.name).length === 0)
  );
}

function isSamePlace(
  a: Pick<StoredSet, 'ecosystem' | 'release'>,
  b: Pick<StoredSet, 'ecosystem' | 'release'>,
): boolean {
  return a.ecosystem === b.ecosystem && a.release === b.release;
}

/** The names under which one set contains a record. */
interface Place {
  readonly open: EcosystemSet;
  readonly names: readonly string[];
}

/** Records that are cached at most, because a record is looked up by each of its ids. */
const MAX_CACHED_RECORDS = 200;

function recordsOf(
  sets: readonly EcosystemSet[],
  id: string,
  cache: Map<string, FeedRecord>,
): readonly FeedRecord[] {
  const places = new Map<string, { readonly own: string; readonly places: Place[] }>();
  for (const open of sets) {
    for (const { id: own, names } of open.file.recordsOf(id)) {
      const key = `${open.set.feed} ${own}`;
      const known = places.get(key) ?? { own, places: [] };
      places.set(key, known);
      known.places.push({ open, names });
    }
  }
  return [...places].flatMap(([key, found]) => {
    const record = cache.get(key) ?? readRecord(found.own, found.places);
    if (cache.size >= MAX_CACHED_RECORDS) cache.clear();
    if (record !== undefined) cache.set(key, record);
    return record ?? [];
  });
}

/** A record under construction: each set of its feed adds the packages that it knows. */
interface Gathered {
  readonly record: Omit<FeedRecord, 'advisory' | 'modifiedAt'>;
  readonly first: PackageRecord;
  readonly affected: Affected[];
}

function readRecord(own: string, places: readonly Place[]): FeedRecord | undefined {
  let gathered: Gathered | undefined;
  for (const { open, names } of places) {
    const { feed, license, dataAt, fetchedAt } = open.set;
    for (const name of names) {
      for (const found of packageRecords(open, name)) {
        if (found.id !== own) continue;
        const record = { feed, license, dataAt, fetchedAt };
        gathered ??= { record, first: found, affected: [] };
        gathered.affected.push(...found.facts(dataAt).affected);
      }
    }
  }
  return gathered === undefined ? undefined : toRecord(gathered);
}

function toRecord({ record, first, affected }: Gathered): FeedRecord {
  const { summary, details, references } = first.text();
  const advisory: Advisory = {
    ...first.facts(record.dataAt),
    feed: record.feed,
    summary,
    ...(details === undefined ? {} : { details }),
    references,
    affected,
  };
  const { modifiedAt } = first;
  return { ...record, advisory, ...(modifiedAt === undefined ? {} : { modifiedAt }) };
}

function collectionsOf(
  sets: readonly EcosystemSet[],
  id: string,
  place: Pick<Affected, 'ecosystem' | 'release' | 'name'>,
): readonly string[] {
  const ids = new Set<string>();
  for (const open of sets) {
    if (!isSamePlace(open.set, place)) continue;
    for (const record of packageRecords(open, place.name)) {
      if (record.related.includes(id)) ids.add(record.id);
    }
  }
  return [...ids].sort();
}
