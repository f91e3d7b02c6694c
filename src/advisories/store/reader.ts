/**
 * Answers matchers from block files.
 *
 * Where a feed that decides (the tracker for Debian, the secdb for Alpine) is loaded for a need,
 * only its statements count; what other feeds say of the same vulnerability and package lends
 * ratings, and texts where it has none. A bulletin of the distribution (DSA, DLA, DTSA) without a
 * CVE counts for a package that the deciding feed does not name, because that feed lists
 * vulnerabilities by CVE. This is decided when reading, so that loading or losing one feed changes
 * no file of another.
 */

import { appendTo } from '../../core/base/maps.ts';
import type {
  Advisory,
  AdvisoryNeed,
  AdvisoryReader,
  Coverage,
} from '../../core/model/advisory/advisory.ts';
import { isAuthoritative } from '../feeds/list.ts';
import { isBulletin, isBulletinWithoutCve } from './bulletin.ts';
import type { AdvisoryText } from './entry.ts';
import { createFactReader } from './fact-reader.ts';
import { PackageCache } from './package-cache.ts';
import { serializeSets, type StoredSet } from './store-manifest.ts';
import {
  coverageOfSet,
  isFactSet,
  isEcosystemSet,
  type EcosystemSet,
  type OpenSet,
} from './open-set.ts';
import type { PackageRecord } from './package-record.ts';
import { packageRecords, packageRecordsInTurn } from './package-records.ts';

/** A reader that holds files open. If it is not closed, the garbage collector closes it. */
export interface StoreReader extends AdvisoryReader {
  close(): void;
}

/** Creates a reader; names are in their ecosystem's normal form. */
export function createStoreReader(sets: readonly OpenSet[]): StoreReader {
  const groups = new Map<string, NeedGroup>();
  for (const open of sets.filter(isEcosystemSet)) {
    const { feed, ecosystem, release } = open.set;
    const key = needKey(release === undefined ? { ecosystem } : { ecosystem, release });
    const group = groups.get(key) ?? { deciding: [], lending: [] };
    groups.set(key, group);
    if (isAuthoritative(feed, ecosystem)) group.deciding.push(open);
    else group.lending.push(open);
  }
  for (const group of groups.values()) {
    if (group.deciding.length === 0) group.deciding.push(...group.lending.splice(0));
  }
  const factSets = sets.filter(isFactSet);
  let cache: PackageCache<DecodedPackage> | undefined;
  return {
    byPackage: (need, name) => advisoriesOf(groups.get(needKey(need)), name),
    byPackages: (need, names) => advisoriesInTurn(groups.get(needKey(need)), names),
    byId: (id) => advisoryOf([...groups.values()], id, (cache ??= new PackageCache())),
    coverage: (need) => coverageOf(groups.get(needKey(need))),
    state: serializeSets(sets.map(({ set }) => set)),
    ...(factSets.length === 0 ? NO_FACTS : createFactReader(factSets)),
    close: () => {
      for (const { file } of sets) file.close();
    },
  };
}

interface NeedGroup {
  readonly deciding: EcosystemSet[];
  readonly lending: EcosystemSet[];
}

function needKey(need: AdvisoryNeed): string {
  return `${need.ecosystem}/${need.release ?? ''}`;
}

function advisoriesOf(group: NeedGroup | undefined, name: string): readonly Advisory[] {
  if (group === undefined) return [];
  const { records, lent } = decodePackage(group, name);
  return records.map((record) => toAdvisory(record, lent));
}

/** Yields {@link advisoriesOf} for each name in turn; data of authoritative feeds is read ahead. */
function* advisoriesInTurn(
  group: NeedGroup | undefined,
  names: readonly string[],
): Iterable<readonly Advisory[]> {
  const deciding = (group?.deciding ?? []).map((open) => ({
    set: open.set,
    inTurn: packageRecordsInTurn(open, names),
  }));
  for (const name of names) {
    const decisive: SetRecord[] = [];
    for (const { set, inTurn } of deciding) {
      for (const record of inTurn.next().value ?? []) decisive.push({ record, set });
    }
    if (group === undefined) {
      yield NONE;
      continue;
    }
    const { records, lent } =
      decisive.length === 0 ? loneBulletins(group, name) : withLent(group, name, decisive);
    yield records.map((record) => toAdvisory(record, lent));
  }
}

/** A record with the set that it stands in. */
interface SetRecord {
  readonly record: PackageRecord;
  readonly set: StoredSet;
}

/** The records that speak for a package, and what others lend them. */
interface DecodedPackage {
  readonly records: readonly SetRecord[];
  readonly lent: ReadonlyMap<string, readonly SetRecord[]>;
  /** The {@link records} by their own id. */
  readonly byId: ReadonlyMap<string, readonly SetRecord[]>;
}

function decodePackage(group: NeedGroup, name: string): Omit<DecodedPackage, 'byId'> {
  const decisive = group.deciding.flatMap((open) => recordsIn(open, name));
  return decisive.length === 0 ? loneBulletins(group, name) : withLent(group, name, decisive);
}

/** Returns the bulletins without a CVE of a package that no deciding feed names. */
function loneBulletins(group: NeedGroup, name: string): Omit<DecodedPackage, 'byId'> {
  if (group.lending.length === 0) return NOTHING;
  const records = group.lending
    .flatMap((open) => recordsIn(open, name))
    .filter(({ record }) => isBulletinWithoutCve(record));
  return records.length === 0 ? NOTHING : { records, lent: NOTHING.lent };
}

const NONE: readonly never[] = [];
/** The reader of a base without facts. */
const NO_FACTS = { facts: () => NONE, factsCoverage: () => NONE } as const;
const NOTHING: Omit<DecodedPackage, 'byId'> = { records: [], lent: new Map() };

function withLent(
  group: NeedGroup,
  name: string,
  decisive: readonly SetRecord[],
): Omit<DecodedPackage, 'byId'> {
  if (group.lending.length === 0) {
    return { records: withoutCollections(decisive), lent: NOTHING.lent };
  }
  const lending = group.lending.flatMap((open) => recordsIn(open, name));
  const lent = recordsByIds(lending, ({ id, aliases }) => [id, ...aliases]);
  return { records: withoutCollections(decisive), lent };
}

function coverageOf(group: NeedGroup | undefined): readonly Coverage[] {
  if (group === undefined) return [];
  return [...group.deciding, ...group.lending].map(({ set }) => coverageOfSet(set));
}

/**
 * Returns the advisory of the first set that has the id; its other sets (releases) add their own
 * data.
 */
function advisoryOf(
  groups: readonly NeedGroup[],
  id: string,
  cache: PackageCache<DecodedPackage>,
): Advisory | undefined {
  const found: Advisory[] = [];
  for (const [index, group] of groups.entries()) {
    const sets = isBulletin(id) ? [...group.deciding, ...group.lending] : group.deciding;
    for (const open of sets) {
      for (const name of open.file.namesOfRecord(id)) {
        const { byId, lent } = cache.get(`${index}/${name}`, () => indexed(group, name));
        const records = byId.get(id) ?? [];
        found.push(...records.map((record) => toAdvisory(record, lent)));
      }
    }
  }
  const [first] = found;
  if (first === undefined) return undefined;
  const affected = found
    .filter((item) => item.feed === first.feed)
    .flatMap((item) => item.affected);
  return Object.defineProperty(first, 'affected', { value: affected, enumerable: true });
}

function indexed(
  group: NeedGroup,
  name: string,
): { readonly value: DecodedPackage; readonly recordCount: number } {
  const { records, lent } = decodePackage(group, name);
  const value = { records, lent, byId: recordsByIds(records, ({ id }) => [id]) };
  return { value, recordCount: records.length + lent.size };
}

function recordsIn(open: EcosystemSet, name: string): readonly SetRecord[] {
  return packageRecords(open, name).map((record) => ({ record, set: open.set }));
}

/**
 * Leaves out records that gather several vulnerabilities (a DSA) where each of these has its own
 * record for the same package: they say nothing more, and would count double.
 */
function withoutCollections(records: readonly SetRecord[]): readonly SetRecord[] {
  const isGathered = records.some(({ record }) => isCollection(record));
  if (!isGathered) return records;
  const single = new Set<string>();
  for (const { record } of records) {
    if (!isCollection(record)) for (const id of [record.id, ...record.aliases]) single.add(id);
  }
  return records.filter(
    ({ record }) => !isCollection(record) || !record.related.every((id) => single.has(id)),
  );
}

function isCollection(record: PackageRecord): boolean {
  return record.related.length > 0 && isBulletin(record.id);
}

function recordsByIds(
  records: readonly SetRecord[],
  idsOf: (record: PackageRecord) => Iterable<string>,
): ReadonlyMap<string, readonly SetRecord[]> {
  const byId = new Map<string, SetRecord[]>();
  for (const one of records) for (const id of new Set(idsOf(one.record))) appendTo(byId, id, one);
  return byId;
}

/**
 * Returns an advisory whose texts are read on demand; all properties are own and enumerable, so
 * copies are complete.
 */
function toAdvisory(
  { record, set }: SetRecord,
  lent: ReadonlyMap<string, readonly SetRecord[]>,
): Advisory {
  const lending = lent.get(record.id);
  const whole = lending === undefined ? record.whole?.() : undefined;
  if (whole !== undefined) return Object.assign(whole, { feed: set.feed });
  const facts = record.facts(set.dataAt);
  const lenders = (lending ?? []).map((lender) => lender.record);
  const texts = new Texts([record, ...lenders]);
  const advisory = Object.assign(facts, { feed: set.feed });
  if (lenders.length > 0) {
    const lentRatings = lenders.flatMap((lender) => lender.allRatings());
    Object.assign(advisory, { ratings: [...facts.ratings, ...lentRatings] });
  }
  return Object.defineProperties(advisory, texts.properties()) as Advisory;
}

/** The texts of an advisory; where it has none of its own, the first that is lent. */
class Texts {
  /** Its own first. */
  readonly #records: readonly PackageRecord[];
  #read: readonly AdvisoryText[] | undefined;

  constructor(records: readonly PackageRecord[]) {
    this.#records = records;
  }

  properties(): PropertyDescriptorMap {
    const enumerable = true;
    const hasDetails = this.#records.some((record) => record.hasDetails);
    return {
      summary: { enumerable, get: () => this.#summary() },
      references: { enumerable, get: () => this.#all()[0]?.references ?? [] },
      ...(hasDetails ? { details: { enumerable, get: () => this.#details() } } : {}),
    };
  }

  #summary(): string {
    return this.#all().find((text) => text.summary !== '')?.summary ?? '';
  }

  #details(): string | undefined {
    return this.#all().find((text) => text.details !== undefined)?.details;
  }

  #all(): readonly AdvisoryText[] {
    this.#read ??= this.#records.map((record) => record.text());
    return this.#read;
  }
}
