/**
 * Fetches ratings of vulnerabilities that the loaded data leaves without one: CVE records one by
 * one, then the years of NVD that are still needed, then the errata of AlmaLinux, whose words rate
 * many CVEs before others do. What a scan may ask, and what it costs, is described in
 * `docs/severity.md`.
 */

import { FEEDS } from '../../feeds/list.ts';
import type { RatingAnswer } from '../../store/ratings/rating-file.ts';
import {
  isYounger,
  RATED_AGE_MS,
  ratingsFolder,
  UNRATED_AGE_MS,
  YEAR_AGE_MS,
  yearOfCve,
  type RatingSource,
} from '../../store/ratings/rating-index.ts';
import { RatingCache } from '../../store/ratings/rating-cache.ts';
import { currentSets } from '../../store/commit.ts';
import { appendTo } from '../../../core/base/maps.ts';
import { pluralize } from '../../../core/base/pluralize.ts';
import type { Context } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import type { Rating, RatingRequest } from '../../../core/model/advisory/advisory.ts';
import { feedSource, type FeedSource } from '../load/mirror.ts';
import { parseMirror, type AdvisoryMirror } from '../load/mirror-address.ts';
import type { TransferCount } from '../load/file-origins.ts';
import { loadTask, setsOfTask, taskText, type FeedTask } from '../load/tasks.ts';
import type { UpdatingBaseOptions } from '../types.ts';
import { runTasks } from '../update.ts';
import { withUpdateLock } from '../update-lock.ts';
import { RATING_LIMITS, RatingBudget, type RatingLimits } from './budget.ts';
import { cveRecordOrigin } from './cve-record-origin.ts';
import { sortByRatingsPerByte, groupByYear, isYearCheaper, YEAR_BYTES } from './fetch-plan.ts';
import { fetchCveRecords, type CveRecordsOutcome } from './cve-records.ts';
import { mergeCveRatings, RatingCacheWriter } from './rating-cache-writer.ts';
import { fetchNvdYear, fetchNvdYearMeta } from './nvd-years.ts';

/** Result of fetching ratings. */
export interface FetchedRatings {
  /** Whether anything is there that was not there before. */
  readonly isChanged: boolean;
  /** Sources that could not be fetched, for the report. */
  readonly notes: readonly string[];
}

/** Records that a message names before it only counts. */
const NAMED = 3;
/** The archive of AlmaLinux had 5 MB in 2026. */
const ERRATA_BYTES = 20_000_000;

/**
 * Fetches what is due of the requested ratings into the folder of the base.
 * @throws AssayError `INTERRUPTED` where the user ends the run
 */
export async function fetchRatings(
  { folder, mirror }: Pick<UpdatingBaseOptions, 'folder' | 'mirror'>,
  request: RatingRequest,
  context: Context,
  limits: RatingLimits = RATING_LIMITS,
): Promise<FetchedRatings> {
  const budget = new RatingBudget(limits, context);
  try {
    return await withUpdateLock(folder, context, () => {
      const run = new RatingRun({ folder, mirror: parseMirror(mirror), request, budget });
      return run.fetchAll();
    });
  } catch (error) {
    const { message } = budget.failure(error);
    return { isChanged: false, notes: [`severities could not be fetched: ${message}`] };
  }
}

interface RunParts {
  readonly folder: string;
  readonly mirror: AdvisoryMirror;
  readonly request: RatingRequest;
  readonly budget: RatingBudget;
}

/** One fetch of ratings; the caller holds the update lock. */
class RatingRun {
  readonly #parts: RunParts;
  readonly #shelf: RatingCache;
  readonly #writer: RatingCacheWriter;
  readonly #source: FeedSource;
  readonly #transfer: TransferCount = { requestCount: 0, notModifiedCount: 0, bytes: 0 };
  readonly #fetched = new Map<string, Rating[]>();
  readonly #wanted: ReadonlySet<string>;
  readonly #triedYears = new Set<number>();
  readonly #notes: string[] = [];
  /** Fetched items, for the log. */
  readonly #done: string[] = [];
  readonly #beganMs = performance.now();
  #hasNewErrata = false;

  constructor(parts: RunParts) {
    this.#parts = parts;
    const { folder, mirror, budget, request } = parts;
    this.#wanted = new Set(request.ids);
    this.#shelf = new RatingCache(folder);
    this.#writer = new RatingCacheWriter(folder, this.#shelf);
    const row = FEEDS.find(({ id }) => id === 'nvd');
    if (row === undefined) throw new RangeError('there is no feed "nvd"');
    this.#source = feedSource(row, mirror, {
      scratchFolder: ratingsFolder(folder),
      transfer: this.#transfer,
      isImpatient: true,
      maxBytes: budget.bytesLeft,
    });
  }

  async fetchAll(): Promise<FetchedRatings> {
    const { context } = this.#parts.budget;
    context.progress({ kind: 'phase', name: 'fetching severities' });
    const isTried = await this.#fetchSources();
    if (isTried) await this.#writer.commit();
    await this.#fetchErrata();
    for (const note of this.#notes) context.log.warn(note);
    if (this.#done.length > 0) {
      const seconds = ((performance.now() - this.#beganMs) / 1000).toFixed(1);
      context.log.info(`fetched severities: ${this.#done.join('; ')} in ${seconds} s`);
    }
    return { isChanged: this.#writer.isChanged || this.#hasNewErrata, notes: this.#notes };
  }

  /** Returns whether any source was asked. */
  async #fetchSources(): Promise<boolean> {
    const due = this.#dueRecords();
    const cheaper = groupByYear(due).filter(({ year, ids }) => {
      return this.#isYearDue(year) && isYearCheaper(ids.length, YEAR_BYTES);
    });
    await this.#fetchYears(cheaper.map(({ year }) => year));
    const records = this.#dueRecords();
    if (records.length > 0) await this.#fetchRecords(records);
    const years = groupByYear(this.#openIds()).filter(({ year }) => this.#isYearDue(year));
    await this.#fetchYears(years.map(({ year }) => year));
    return due.length > 0 || years.length > 0;
  }

  /** Returns the requested CVEs that nothing settles yet. */
  #openIds(): readonly string[] {
    const { request } = this.#parts;
    return request.ids.filter((id) => {
      if (yearOfCve(id) === undefined) return false;
      const fresh = this.#fetched.get(id);
      if (fresh !== undefined && request.isSettledBy(fresh)) return false;
      const { budget } = this.#parts;
      const isOld = this.#shelf.isOld(id, budget.context.now());
      return isOld || !request.isSettledBy(this.#shelf.facts(id).flatMap(({ ratings }) => ratings));
    });
  }

  #dueRecords(): readonly string[] {
    if (this.#isWhole('cve')) return [];
    const nowMs = this.#parts.budget.context.now();
    const { name } = cveRecordOrigin(this.#parts.mirror);
    return this.#openIds().filter((id) => {
      const part = this.#shelf.part('cve', yearOfCve(id) ?? 0);
      const answer = this.#shelf.answer('cve', id);
      const isRated = (answer?.ratings.length ?? 0) > 0;
      if (!isRated && part?.origin !== name) return true;
      // A server that serves no records is not asked for others either.
      if (part?.isMissing === true && isYounger(part.fetchedAt, UNRATED_AGE_MS, nowMs))
        return false;
      if (answer === undefined) return true;
      return !isYounger(answer.askedAt ?? '', isRated ? RATED_AGE_MS : UNRATED_AGE_MS, nowMs);
    });
  }

  /** Returns whether a feed is loaded as a whole, and was asked for lately. */
  #isWhole(feed: RatingSource): boolean {
    const { folder, budget } = this.#parts;
    return currentSets(folder).some(
      (set) =>
        set.feed === feed &&
        set.ecosystem === undefined &&
        isYounger(set.fetchedAt, YEAR_AGE_MS, budget.context.now()),
    );
  }

  #isYearDue(year: number): boolean {
    if (this.#triedYears.has(year) || this.#isWhole('nvd')) return false;
    const part = this.#shelf.part('nvd', year);
    if (part === undefined) return true;
    if (part.isMissing === true && part.origin !== this.#source.name) return true;
    return !isYounger(part.fetchedAt, YEAR_AGE_MS, this.#parts.budget.context.now());
  }

  async #fetchRecords(ids: readonly string[]): Promise<void> {
    const origin = cveRecordOrigin(this.#parts.mirror);
    const isKnown = this.#shelf.hasRecordsOf(origin.name);
    const outcome = await fetchCveRecords(ids, origin, this.#parts.budget, isKnown);
    for (const { id, ratings } of outcome.answers) this.#noteRatings(id, ratings);
    await this.#storeRecords(ids, origin.name, outcome);
    this.#noteRecords(outcome);
  }

  async #storeRecords(
    ids: readonly string[],
    origin: string,
    { answers, missing, servesRecords, isGivenUp }: CveRecordsOutcome,
  ): Promise<void> {
    const fetchedAt = this.#now();
    const unproven = servesRecords ? {} : { isUnproven: true };
    const none = { ratings: [], cwes: [], askedAt: fetchedAt, ...unproven };
    const all: readonly RatingAnswer[] = [...answers, ...missing.map((id) => ({ id, ...none }))];
    for (const year of new Set(ids.map((id) => yearOfCve(id) ?? 0))) {
      const fresh = all.filter(({ id }) => yearOfCve(id) === year);
      const merged = mergeCveRatings(this.#shelf, { year, origin }, fresh);
      const facts = { source: 'cve', year, origin, answerCount: merged.length, fetchedAt } as const;
      await this.#writer.put({ ...facts, ...(isGivenUp && { isMissing: true }) }, merged);
    }
  }

  #noteRecords({ answers, malformed, failure, isGivenUp, ...cost }: CveRecordsOutcome): void {
    if (failure !== undefined) {
      this.#notes.push(`severities could not be fetched from the CVE list: ${failure.message}`);
    }
    if (malformed.length > 0) {
      const named = malformed.slice(0, NAMED).join('; ');
      const more = malformed.length > NAMED ? `; and ${malformed.length - NAMED} more` : '';
      this.#notes.push(`CVE records that cannot be used, and count as not asked: ${named}${more}`);
    }
    if (isGivenUp) {
      const { name } = cveRecordOrigin(this.#parts.mirror);
      this.#parts.budget.context.log.debug(`"${name}" serves no single CVE records`);
    }
    if (answers.length === 0) return;
    this.#done.push(
      `${pluralize(answers.length, 'CVE record')} one by one (${cost.bytes} bytes, ${cost.requestCount} requests)`,
    );
  }

  async #fetchYears(wanted: readonly number[]): Promise<void> {
    if (wanted.length === 0) return;
    const { budget } = this.#parts;
    const isLocal = this.#parts.mirror.kind === 'folder';
    const ids = new Map(groupByYear(this.#openIds()).map(({ year, ids: own }) => [year, own]));
    const before = this.#transfer.bytes;
    const fetched: number[] = [];
    try {
      const metas = new Map<number, Awaited<ReturnType<typeof fetchNvdYearMeta>>>();
      for (const year of wanted) {
        metas.set(year, await fetchNvdYearMeta(this.#source, year, budget));
      }
      const years = wanted.map((year) => {
        const bytes = metas.get(year)?.packedBytes ?? YEAR_BYTES;
        return { year, ids: ids.get(year) ?? [], bytes };
      });
      for (const { year, bytes } of sortByRatingsPerByte(years)) {
        if (!isLocal && bytes > budget.bytesLeft) throw overLimit(year);
        if (await this.#fetchYear(year, metas.get(year))) fetched.push(year);
      }
    } catch (error) {
      const { message } = budget.failure(error);
      this.#notes.push(`severities could not be fetched from NVD: ${message}`);
    }
    if (fetched.length === 0) return;
    const size = `${this.#transfer.bytes - before} bytes`;
    this.#done.push(`NVD of ${fetched.toSorted().join(', ')} (${size})`);
  }

  /** Returns whether there is anything new. */
  async #fetchYear(
    year: number,
    meta: Awaited<ReturnType<typeof fetchNvdYearMeta>>,
  ): Promise<boolean> {
    const { budget } = this.#parts;
    this.#triedYears.add(year);
    const known = this.#shelf.part('nvd', year);
    const before = this.#transfer.bytes;
    const outcome = await fetchNvdYear(this.#source, { year, meta, known }, budget);
    budget.spend(this.#transfer.bytes - before);
    const facts = {
      source: 'nvd',
      year,
      origin: this.#source.name,
      fetchedAt: this.#now(),
    } as const;
    switch (outcome.kind) {
      case 'failed':
        throw outcome.error;
      case 'unchanged':
        this.#writer.confirm('nvd', year, facts.fetchedAt);
        return false;
      case 'missing':
        // What was there before is still right.
        if (known === undefined || known.isMissing === true) {
          await this.#writer.put({ ...facts, answerCount: 0, isMissing: true }, []);
        }
        return false;
      case 'fetched': {
        const { answers, recordCount: answerCount, digest } = outcome;
        const stated = digest === undefined ? {} : { digest };
        await this.#writer.put({ ...facts, answerCount, ...stated }, answers);
        for (const { id, ratings } of answers) this.#noteRatings(id, ratings);
        return true;
      }
    }
  }

  /** Loads the errata as a feed of its own, so that later updates keep it up to date. */
  async #fetchErrata(): Promise<void> {
    const { folder, budget } = this.#parts;
    const { context } = budget;
    const row = FEEDS.find(({ ratesAnywhere }) => ratesAnywhere === true);
    if (row === undefined || budget.bytesLeft < ERRATA_BYTES || this.#openIds().length === 0)
      return;
    const task: FeedTask = { row, need: { ecosystem: 'almalinux' } };
    const name = taskText(loadTask(task));
    const times = [
      ...setsOfTask(loadTask(task), currentSets(folder)).map(({ fetchedAt }) => fetchedAt),
      ...this.#shelf.index.absent.flatMap((one) => (one.task === name ? [one.triedAt] : [])),
    ];
    if (times.some((at) => isYounger(at, YEAR_AGE_MS, context.now()))) return;
    try {
      await this.#loadErrata(task, name);
    } catch (error) {
      const failure = budget.failure(error);
      if (failure.code === 'ADVISORY_DATA_MISSING') {
        this.#writer.noteAbsent(name, this.#now());
        await this.#writer.commit();
      } else {
        this.#notes.push(`severities could not be fetched from ${name}: ${failure.message}`);
      }
    }
  }

  async #loadErrata(task: FeedTask, name: string): Promise<void> {
    const { folder, mirror, budget } = this.#parts;
    const at =
      mirror.kind === 'public'
        ? {}
        : { mirror: mirror.kind === 'folder' ? mirror.folder : mirror.base };
    const request = { folder, ...at, tasks: [task], isImpatient: true };
    const { transfer } = await runTasks(request, budget.context);
    budget.spend(transfer.bytes);
    this.#hasNewErrata = true;
    this.#done.push(`${name} (${transfer.bytes} bytes, ${transfer.requestCount} requests)`);
  }

  #noteRatings(id: string, ratings: readonly Rating[]): void {
    if (!this.#wanted.has(id)) return;
    for (const rating of ratings) appendTo(this.#fetched, id, rating);
  }

  #now(): string {
    return new Date(this.#parts.budget.context.now()).toISOString();
  }
}

function overLimit(year: number): AssayError {
  return new AssayError(
    'LIMIT_EXCEEDED',
    `the file of ${year} is larger than what is left of the limit`,
  );
}
