/**
 * The sets of a build that are not complete yet: a file that is being written for each, and the
 * dates of what is in it.
 */

import type { Feed, FeedDocument } from '../feeds/feed.ts';
import { isRecordFeed } from '../feeds/list.ts';
import { BlockFileWriter } from '../store/block-file-writer.ts';
import { RecordFileWriter } from '../store/record-file-writer.ts';
import { removeStrayFiles } from '../../core/base/cache-directory.ts';
import type { AdvisoryNeed } from '../../core/model/advisory/advisory.ts';

/** Latest dates seen for one feed and ecosystem. */
interface Dates {
  ofData?: string | undefined;
  stated?: string | undefined;
  ofRecords?: string | undefined;
  ofFiles?: string | undefined;
}

/** A set that is being written. */
export interface SetDraft {
  readonly writer: BlockFileWriter | RecordFileWriter;
  readonly feed: string;
  readonly license: string;
  /** Empty: facts by id. */
  readonly need: Partial<AdvisoryNeed>;
  isWhole: boolean;
  /** Whether all of it came from its publisher. */
  isPublished: boolean;
  /** Date of the data that is taken over from the old set. */
  oldDataAt?: string;
  /** Shared by the releases of an ecosystem. */
  readonly dates: Dates;
}

/** A set of facts by id that is being written. */
export type FactDraft = SetDraft & { readonly writer: BlockFileWriter };

function isFactDraft(draft: SetDraft): draft is FactDraft {
  return draft.writer.form === 'entries';
}

/** The origin of a document. */
export interface DocumentOrigin {
  /** Whether the date of its file is the publisher's word. */
  readonly statesDates: boolean;
  /** `false`: it is a record by itself, and what was loaded before stays beside it. */
  readonly isWholeFeed: boolean;
}

/** The document and origin of a record. */
export interface RecordContext {
  readonly document: FeedDocument;
  readonly origin: DocumentOrigin;
  /** The date that the document states; empty if it states none. */
  readonly dataAt: string;
}

/** The sets that one load writes, opened on the first record of each. */
export class SetDrafts {
  readonly #folder: string;
  readonly #now: string;
  /** By feed, then by need. */
  readonly #drafts = new Map<string, Map<string, SetDraft>>();

  /** They are written in `folder`; `now` is an instant. */
  constructor(folder: string, now: string) {
    this.#folder = folder;
    this.#now = now;
  }

  get all(): readonly SetDraft[] {
    return [...this.#drafts.values()].flatMap((ofFeed) => [...ofFeed.values()]);
  }

  /** Returns `undefined` where there is none yet. */
  get(feed: Pick<Feed, 'id'>, need: Partial<AdvisoryNeed>): SetDraft | undefined {
    return this.#drafts.get(feed.id)?.get(needKey(need));
  }

  async open(feed: Feed, need: Partial<AdvisoryNeed>): Promise<SetDraft> {
    const known = this.get(feed, need);
    if (known !== undefined) return known;
    // What killed runs left may be what fills the disk.
    if (this.#drafts.size === 0) await removeStrayFiles(this.#folder);
    const ofFeed = this.#drafts.get(feed.id) ?? new Map<string, SetDraft>();
    this.#drafts.set(feed.id, ofFeed);
    const sibling = [...ofFeed.values()].find((other) => other.need.ecosystem === need.ecosystem);
    const draft: SetDraft = {
      writer: await createWriter(this.#folder, feed, need),
      feed: feed.id,
      license: feed.license,
      need,
      isWhole: false,
      isPublished: true,
      dates: sibling?.dates ?? {},
    };
    ofFeed.set(needKey(need), draft);
    return draft;
  }

  /** Opens the draft of a feed's facts by vulnerability id. */
  async openFacts(feed: Feed): Promise<FactDraft> {
    const draft = await this.open(feed, {});
    if (!isFactDraft(draft)) throw new TypeError('facts have entries');
    return draft;
  }

  /** Notes when a record that goes into a draft was changed, and the file that it stands in. */
  note(draft: SetDraft, modifiedAt: string, { document, origin, dataAt }: RecordContext): void {
    draft.isWhole ||= origin.isWholeFeed;
    draft.isPublished &&= origin.statesDates;
    const { dates } = draft;
    const { changedAt = '' } = document;
    dates.ofData = this.#latest(dates.ofData, dataAt);
    dates.ofRecords = this.#latest(dates.ofRecords, modifiedAt);
    if (origin.statesDates) dates.stated = this.#latest(dates.stated, changedAt);
    else dates.ofFiles = this.#latest(dates.ofFiles, changedAt);
  }

  /** Returns the later date; a date in the future would make old data pass for that of today. */
  #latest(a: string | undefined, b: string): string | undefined {
    if (a !== undefined && b <= a) return a;
    return b > this.#now ? a : latest(a, b);
  }

  /**
   * Returns the publisher's word, in the data or of the file; else the newest record; else the time
   * of the file. Never later than `now`.
   */
  dataAt(draft: SetDraft, now: string): string {
    const { ofData, stated, ofRecords, ofFiles } = draft.dates;
    const known = [ofData, stated, ofRecords, ofFiles].find(Boolean);
    const dataAt = latest(draft.oldDataAt, known ?? '') ?? now;
    return dataAt < now ? dataAt : now;
  }

  /** Writes what has gathered. */
  async flush(): Promise<void> {
    for (const { writer } of this.all) await writer.flush();
  }

  /** Leaves nothing unfinished behind; harmless when all are finished. */
  async discard(): Promise<void> {
    for (const { writer } of this.all) await writer.discard();
  }
}

function needKey({ ecosystem, release }: Partial<AdvisoryNeed>): string {
  if (ecosystem === undefined) return '';
  return release === undefined ? ecosystem : `${ecosystem}/${release}`;
}

/**
 * Returns the writer for a feed's set. Records of a single ecosystem are stored as they are
 * published. A distribution's record names many releases and would be stored with each, and a
 * kernel has too many to be parsed again by every scan.
 */
function createWriter(
  folder: string,
  feed: Feed,
  { ecosystem, release }: Partial<AdvisoryNeed>,
): Promise<BlockFileWriter | RecordFileWriter> {
  if (ecosystem === undefined) return BlockFileWriter.create(folder, 'facts');
  return isRecordFeed(feed) && release === undefined
    ? RecordFileWriter.create(folder)
    : BlockFileWriter.create(folder);
}

function latest(a: string | undefined, b: string): string | undefined {
  return b !== '' && (a === undefined || b > a) ? b : a;
}
