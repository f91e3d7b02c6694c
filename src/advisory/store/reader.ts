/**
 * Answers matchers from block files.
 *
 * Where a feed that decides (the tracker for Debian, the secdb for Alpine) is loaded for a need, only its statements
 * count; what other feeds say of the same vulnerability and package lends ratings, and texts where it has none. This is
 * decided when reading, so that loading or losing one feed changes no file of another.
 */

import type { Advisory, AdvisoryNeed, AdvisoryReader, Coverage } from '../../model/advisory.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { decides } from '../list.ts';
import { damaged } from './damage.ts';
import {
  decodeAllRatings,
  decodeEntries,
  decodeFacts,
  decodeText,
  type AdvisoryText,
  type Entry,
  type EntryFacts,
} from './entry.ts';
import { coverageOfSet, createFactReader } from './fact-reader.ts';
import { KeptPackages } from './kept-packages.ts';
import type { StoredSet } from './manifest.ts';
import type { OpenSet } from './open-set.ts';

/** A reader that holds files open. Whoever does not close it leaves that to the garbage collector. */
export interface StoreReader extends AdvisoryReader {
  close(): void;
}

/** Names are in their ecosystem's normal form. */
export function createStoreReader(sets: readonly OpenSet[]): StoreReader {
  const groups = new Map<string, NeedGroup>();
  for (const open of sets.filter(isOfNeed)) {
    const { feed, ecosystem, release } = open.set;
    const key = needKey(release === undefined ? { ecosystem } : { ecosystem, release });
    const group = groups.get(key) ?? { deciding: [], lending: [] };
    groups.set(key, group);
    if (decides(feed, ecosystem)) group.deciding.push(open);
    else group.lending.push(open);
  }
  for (const group of groups.values()) {
    if (group.deciding.length === 0) group.deciding.push(...group.lending.splice(0));
  }
  const kept = new KeptPackages<DecodedPackage>();
  return {
    byPackage: (need, name) => advisoriesOf(groups.get(needKey(need)), name),
    byId: (id) => advisoryOf([...groups.values()], id, kept),
    coverage: (need) => coverageOf(groups.get(needKey(need))),
    ...createFactReader(sets.filter((open) => !isOfNeed(open))),
    close: () => {
      for (const { file } of sets) file.close();
    },
  };
}

/** A set that speaks of packages, and not of vulnerabilities by their id. */
interface NeedSet extends OpenSet {
  readonly set: StoredSet & { readonly ecosystem: Ecosystem };
}

function isOfNeed(open: OpenSet): open is NeedSet {
  return open.set.ecosystem !== undefined;
}

interface NeedGroup {
  readonly deciding: NeedSet[];
  readonly lending: NeedSet[];
}

function needKey(need: AdvisoryNeed): string {
  return `${need.ecosystem}/${need.release ?? ''}`;
}

function advisoriesOf(group: NeedGroup | undefined, name: string): readonly Advisory[] {
  if (group === undefined) return [];
  const { records, lent } = decodePackage(group, name);
  return records.map((record) => advisoryOfRecord(record, name, lent));
}

/** The records that speak for a package, and what others lend them. */
interface DecodedPackage {
  readonly records: readonly StoredRecord[];
  readonly lent: ReadonlyMap<string, readonly StoredRecord[]>;
  /** Of {@link records}, by their own id. */
  readonly byId: ReadonlyMap<string, readonly StoredRecord[]>;
}

function decodePackage(group: NeedGroup, name: string): Omit<DecodedPackage, 'byId'> {
  const decisive = group.deciding.flatMap((open) => recordsIn(open, name));
  if (decisive.length === 0) return { records: [], lent: new Map() };
  const lending = group.lending.flatMap((open) => recordsIn(open, name));
  const lent = recordsByIds(lending, ({ id, aliases }) => [id, ...aliases]);
  return { records: withoutCollections(decisive), lent };
}

function advisoryOfRecord(
  record: StoredRecord,
  name: string,
  lent: DecodedPackage['lent'],
): Advisory {
  const { set } = record.open;
  return toAdvisory(record, decodeFacts(record.entry, set, name, set.dataAt), lent);
}

function coverageOf(group: NeedGroup | undefined): readonly Coverage[] {
  if (group === undefined) return [];
  return [...group.deciding, ...group.lending].map(({ set }) => coverageOfSet(set));
}

/** The first set that has the id speaks; its other sets (releases) add what they say of their own. */
function advisoryOf(
  groups: readonly NeedGroup[],
  id: string,
  kept: KeptPackages<DecodedPackage>,
): Advisory | undefined {
  const found: Advisory[] = [];
  for (const [index, group] of groups.entries()) {
    for (const open of group.deciding) {
      const names = open.file.recordsOf(id).find((record) => record.id === id)?.names ?? [];
      for (const name of names) {
        const { byId, lent } = kept.of(`${index}/${name}`, () => indexed(group, name));
        const records = byId.get(id) ?? [];
        found.push(...records.map((record) => advisoryOfRecord(record, name, lent)));
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

/** An entry with its place, to find its texts. */
interface StoredRecord {
  readonly entry: Entry;
  readonly open: NeedSet;
}

function recordsIn(open: NeedSet, name: string): readonly StoredRecord[] {
  const json = open.file.entriesOf(name);
  if (json === undefined) return [];
  const entries = decodeEntries(json);
  if (entries === undefined) {
    throw damaged(open.file.path, `has entries of "${name}" that cannot be read`);
  }
  return entries.map((entry) => ({ entry, open }));
}

/**
 * Leaves out records that gather several vulnerabilities (a DSA) where each of these has its own record for the same
 * package: they say nothing more, and would count double.
 */
function withoutCollections(records: readonly StoredRecord[]): readonly StoredRecord[] {
  const isGathered = records.some(({ entry }) => isCollection(entry));
  if (!isGathered) return records;
  const single = new Set<string>();
  for (const { entry } of records) {
    if (!isCollection(entry)) for (const id of [entry.id, ...entry.aliases]) single.add(id);
  }
  return records.filter(
    ({ entry }) => !isCollection(entry) || !entry.related.every((id) => single.has(id)),
  );
}

const COLLECTION = /^(?:DSA|DLA|DTSA)-/;

function isCollection(entry: Entry): boolean {
  return entry.related.length > 0 && COLLECTION.test(entry.id);
}

function recordsByIds(
  records: readonly StoredRecord[],
  idsOf: (entry: Entry) => Iterable<string>,
): ReadonlyMap<string, readonly StoredRecord[]> {
  const byId = new Map<string, StoredRecord[]>();
  for (const record of records) {
    for (const id of new Set(idsOf(record.entry))) {
      const known = byId.get(id);
      if (known === undefined) byId.set(id, [record]);
      else known.push(record);
    }
  }
  return byId;
}

/** Texts are read when they are first asked for; all properties are own and enumerable, so copies are complete. */
function toAdvisory(
  { entry, open }: StoredRecord,
  facts: EntryFacts,
  lent: ReadonlyMap<string, readonly StoredRecord[]>,
): Advisory {
  const lenders = lent.get(entry.id);
  const texts = new Texts(entry, open, lenders ?? []);
  const advisory = Object.assign(facts, { feed: open.set.feed });
  if (lenders !== undefined) {
    const lentRatings = lenders.flatMap((lender) => decodeAllRatings(lender.entry));
    Object.assign(advisory, { ratings: [...facts.ratings, ...lentRatings] });
  }
  const hasDetails =
    entry.hasDetails || lenders?.some((lender) => lender.entry.hasDetails) === true;
  return Object.defineProperties(advisory, texts.properties(hasDetails)) as Advisory;
}

/** The texts of an advisory; where it has none of its own, the first that is lent. */
class Texts {
  readonly #entry: Entry;
  readonly #open: OpenSet;
  readonly #lenders: readonly StoredRecord[];
  #read: readonly AdvisoryText[] | undefined;

  constructor(entry: Entry, open: OpenSet, lenders: readonly StoredRecord[]) {
    this.#entry = entry;
    this.#open = open;
    this.#lenders = lenders;
  }

  properties(hasDetails: boolean): PropertyDescriptorMap {
    const enumerable = true;
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

  /** Its own first. */
  #all(): readonly AdvisoryText[] {
    this.#read ??= [
      textOf(this.#open, this.#entry.textNumber),
      ...this.#lenders.map(({ open, entry }) => textOf(open, entry.textNumber)),
    ];
    return this.#read;
  }
}

function textOf({ file }: OpenSet, textNumber: number): AdvisoryText {
  const json = file.textOf(textNumber);
  const text = json === undefined ? undefined : decodeText(json);
  if (text === undefined) throw damaged(file.path, `lacks the text number ${textNumber}`);
  return text;
}
