/**
 * Builds sets of the base from feed documents, judges whether they can be believed, and swaps them
 * in.
 */

import type { DocumentReading, Feed, FeedDocument } from '../feeds/feed.ts';
import { isRecordFeed } from '../feeds/list.ts';
import { commitSets, currentSets } from '../store/commit.ts';
import { setKey, type StoredSet } from '../store/store-manifest.ts';
import type { Context } from '../../core/base/context.ts';
import { AssayError, ParseError, errorMessage } from '../../core/base/errors.ts';
import type { AdvisoryNeed, VulnerabilityFacts } from '../../core/model/advisory/advisory.ts';
import { copyRecords } from './copy-records.ts';
import { SetDrafts, type DocumentOrigin, type SetDraft, type RecordContext } from './set-drafts.ts';
import { setFileNames, writeFetched, type FetchedTask } from './load/fetched-tasks.ts';
import { setsOfTask, type LoadTask } from './load/tasks.ts';
import { readDocument, readNewRecord, type NewRecord, type NewRecords } from './new-record.ts';
import { checkPlausibility } from './plausibility.ts';
import { compareSets } from './set-order.ts';
import { toSetStatus } from './set-status.ts';
import { FeedTally } from './load/feed-tally.ts';
import type { BaseUpdateOutcome, Transfer } from './types.ts';

/** Result of loading advisory data, without the totals of the base. */
export interface LoadOutcome extends Pick<BaseUpdateOutcome, 'absent' | 'unchanged'> {
  readonly transfer: Transfer;
}

/** The result of a load that fetched nothing over the network. */
export const NOTHING_FETCHED: LoadOutcome = {
  absent: [],
  unchanged: [],
  transfer: { requestCount: 0, notModifiedCount: 0, bytes: 0 },
};

/** Stored records of one set that the publisher has changed or removed. */
interface Outdated {
  readonly task: LoadTask;
  readonly isOutdated: (id: string) => boolean;
}

/** Writes the sets of a new state of the base, and commits them all at once. */
export class BaseBuilder {
  readonly #folder: string;
  readonly #context: Context;
  readonly #beganMs = performance.now();
  readonly #drafts: SetDrafts;
  readonly #tallies = new Map<string, FeedTally>();
  readonly #outdated: Outdated[] = [];
  readonly #confirmed: StoredSet[] = [];
  readonly #fetched: Omit<FetchedTask, 'sets'>[] = [];
  readonly #tasks = new Map<string, LoadTask>();
  #bytesRead = 0;

  constructor(folder: string, context: Context) {
    this.#folder = folder;
    this.#context = context;
    this.#drafts = new SetDrafts(folder, this.#now());
  }

  /** Records used of a feed so far. */
  recordCount(feed: Feed): number {
    return this.#tallies.get(feed.id)?.recordCount ?? 0;
  }

  /**
   * Reads a document into the drafts. What cannot be read is counted. @throws AssayError
   * `INTERRUPTED`
   */
  async add(feed: Feed, document: FeedDocument, origin: DocumentOrigin): Promise<void> {
    await this.addAll(feed, [document], origin, () => undefined);
  }

  /** Adds several documents; `note` is called with the reading of each. */
  async addAll(
    feed: Feed,
    documents: readonly FeedDocument[],
    origin: DocumentOrigin,
    note: (reading: DocumentReading) => void,
  ): Promise<void> {
    if (this.#context.signal.aborted) throw new AssayError('INTERRUPTED', 'interrupted');
    const tally = this.#tallyOf(feed);
    for (const document of documents) {
      this.#bytesRead += document.bytes.length;
      const reading = readOrReject(document, tally, () =>
        isRecordFeed(feed) ? readNewRecord(feed, document) : readDocument(feed, document),
      );
      if (reading === undefined) continue;
      tally.addDocument(reading);
      note(reading);
      const from = { document, origin, dataAt: reading.dataAt ?? '' };
      // Waiting costs more than the rest, and only a new draft has to be waited for.
      for (const record of reading.records) {
        const isAdded = this.#addRecord(feed, record, from);
        if (!isAdded) await this.#addWithNewDrafts(feed, record, from);
      }
      for (const facts of reading.facts ?? []) {
        // A record that also names programs was already counted with them.
        if ((await this.#addFacts(feed, facts, from)) && reading.records.length === 0) {
          tally.addRecord();
        }
      }
    }
    await this.#drafts.flush();
  }

  /**
   * Copies the loaded records of a task, except those that single new records replace and those
   * that are gone; called before these are added.
   */
  async replace(feed: Feed, task: LoadTask, isOutdated: (id: string) => boolean): Promise<void> {
    this.#outdated.push({ task, isOutdated });
    this.#tallyOf(feed);
    // A set that a record no longer names loses the record.
    for (const set of setsOfTask(task, currentSets(this.#folder))) {
      await this.#drafts.open(feed, needOf(set));
    }
  }

  /** Keeps stored sets that were seen to be current. */
  confirm(sets: readonly StoredSet[], isPublisher: boolean): void {
    const fetchedAt = this.#now();
    for (const set of sets) {
      this.#confirmed.push({ ...set, fetchedAt, ...(isPublisher && { currentAt: fetchedAt }) });
    }
  }

  /** Notes what was fetched, for the next update. */
  noteFetched(task: LoadTask, fetched: Omit<FetchedTask, 'sets' | 'key'>): void {
    const key = setKey(task);
    this.#tasks.set(key, task);
    this.#fetched.push({ key, ...fetched });
  }

  /**
   * Completes the sets and makes them count, all at once.
   * @throws AssayError `ADVISORY_DATA_MISSING`, `ADVISORY_DATA_IMPLAUSIBLE`; the old data stays
   * then
   */
  async commit({ absent, unchanged, transfer }: LoadOutcome): Promise<BaseUpdateOutcome> {
    const drafts = this.#drafts.all;
    if (drafts.length === 0 && this.#confirmed.length === 0) {
      throw new AssayError('ADVISORY_DATA_MISSING', 'no advisory data was found', {
        hint: 'Give a mirror, or files as publishers write them.',
      });
    }
    const before = currentSets(this.#folder);
    for (const draft of drafts) if (!draft.isWhole) await this.#keepOld(draft, before);
    checkPlausibility(drafts.map(countOf), before, this.#folder);
    this.#nameKept(before);
    const sets: StoredSet[] = [];
    for (const draft of drafts) sets.push(await this.#finish(draft));
    await commitSets(this.#folder, sets, {
      confirmed: this.#confirmed,
      afterwards: (after) => this.#writeFetched(after),
    });
    const previous = new Map(before.map((set) => [setKey(set), set.recordCount]));
    return {
      sets: sets.map((set) => toSetStatus(set, previous.get(setKey(set)))).sort(compareSets),
      feeds: [...this.#tallies.values()].map((tally) => tally.summary()),
      absent,
      unchanged,
      transfer,
      bytesRead: this.#bytesRead,
      durationMs: Math.round(performance.now() - this.#beganMs),
    };
  }

  /** Leaves nothing unfinished behind; harmless after {@link commit}. */
  discard(): Promise<void> {
    return this.#drafts.discard();
  }

  async #addWithNewDrafts(feed: Feed, record: NewRecord, from: RecordContext): Promise<void> {
    for (const { need } of record.parts) await this.#drafts.open(feed, need);
    this.#addRecord(feed, record, from);
  }

  /** Adds a record; `false` if a draft is missing; nothing is added then. */
  #addRecord(feed: Feed, record: NewRecord, from: RecordContext): boolean {
    const { parts, id, modifiedAt } = record;
    if (parts.some(({ need }) => this.#drafts.get(feed, need) === undefined)) return false;
    let isUsed = false;
    for (const { need } of parts) {
      const draft = this.#drafts.get(feed, need);
      if (draft === undefined) continue;
      this.#drafts.note(draft, modifiedAt, from);
      // In OSV an id is one record; the other feeds repeat an id for each package.
      if (modifiedAt !== '' && draft.writer.has(id)) continue;
      record.addTo(draft.writer, need);
      isUsed = true;
    }
    const tally = this.#tallyOf(feed);
    if (isUsed) tally.addRecord();
    // OSV has a record of several ecosystems in the archive of each.
    else if (new Set(parts.map(({ need }) => need.ecosystem)).size < 2)
      tally.addRejected({ what: id, reason: 'a record with this id came before' });
    return true;
  }

  /** Adds facts; `false`, and counted as rejected, if the id came before. */
  async #addFacts(feed: Feed, facts: VulnerabilityFacts, from: RecordContext): Promise<boolean> {
    const draft = await this.#drafts.openFacts(feed);
    this.#drafts.note(draft, facts.modifiedAt ?? '', from);
    const tally = this.#tallyOf(feed);
    if (draft.writer.has(facts.id)) {
      tally.addRejected({ what: facts.id, reason: 'a record with this id came before' });
      return false;
    }
    draft.writer.addFacts(facts);
    return true;
  }

  async #keepOld(draft: SetDraft, before: readonly StoredSet[]): Promise<void> {
    const key = setKey({ feed: draft.feed, ...draft.need });
    const old = before.find((set) => setKey(set) === key);
    if (old === undefined) return;
    const outdated = this.#outdated.filter(({ task }) => setsOfTask(task, [old]).length > 0);
    draft.oldDataAt = old.dataAt;
    if (old.currentAt === undefined) draft.isPublished = false;
    await copyRecords(this.#folder, old, draft.writer, (id) =>
      outdated.some((item) => item.isOutdated(id)),
    );
  }

  /** Says once which releases a feed has no more; what was known of them stays. */
  #nameKept(before: readonly StoredSet[]): void {
    const renewed = new Set(
      this.#drafts.all.map(({ feed, need }) => feed + (need.ecosystem ?? '')),
    );
    const kept = before.filter(
      (set) =>
        renewed.has(set.feed + (set.ecosystem ?? '')) &&
        this.#drafts.get({ id: set.feed }, set) === undefined,
    );
    for (const { feed, ecosystem, release } of kept) {
      this.#context.log.debug(
        `${feed}: nothing new of ${ecosystem ?? ''} ${release ?? ''}; the old stays`,
      );
    }
  }

  async #finish(draft: SetDraft): Promise<StoredSet> {
    const { name, ...counts } = await draft.writer.finish();
    const fetchedAt = this.#now();
    return {
      feed: draft.feed,
      license: draft.license,
      ...draft.need,
      ...counts,
      dataAt: this.#drafts.dataAt(draft, fetchedAt),
      fetchedAt,
      ...(draft.isPublished && { currentAt: fetchedAt }),
      file: name,
    };
  }

  async #writeFetched(after: readonly StoredSet[]): Promise<void> {
    const rows = this.#fetched.map((row): FetchedTask => {
      const task = this.#tasks.get(row.key);
      return { ...row, sets: task === undefined ? [] : setFileNames(setsOfTask(task, after)) };
    });
    try {
      await writeFetched(this.#folder, rows, after);
    } catch (error) {
      // The data counts already; without the note the next update loads more than it must.
      this.#context.log.debug(`what was fetched could not be noted: ${errorMessage(error)}`);
    }
  }

  #now(): string {
    return new Date(this.#context.now()).toISOString();
  }

  #tallyOf(feed: Feed): FeedTally {
    const tally = this.#tallies.get(feed.id) ?? new FeedTally(feed.id, feed.license);
    this.#tallies.set(feed.id, tally);
    return tally;
  }
}

/** Returns `undefined` where nothing of the document can be read; that is counted. */
function readOrReject(
  document: FeedDocument,
  tally: FeedTally,
  read: () => NewRecords,
): NewRecords | undefined {
  if (document.fault !== undefined) {
    tally.addUnreadable({ what: document.name, reason: document.fault });
    return undefined;
  }
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    tally.addUnreadable({ what: document.name, reason: error.reason });
    return undefined;
  }
}

function countOf({ feed, need, writer }: SetDraft): {
  readonly feed: string;
  readonly need: Partial<AdvisoryNeed>;
  readonly recordCount: number;
} {
  return { feed, need, recordCount: writer.recordCount };
}

function needOf({ ecosystem, release }: StoredSet): Partial<AdvisoryNeed> {
  if (ecosystem === undefined) return {};
  return release === undefined ? { ecosystem } : { ecosystem, release };
}
