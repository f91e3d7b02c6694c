/** Gathers all records of a vulnerability, whichever of its ids was asked for, and makes one view of them. */

import type { FeedRecord, LookupBase } from '../advisory/lookup.ts';
import { cvesOf, idsOf, indexVulnerabilities, isCve } from '../match/aliases.ts';
import { mergeAdvisory, orderedRecords } from '../match/merge.ts';
import { chooseSeverity } from '../match/severity.ts';
import type { Advisory, Affected, VulnerabilityFacts } from '../model/advisory.ts';
import { ECOSYSTEM_IDS } from '../model/ecosystem.ts';
import { MALICIOUS_RATING_SOURCE, isMaliciousRecord } from '../model/malicious.ts';
import { severityRank } from '../model/severity.ts';
import { chooseTexts, type DescribedRecord } from './texts.ts';
import type { AffectedView, RatingView, RecordView, VulnerabilityView } from './view.ts';

/** No honest vulnerability has more names; records that alias each other without end are cut off here. */
const MAX_IDS = 200;

/** A vulnerability with all that was said of it. */
export interface VulnerabilityRecords {
  readonly id: string;
  /** Without those that were taken back, unless all were. */
  readonly records: readonly FeedRecord[];
  readonly withdrawn: readonly FeedRecord[];
  readonly facts: readonly VulnerabilityFacts[];
}

/** The vulnerabilities that an id stands for: one, or several where a record names several CVEs; none for unknown ids. */
export function gatherRecords(base: LookupBase, id: string): readonly VulnerabilityRecords[] {
  const asked = /^cve-/i.test(id) ? id.toUpperCase() : id;
  const reached = connected(base, asked);
  return vulnerabilitiesOf(asked, reached)
    .map((vulnerability) => {
      const isOther = isCve(vulnerability) && vulnerability !== asked;
      return gatherOne(
        base,
        vulnerability,
        isOther ? union(reached, connected(base, vulnerability)) : reached,
      );
    })
    .filter(({ records, facts }) => records.length > 0 || facts.length > 0);
}

/** What the records with this id speak of. */
function vulnerabilitiesOf(id: string, reached: readonly FeedRecord[]): readonly string[] {
  if (isCve(id)) return [id];
  const own = reached.filter(({ advisory }) => hasId(advisory, id));
  const live = own.filter(isLive);
  const index = indexOf(reached);
  return [
    ...new Set((live.length > 0 ? live : own).flatMap(({ advisory }) => index(advisory))),
  ].sort();
}

/** Records that were taken back join nothing, unless there are no others. */
function indexOf(records: readonly FeedRecord[]): (record: Advisory) => readonly string[] {
  const live = records.filter(isLive);
  return indexVulnerabilities((live.length > 0 ? live : records).map(advisoryOf));
}

function gatherOne(base: LookupBase, id: string, all: readonly FeedRecord[]): VulnerabilityRecords {
  const index = indexOf(all);
  const live = all.filter(isLive);
  const records = live.filter(({ advisory }) => index(advisory).includes(id));
  const names = new Set([id, ...records.flatMap(({ advisory }) => otherNames(advisory))]);
  const withdrawn = all.filter(
    (record) => !isLive(record) && idsOf(record.advisory).some((name) => names.has(name)),
  );
  return {
    id,
    records: records.length > 0 ? records : withdrawn,
    withdrawn: records.length > 0 ? withdrawn : [],
    facts: [...base.reader.facts(id)].sort(byTextRank),
  };
}

/** Whose texts are shown first: who assigned the id, then NVD. */
const BY_TEXT: readonly string[] = ['nvd', 'cve'];

function byTextRank(a: VulnerabilityFacts, b: VulnerabilityFacts): number {
  return BY_TEXT.indexOf(b.feed) - BY_TEXT.indexOf(a.feed) || compareText(a.feed, b.feed);
}

/**
 * All records that can be reached from an id through the ids that records share. A record of several CVEs leads to
 * none but those that are asked for.
 */
function connected(base: LookupBase, id: string): readonly FeedRecord[] {
  const found = new Map<string, FeedRecord>();
  const asked = new Set([id]);
  // A set may grow while it is walked, and is walked to its end.
  for (const next of asked) {
    for (const record of base.recordsOf(next)) {
      found.set(recordKey(record), record);
      for (const name of otherNames(record.advisory)) {
        if (asked.size < MAX_IDS) asked.add(name);
      }
    }
  }
  return [...found.values()];
}

function union(a: readonly FeedRecord[], b: readonly FeedRecord[]): readonly FeedRecord[] {
  return [...new Map([...a, ...b].map((record) => [recordKey(record), record])).values()];
}

function recordKey({ feed, advisory }: FeedRecord): string {
  return `${feed} ${advisory.id}`;
}

function advisoryOf({ advisory }: FeedRecord): Advisory {
  return advisory;
}

function isLive({ advisory }: FeedRecord): boolean {
  return advisory.withdrawnAt === undefined;
}

function hasId(advisory: Advisory, id: string): boolean {
  const wanted = id.toUpperCase();
  return idsOf(advisory).some((name) => name.toUpperCase() === wanted);
}

/** Ids that stand for the same vulnerability: of a record of several CVEs only its own. */
function otherNames(advisory: Advisory): readonly string[] {
  return cvesOf(advisory).length > 1 ? [advisory.id] : idsOf(advisory);
}

/** One view of all that was gathered. */
export function createVulnerabilityView(base: LookupBase, gathered: VulnerabilityRecords): VulnerabilityView {
  const { id, records, withdrawn, facts } = gathered;
  const ordered = orderedRecords(id, records.map(advisoryOf));
  const merged =
    ordered.length === 0 ? undefined : mergeAdvisory({ id, records: ordered, keeps: () => true });
  const affected = affectedOf(base, [...records, ...withdrawn]);
  const ratings = ratingsOf(ordered, facts);
  const rated = { ...(merged ?? NOTHING), ratings };
  const allSaid: readonly DescribedRecord[] = [...ordered, ...facts];
  return {
    id,
    aliases: merged?.aliases ?? [],
    related: merged?.related ?? [],
    gatheredIn: gatheredIn(base, id, affected),
    ...chooseTexts(allSaid),
    ...maliceOf(ordered),
    severity: severityOf(ordered, rated),
    ratings,
    ...epssOf(allSaid),
    ...exploitedOf(allSaid),
    cwes: [...new Set(allSaid.flatMap((one) => one.cwes))].sort(),
    references: [...new Set(allSaid.flatMap((one) => one.references))],
    ...datesOf(records.map(published), facts),
    affected,
    records: recordViews(base, gathered),
  };
}

/** Records that were not taken back and that report malice. */
function maliceOf(records: readonly Advisory[]): Pick<VulnerabilityView, 'malicious'> {
  const by = maliceRecords(records).map(({ id }) => id);
  return by.length === 0 ? {} : { malicious: [...new Set(by)].sort() };
}

function maliceRecords(records: readonly Advisory[]): readonly Advisory[] {
  return records.filter((one) => one.withdrawnAt === undefined && isMaliciousRecord(one));
}

/**
 * As scans choose it for a package; where there are only words, the worst of equals. Where every record reports malice, all
 * that it affects is critical.
 */
function severityOf(records: readonly Advisory[], rated: Advisory): VulnerabilityView['severity'] {
  const isMalice = records.length > 0 && maliceRecords(records).length === records.length;
  if (isMalice) return { severity: 'critical', by: MALICIOUS_RATING_SOURCE };
  const isScored = rated.ratings.some(({ vector, score }) => (vector ?? score) !== undefined);
  const statements = records.map((record) => ({ record, entries: [] }));
  const ratings = rated.ratings.toSorted(
    (a, b) => severityRank(b.severity) - severityRank(a.severity),
  );
  const { severity, by } = isScored
    ? chooseSeverity(statements, rated, [])
    : chooseSeverity([], { ...rated, ratings }, []);
  return { severity, by };
}

const NOTHING: Advisory = {
  id: '',
  aliases: [],
  summary: '',
  ratings: [],
  affected: [],
  references: [],
  cwes: [],
  modifiedAt: '',
  feed: '',
};

function ratingsOf(
  records: readonly Advisory[],
  facts: readonly VulnerabilityFacts[],
): readonly RatingView[] {
  const rows: RatingView[] = [
    ...records.flatMap((one) => one.ratings.map((rating) => ({ ...rating, record: one.id }))),
    ...facts.flatMap((one) => one.ratings.map((rating) => ({ ...rating, record: one.id }))),
    ...records.flatMap((one) =>
      one.affected.flatMap((entry) =>
        entry.ratings.map((rating) => ({ ...rating, record: one.id, of: ecosystemLabel(entry) })),
      ),
    ),
  ];
  const seen = new Map(rows.map((row) => [JSON.stringify(row), row]));
  return [...seen.values()];
}

/** How {@link RatingView.of} calls a place. */
export function ecosystemLabel({
  ecosystem,
  release,
  name,
}: Pick<Affected, 'ecosystem' | 'release' | 'name'>): string {
  return [ecosystem, release, name].filter((part) => part !== undefined).join(' ');
}

/** Without the ratings that speak of other packages and releases only. */
export function ratingsAt(
  ratings: readonly RatingView[],
  place: Pick<Affected, 'ecosystem' | 'release' | 'name'>,
): readonly RatingView[] {
  const here = ecosystemLabel(place);
  return ratings.filter(({ of }) => of === undefined || of === here);
}

/** Records that speak of the place, or of the vulnerability itself. */
export function recordsAt(
  { affected, records }: VulnerabilityView,
  place: Pick<Affected, 'ecosystem' | 'release' | 'name'>,
): readonly RecordView[] {
  const here = ecosystemLabel(place);
  const speaking = new Set(
    affected
      .filter((entry) => ecosystemLabel(entry) === here)
      .map(({ feed, record }) => `${feed} ${record}`),
  );
  return records.filter(
    ({ gives, feed, id }) => gives === 'facts' || speaking.has(`${feed} ${id}`),
  );
}

function epssOf(said: readonly DescribedRecord[]): { readonly epss?: number } {
  const values = said.flatMap(({ epss }) => epss ?? []);
  return values.length === 0 ? {} : { epss: Math.max(...values) };
}

function exploitedOf(said: readonly DescribedRecord[]): Pick<VulnerabilityView, 'exploited'> {
  const all = said.flatMap(({ exploited }) => exploited ?? []);
  const [since] = all.map((one) => one.since).sort();
  if (since === undefined) return {};
  return { exploited: { since, ransomware: all.some((one) => one.ransomware) } };
}

function datesOf(records: readonly Dates[], facts: readonly Dates[]): Dates {
  const said = [...records, ...facts];
  const [publishedAt] = said.flatMap((one) => one.publishedAt ?? []).sort();
  const modifiedAt = said
    .flatMap((one) => one.modifiedAt ?? [])
    .toSorted()
    .at(-1);
  // Without an advisory nothing matches, whatever is still known of the id itself.
  const deciding = records.length > 0 ? records : facts;
  const withdrawnAt = deciding.every((one) => one.withdrawnAt !== undefined)
    ? deciding
        .flatMap((one) => one.withdrawnAt ?? [])
        .toSorted()
        .at(-1)
    : undefined;
  return {
    ...(publishedAt === undefined ? {} : { publishedAt }),
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
    ...(withdrawnAt === undefined ? {} : { withdrawnAt }),
  };
}

function affectedOf(base: LookupBase, records: readonly FeedRecord[]): readonly AffectedView[] {
  return records
    .flatMap((record) => record.advisory.affected.map((entry) => affectedView(base, entry, record)))
    .sort(byPlace);
}

function affectedView(base: LookupBase, entry: Affected, record: FeedRecord): AffectedView {
  const { ecosystem, release, name, status, ranges, versions, qualifiers } = entry;
  const place = release === undefined ? { ecosystem } : { ecosystem, release };
  return {
    ...place,
    name,
    status,
    ranges,
    versions,
    fixed: [...new Set(ranges.flatMap(({ fixed }) => fixed ?? []))],
    ...(qualifiers === undefined ? {} : { qualifiers: Object.fromEntries(qualifiers) }),
    feed: record.feed,
    record: record.advisory.id,
    isUsed: isLive(record) && base.isUsed(record.advisory, { ...place, name }),
  };
}

/** By ecosystem as in their table, the newest release first, name, and what is used before what is not. */
function byPlace(a: AffectedView, b: AffectedView): number {
  return (
    ECOSYSTEM_IDS.indexOf(a.ecosystem) - ECOSYSTEM_IDS.indexOf(b.ecosystem) ||
    BY_NUMBER.compare(b.release ?? '', a.release ?? '') ||
    compareText(a.name, b.name) ||
    Number(b.isUsed) - Number(a.isUsed) ||
    compareText(a.record, b.record)
  );
}

const BY_NUMBER = new Intl.Collator('en', { numeric: true });

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Where updates that gather vulnerabilities are no aliases of them. */
const GATHERING: ReadonlySet<Affected['ecosystem']> = new Set<Affected['ecosystem']>(['debian']);

function gatheredIn(
  base: LookupBase,
  id: string,
  affected: readonly AffectedView[],
): readonly string[] {
  const places = new Map(
    affected
      .filter(({ ecosystem }) => GATHERING.has(ecosystem))
      .map((entry) => [placeKey(entry), entry]),
  );
  const ids = [...places.values()].flatMap((place) => base.collectionsOf(id, place));
  return [...new Set(ids)].sort();
}

function placeKey({ ecosystem, release, name }: AffectedView): string {
  return JSON.stringify([ecosystem, release, name]);
}

function recordViews(base: LookupBase, gathered: VulnerabilityRecords): readonly RecordView[] {
  const ofRecords = [...gathered.records, ...gathered.withdrawn].map((record): RecordView => ({
    id: record.advisory.id,
    feed: record.feed,
    license: record.license,
    gives: 'advisory',
    dataAt: record.dataAt,
    fetchedAt: record.fetchedAt,
    ...published(record),
  }));
  const ofFacts = gathered.facts.flatMap((facts): RecordView[] => {
    const set =
      base.sets.find((one) => one.feed === facts.feed && one.ecosystem === undefined) ??
      base.fetched.find(({ feed }) => feed === facts.feed);
    if (set === undefined) return [];
    const { feed, license, dataAt, fetchedAt } = set;
    return [{ id: facts.id, feed, license, gives: 'facts', dataAt, fetchedAt, ...ownDates(facts) }];
  });
  return [...ofRecords, ...ofFacts].sort(
    (a, b) => compareText(a.feed, b.feed) || compareText(a.id, b.id),
  );
}

/** Dates as the publisher gives them. */
function published({ advisory, modifiedAt }: FeedRecord): Dates {
  const { publishedAt, withdrawnAt } = advisory;
  return {
    ...(publishedAt === undefined ? {} : { publishedAt }),
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
    ...(withdrawnAt === undefined ? {} : { withdrawnAt }),
  };
}

type Dates = Pick<RecordView, 'publishedAt' | 'modifiedAt' | 'withdrawnAt'>;

function ownDates({ publishedAt, modifiedAt, withdrawnAt }: Dates): Dates {
  return {
    ...(publishedAt === undefined ? {} : { publishedAt }),
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
    ...(withdrawnAt === undefined ? {} : { withdrawnAt }),
  };
}
