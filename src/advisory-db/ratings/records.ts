/**
 * CVE records one by one: from the CVE list's repository or a mirror of it, or out of the archive in a local folder.
 *
 * Source: github.com/CVEProject/cvelistV5, `cves/YEAR/NNNxxx/CVE-YEAR-NNNNN.json`. A record that is larger than
 * {@link MAX_RECORD_BYTES}, is not JSON of that format, or is about another id, is refused.
 */

import { join } from 'node:path';
import { cve, openCveArchive } from '../../advisory/feeds/cve.ts';
import { zipDocument } from '../../advisory/zip-document.ts';
import type { RatingAnswer } from '../../advisory/ratings/rating-file.ts';
import { answerOf } from '../../advisory/ratings/rating-file.ts';
import { wholeDocument } from '../../advisory/whole-document.ts';
import { AssayError, ParseError } from '../../base/errors.ts';
import { fetchBytes } from '../../base/http.ts';
import { openLocalFile } from '../origins.ts';
import type { RatingBudget } from './budget.ts';
import type { CveRecordOrigin } from './origin.ts';

/** The largest record of the CVE list has 2 MB. */
const MAX_RECORD_BYTES = 8 * 1024 * 1024;
/** Servers of files answer so many requests at once without refusing some. */
const AT_ONCE = 12;
/** After so many requests that failed, the rest is given up. */
const MAX_FAILURES = 5;
/** A server of which so many ids got the answer 404, and none a record, does not serve single records. */
const MAX_MISSES = 150;
const NOT_THERE = [404, 410];

/** What came of asking for records. */
export interface CveRecordsOutcome {
  readonly answers: readonly RatingAnswer[];
  /** Ids that the origin does not have. */
  readonly missing: readonly string[];
  /** Ids whose record cannot be used, with the reason. */
  readonly malformed: readonly string[];
  /** Why ids were left unasked; absent where all were asked. */
  readonly failure?: AssayError;
  /** Whether it has ever answered with a record. */
  readonly servesRecords: boolean;
  /** Whether so many ids were missing that it is taken to serve no records. */
  readonly isGivenUp: boolean;
  readonly requestCount: number;
  readonly bytes: number;
}

/** Where the record of a CVE id is, relative to the base of the CVE list. */
export function cveRecordPath(id: string): string {
  const [, year = '', number = ''] = id.split('-');
  return `cves/${year}/${Number(number.slice(0, -3))}xxx/${id}.json`;
}

/** Asks for records. `isKnownToServe`: the origin has answered with a record before. */
export async function fetchCveRecords(
  ids: readonly string[],
  origin: CveRecordOrigin,
  budget: RatingBudget,
  isKnownToServe: boolean,
): Promise<CveRecordsOutcome> {
  const run = new RecordRun(budget, isKnownToServe);
  if (origin.kind === 'folder') await run.fromFolder(ids, origin.folder);
  else await run.fromServer(ids, origin.base);
  return run.outcome();
}

class RecordRun {
  readonly #budget: RatingBudget;
  readonly #answers: RatingAnswer[] = [];
  readonly #missing: string[] = [];
  readonly #malformed: string[] = [];
  readonly #askedAt: string;
  #servesRecords: boolean;
  #failure: AssayError | undefined;
  #failureCount = 0;
  #requestCount = 0;
  #bytes = 0;

  constructor(budget: RatingBudget, isKnownToServe: boolean) {
    this.#budget = budget;
    this.#servesRecords = isKnownToServe;
    this.#askedAt = new Date(budget.context.now()).toISOString();
  }

  outcome(): CveRecordsOutcome {
    return {
      answers: this.#answers,
      missing: this.#missing,
      malformed: this.#malformed,
      ...(this.#failure !== undefined && { failure: this.#failure }),
      servesRecords: this.#servesRecords,
      isGivenUp: this.#isGivenUp(),
      requestCount: this.#requestCount,
      bytes: this.#bytes,
    };
  }

  async fromServer(ids: readonly string[], base: URL): Promise<void> {
    // The newest are asked for first: a mirror of a part of the list has these.
    const waiting = ids.toSorted();
    const work = async (): Promise<void> => {
      while (!this.#isOver()) {
        const id = waiting.pop();
        if (id === undefined) return;
        await this.#ask(id, new URL(cveRecordPath(id), base));
      }
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, ids.length) }, work));
  }

  async fromFolder(ids: readonly string[], folder: string): Promise<void> {
    try {
      const file = await openLocalFile(join(folder, 'main.zip'));
      if (file === undefined) {
        await this.#fromFiles(ids, folder);
        return;
      }
      try {
        const { archive, records } = await openCveArchive(file);
        const entries = new Map(records.map((entry) => [nameOf(entry.name), entry]));
        this.#servesRecords = true;
        for (const id of ids) {
          if (this.#isOver()) return;
          const entry = entries.get(`${id}.json`);
          if (entry === undefined) this.#missing.push(id);
          else this.#read(id, (await zipDocument(archive, entry, file)).bytes);
        }
      } finally {
        await file.close();
      }
    } catch (error) {
      this.#failure ??= this.#budget.failure(error);
    }
  }

  async #fromFiles(ids: readonly string[], folder: string): Promise<void> {
    for (const id of ids) {
      const file = await openLocalFile(join(folder, cveRecordPath(id)));
      if (file === undefined) {
        this.#missing.push(id);
        continue;
      }
      try {
        this.#servesRecords = true;
        this.#read(id, (await wholeDocument(file, MAX_RECORD_BYTES)).bytes);
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
        this.#malformed.push(`${id}: ${error.reason}`);
      } finally {
        await file.close();
      }
    }
  }

  #isGivenUp(): boolean {
    return !this.#servesRecords && this.#missing.length >= MAX_MISSES;
  }

  #isOver(): boolean {
    if (this.#failureCount >= MAX_FAILURES) return true;
    if (this.#isGivenUp()) return true;
    if (this.#budget.isTimeOver || this.#budget.context.signal.aborted) {
      this.#failure ??= new AssayError('TIMEOUT', 'the time for fetching ratings is over');
      return true;
    }
    if (this.#budget.bytesLeft > 0) return false;
    this.#failure ??= new AssayError('LIMIT_EXCEEDED', 'the limit on bytes of ratings is reached');
    return true;
  }

  async #ask(id: string, url: URL): Promise<void> {
    const options = {
      maxBytes: Math.min(MAX_RECORD_BYTES, this.#budget.bytesLeft),
      answers: NOT_THERE,
      attempts: 2,
      idleTimeoutMs: 10_000,
    };
    this.#requestCount += 1;
    try {
      const { status, bytes } = await fetchBytes(url, options, this.#budget.context);
      this.#bytes += bytes.length;
      this.#budget.spend(bytes.length);
      if (NOT_THERE.includes(status)) this.#missing.push(id);
      else this.#read(id, bytes);
    } catch (error) {
      const failure = this.#budget.failure(error);
      this.#failureCount += failure.code === 'LIMIT_EXCEEDED' ? 0 : 1;
      if (failure.code === 'LIMIT_EXCEEDED') this.#malformed.push(`${id}: ${failure.message}`);
      else this.#failure ??= failure;
    }
  }

  #read(id: string, bytes: Uint8Array): void {
    try {
      const [facts] = cve.read({ name: id, bytes }).facts ?? [];
      if (facts?.id !== id) {
        this.#malformed.push(`${id}: the record is about "${facts?.id ?? ''}"`);
        return;
      }
      this.#servesRecords = true;
      this.#answers.push(answerOf(facts, this.#askedAt));
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      this.#malformed.push(`${id}: ${error.reason}`);
    }
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
