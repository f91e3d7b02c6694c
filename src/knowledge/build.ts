/** Builds sets of the base from feed documents, judges whether they can be believed, and swaps them in. */

import { join } from 'node:path';
import type { Feed, FeedDocument, FeedReading } from '../advisory/feed.ts';
import { BlockFile } from '../advisory/store/block-file-reader.ts';
import { BlockFileWriter } from '../advisory/store/block-file-writer.ts';
import { commitSets, currentSets } from '../advisory/store/commit.ts';
import { setKey, type StoredSet } from '../advisory/store/manifest.ts';
import { removeStrayFiles } from '../base/cache-folder.ts';
import type { Context } from '../base/context.ts';
import { AssayError, ParseError, errorMessage } from '../base/errors.ts';
import type { Advisory, AdvisoryNeed, Affected, VulnerabilityFacts } from '../model/advisory.ts';
import { filesOf, setsOfTask, writeFetched, type FetchedTask, type LoadTask } from './fetched.ts';
import { believe } from './plausible.ts';
import { bySet } from './set-order.ts';
import { setStatus } from './set-status.ts';
import { FeedTally } from './tally.ts';
import type { BaseChange, Transfer } from './types.ts';

/** What was asked for besides the documents that were added. */
export interface LoadOutcome extends Pick<BaseChange, 'absent' | 'unchanged'> {
  readonly transfer: Transfer;
}

/** Where nothing was asked for over the network. */
export const NOTHING_FETCHED: LoadOutcome = {
  absent: [],
  unchanged: [],
  transfer: { requestCount: 0, notModifiedCount: 0, bytes: 0 },
};

/** How a document came. */
export interface DocumentOrigin {
  /** Whether the date of its file is the publisher's word. */
  readonly statesDates: boolean;
  /** `false`: it is a record by itself, and what was loaded before stays beside it. */
  readonly isWholeFeed: boolean;
}

interface Draft {
  readonly writer: BlockFileWriter;
  readonly feed: string;
  readonly license: string;
  /** Empty: facts by id. */
  readonly need: Partial<AdvisoryNeed>;
  isWhole: boolean;
  /** Whether all of it came from its publisher. */
  isPublished: boolean;
  /** Of what it takes over. */
  oldDataAt?: string;
}

/** What a publisher changed of records that are loaded. */
interface Outdated {
  readonly task: LoadTask;
  readonly isOutdated: (id: string) => boolean;
}

/** Where a record stands. */
interface RecordOrigin {
  readonly document: FeedDocument;
  readonly origin: DocumentOrigin;
  /** As the document says it of itself; empty where it does not. */
  readonly dataAt: string;
}

/** Latest dates seen for one feed and ecosystem. */
interface Dates {
  ofData?: string | undefined;
  stated?: string | undefined;
  ofRecords?: string | undefined;
  ofFiles?: string | undefined;
}

export class BaseBuild {
  readonly #folder: string;
  readonly #context: Context;
  readonly #beganMs = performance.now();
  readonly #drafts = new Map<string, Draft>();
  readonly #tallies = new Map<string, FeedTally>();
  readonly #dates = new Map<string, Dates>();
  readonly #outdated: Outdated[] = [];
  readonly #confirmed: StoredSet[] = [];
  readonly #fetched: Omit<FetchedTask, 'sets'>[] = [];
  readonly #tasks = new Map<string, LoadTask>();
  #bytesRead = 0;

  constructor(folder: string, context: Context) {
    this.#folder = folder;
    this.#context = context;
  }

  /** Records used of a feed so far. */
  recordCount(feed: Feed): number {
    return this.#tallies.get(feed.id)?.recordCount ?? 0;
  }

  /** Reads a document into the drafts. What cannot be read is counted. @throws AssayError `INTERRUPTED` */
  async add(feed: Feed, document: FeedDocument, origin: DocumentOrigin): Promise<void> {
    await this.addAll(feed, [document], origin, () => undefined);
  }

  /** As {@link add}, for many; `note` is told what each says. */
  async addAll(
    feed: Feed,
    documents: readonly FeedDocument[],
    origin: DocumentOrigin,
    note: (reading: FeedReading) => void,
  ): Promise<void> {
    if (this.#context.signal.aborted) throw new AssayError('INTERRUPTED', 'interrupted');
    const tally = this.#tallyOf(feed);
    for (const document of documents) {
      this.#bytesRead += document.bytes.length;
      const reading = readOrReject(feed, document, tally);
      if (reading === undefined) continue;
      tally.addDocument(reading);
      note(reading);
      const from = { document, origin, dataAt: reading.dataAt ?? '' };
      // Waiting costs more than the rest, and only a new draft has to be waited for.
      for (const advisory of reading.advisories) {
        const isAdded = this.#addAdvisory(feed, advisory, from);
        if (!isAdded) await this.#addWithNewDrafts(feed, advisory, from);
      }
      for (const facts of reading.facts ?? []) await this.#addFacts(feed, facts, from);
    }
    for (const { writer } of this.#drafts.values()) await writer.flush();
  }

  /** Before single records of a task are added: which of those that are loaded they replace, or which are gone. */
  async replace(feed: Feed, task: LoadTask, isOutdated: (id: string) => boolean): Promise<void> {
    this.#outdated.push({ task, isOutdated });
    this.#tallyOf(feed);
    // What a record no longer speaks of loses it too.
    for (const set of setsOfTask(task, await currentSets(this.#folder))) {
      await this.#draftOf(feed, needOf(set));
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
   * @throws AssayError `ADVISORY_DATA_MISSING`, `ADVISORY_DATA_IMPLAUSIBLE`; the old data stays then
   */
  async commit({ absent, unchanged, transfer }: LoadOutcome): Promise<BaseChange> {
    if (this.#drafts.size === 0 && this.#confirmed.length === 0) {
      throw new AssayError('ADVISORY_DATA_MISSING', 'no advisory data was found', {
        hint: 'Give a mirror, or files as publishers write them.',
      });
    }
    const before = await currentSets(this.#folder);
    for (const draft of this.#drafts.values()) if (!draft.isWhole) this.#keepOld(draft, before);
    believe([...this.#drafts.values()].map(countOf), before, this.#folder);
    this.#nameKept(before);
    const sets: StoredSet[] = [];
    for (const draft of this.#drafts.values()) sets.push(await this.#finish(draft));
    await commitSets(this.#folder, sets, {
      confirmed: this.#confirmed,
      afterwards: (after) => this.#writeFetched(after),
    });
    const previous = new Map(before.map((set) => [setKey(set), set.recordCount]));
    return {
      sets: sets.map((set) => setStatus(set, previous.get(setKey(set)))).sort(bySet),
      feeds: [...this.#tallies.values()].map((tally) => tally.summary()),
      absent,
      unchanged,
      transfer,
      bytesRead: this.#bytesRead,
      durationMs: Math.round(performance.now() - this.#beganMs),
    };
  }

  /** Leaves nothing unfinished behind; harmless after {@link commit}. */
  async discard(): Promise<void> {
    for (const { writer } of this.#drafts.values()) await writer.discard();
  }

  async #addWithNewDrafts(feed: Feed, advisory: Advisory, from: RecordOrigin): Promise<void> {
    for (const [need] of byNeed(advisory.affected)) await this.#draftOf(feed, need);
    this.#addAdvisory(feed, advisory, from);
  }

  /** `false` where a draft is missing; nothing is added then. */
  #addAdvisory(feed: Feed, advisory: Advisory, from: RecordOrigin): boolean {
    const parts: (readonly [Draft, readonly Affected[]])[] = [];
    for (const [need, affected] of byNeed(advisory.affected)) {
      const draft = this.#drafts.get(setKey({ feed: feed.id, ...need }));
      if (draft === undefined) return false;
      parts.push([draft, affected]);
    }
    let isUsed = false;
    for (const [draft, affected] of parts) {
      draft.isWhole ||= from.origin.isWholeFeed;
      this.#noteDates(draft, advisory.modifiedAt, from);
      // In OSV an id is one record; the other feeds repeat an id for each package.
      if (advisory.modifiedAt !== '' && draft.writer.has(advisory.id)) continue;
      draft.writer.add(advisory, affected);
      isUsed = true;
    }
    const tally = this.#tallyOf(feed);
    if (isUsed) tally.addRecord();
    else tally.addRejected({ what: advisory.id, reason: 'a record with this id came before' });
    return true;
  }

  async #addFacts(feed: Feed, facts: VulnerabilityFacts, from: RecordOrigin): Promise<void> {
    const draft = await this.#draftOf(feed, {});
    draft.isWhole ||= from.origin.isWholeFeed;
    this.#noteDates(draft, facts.modifiedAt ?? '', from);
    const tally = this.#tallyOf(feed);
    if (draft.writer.has(facts.id)) {
      tally.addRejected({ what: facts.id, reason: 'a record with this id came before' });
      return;
    }
    draft.writer.addFacts(facts);
    tally.addRecord();
  }

  async #draftOf(feed: Feed, need: Partial<AdvisoryNeed>): Promise<Draft> {
    const key = setKey({ feed: feed.id, ...need });
    const known = this.#drafts.get(key);
    if (known !== undefined) return known;
    // What killed runs left may be what fills the disk.
    if (this.#drafts.size === 0) await removeStrayFiles(this.#folder);
    const draft: Draft = {
      writer: await BlockFileWriter.create(
        this.#folder,
        need.ecosystem === undefined ? 'facts' : 'advisories',
      ),
      feed: feed.id,
      license: feed.license,
      need,
      isWhole: false,
      isPublished: true,
    };
    this.#drafts.set(key, draft);
    return draft;
  }

  #noteDates(draft: Draft, modifiedAt: string, { document, origin, dataAt }: RecordOrigin): void {
    draft.isPublished &&= origin.statesDates;
    const key = datesKey(draft);
    const dates = this.#dates.get(key) ?? {};
    this.#dates.set(key, dates);
    dates.ofData = latest(dates.ofData, dataAt);
    dates.ofRecords = latest(dates.ofRecords, modifiedAt);
    const { changedAt = '' } = document;
    if (origin.statesDates) dates.stated = latest(dates.stated, changedAt);
    else dates.ofFiles = latest(dates.ofFiles, changedAt);
  }

  /** The publisher's word, in the data or of the file; else the newest record; else the time of the file. Never later than now. */
  #dataAt(draft: Draft): string {
    const dates = this.#dates.get(datesKey(draft)) ?? {};
    const now = this.#now();
    const known = [dates.ofData, dates.stated, dates.ofRecords, dates.ofFiles].find(Boolean);
    const dataAt = latest(draft.oldDataAt, known ?? '') ?? now;
    return dataAt < now ? dataAt : now;
  }

  #keepOld(draft: Draft, before: readonly StoredSet[]): void {
    const key = setKey({ feed: draft.feed, ...draft.need });
    const old = before.find((set) => setKey(set) === key);
    if (old === undefined) return;
    const outdated = this.#outdated.filter(({ task }) => setsOfTask(task, [old]).length > 0);
    draft.oldDataAt = old.dataAt;
    if (old.currentAt === undefined) draft.isPublished = false;
    const file = new BlockFile(join(this.#folder, old.file), old.sizeBytes);
    try {
      draft.writer.copyFrom(file, (id) => outdated.some((item) => item.isOutdated(id)));
    } finally {
      file.close();
    }
  }

  /** Says once which releases a feed has no more; what was known of them stays. */
  #nameKept(before: readonly StoredSet[]): void {
    const renewed = new Set(
      [...this.#drafts.values()].map(({ feed, need }) => feed + (need.ecosystem ?? '')),
    );
    const kept = before.filter(
      (set) => renewed.has(set.feed + (set.ecosystem ?? '')) && !this.#drafts.has(setKey(set)),
    );
    for (const { feed, ecosystem, release } of kept) {
      this.#context.log.debug(
        `${feed}: nothing new of ${ecosystem ?? ''} ${release ?? ''}; the old stays`,
      );
    }
  }

  async #finish(draft: Draft): Promise<StoredSet> {
    const { name, ...counts } = await draft.writer.finish();
    const fetchedAt = this.#now();
    return {
      feed: draft.feed,
      license: draft.license,
      ...draft.need,
      ...counts,
      dataAt: this.#dataAt(draft),
      fetchedAt,
      ...(draft.isPublished && { currentAt: fetchedAt }),
      file: name,
    };
  }

  async #writeFetched(after: readonly StoredSet[]): Promise<void> {
    const rows = this.#fetched.map((row): FetchedTask => {
      const task = this.#tasks.get(row.key);
      return { ...row, sets: task === undefined ? [] : filesOf(setsOfTask(task, after)) };
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

function readOrReject(
  feed: Feed,
  document: FeedDocument,
  tally: FeedTally,
): FeedReading | undefined {
  if (document.fault !== undefined) {
    tally.addUnreadable({ what: document.name, reason: document.fault });
    return undefined;
  }
  try {
    return feed.read(document);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    tally.addUnreadable({ what: document.name, reason: error.reason });
    return undefined;
  }
}

function byNeed(
  affected: readonly Affected[],
): Iterable<readonly [AdvisoryNeed, readonly Affected[]]> {
  const [first] = affected;
  if (first !== undefined && affected.length === 1) {
    const { ecosystem, release } = first;
    return [[release === undefined ? { ecosystem } : { ecosystem, release }, affected]];
  }
  const groups = new Map<string, readonly [AdvisoryNeed, Affected[]]>();
  for (const item of affected) {
    const { ecosystem, release } = item;
    const key = `${ecosystem}/${release ?? ''}`;
    const known = groups.get(key);
    if (known !== undefined) known[1].push(item);
    else groups.set(key, [release === undefined ? { ecosystem } : { ecosystem, release }, [item]]);
  }
  return groups.values();
}

function countOf({ feed, need, writer }: Draft): {
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

function datesKey({ feed, need }: Draft): string {
  return `${feed}/${need.ecosystem ?? ''}`;
}

function latest(a: string | undefined, b: string): string | undefined {
  return b !== '' && (a === undefined || b > a) ? b : a;
}
