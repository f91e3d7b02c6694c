/** Answers ratings from the files that scans have fetched. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { VulnerabilityFacts } from '../../../core/model/advisory/advisory.ts';
import { allAnswers, findAnswer, type RatingAnswer } from './rating-file.ts';
import {
  isYounger,
  partYear,
  RATED_AGE_MS,
  ratingsFolder,
  readRatingIndex,
  yearOfCve,
  type RatingIndex,
  type RatingPart,
  type RatingSource,
} from './rating-index.ts';

const SOURCES: readonly RatingSource[] = ['cve', 'nvd'];

/** The fetched ratings of a base. Files are read when a year is first asked for. */
export class RatingCache {
  readonly index: RatingIndex;
  readonly #folder: string;
  /** By name; `undefined` for a file that is missing or damaged. */
  readonly #files = new Map<string, Buffer | undefined>();

  /** `folder` is that of the base. */
  constructor(folder: string) {
    this.#folder = ratingsFolder(folder);
    this.index = readRatingIndex(folder);
  }

  /** Returns the part of a source with the ids of a year, where its file is whole. */
  part(source: RatingSource, year: number): RatingPart | undefined {
    const wanted = partYear(source, year);
    const part = this.index.parts.find((one) => one.source === source && one.year === wanted);
    return part === undefined || this.bytes(part) === undefined ? undefined : part;
  }

  /**
   * Returns a source's answer for an id, or `undefined` if the source was not queried or has no
   * line for it.
   */
  answer(source: RatingSource, id: string): RatingAnswer | undefined {
    const year = yearOfCve(id);
    const part = year === undefined ? undefined : this.part(source, year);
    const bytes = part === undefined ? undefined : this.bytes(part);
    return bytes === undefined ? undefined : findAnswer(bytes, id);
  }

  /** Returns the sources' ratings of an id, as facts of their feeds. */
  facts(id: string): readonly VulnerabilityFacts[] {
    return SOURCES.flatMap((source) => {
      const answer = this.answer(source, id);
      return answer === undefined || isEmpty(answer) ? [] : [factsOf(source, answer)];
    });
  }

  /** Returns whether a source has answered for an id: a single record, or the whole year of NVD. */
  hasAnswered(id: string): boolean {
    const year = yearOfCve(id);
    if (year === undefined) return false;
    const nvd = this.part('nvd', year);
    const hasYear = nvd !== undefined && nvd.isMissing !== true;
    const answer = hasYear ? undefined : this.answer('cve', id);
    return hasYear || (answer !== undefined && answer.isUnproven !== true);
  }

  /** Returns whether an origin has answered with a single record. */
  hasRecordsOf(origin: string): boolean {
    return this.index.parts.some((part) => {
      if (part.source !== 'cve' || part.origin !== origin || part.isMissing === true) return false;
      for (const { isUnproven } of allAnswers(this.bytes(part) ?? Buffer.alloc(0))) {
        if (isUnproven !== true) return true;
      }
      return false;
    });
  }

  /** Returns whether a rating of an id was fetched so long ago that it is to be fetched again. */
  isOld(id: string, nowMs: number): boolean {
    const year = yearOfCve(id);
    if (year === undefined) return false;
    const { askedAt, ratings = [] } = this.answer('cve', id) ?? {};
    if (ratings.length > 0) return !isYounger(askedAt ?? '', RATED_AGE_MS, nowMs);
    const part = this.part('nvd', year);
    if (part === undefined || isYounger(part.fetchedAt, RATED_AGE_MS, nowMs)) return false;
    return this.answer('nvd', id) !== undefined;
  }

  /** Returns the content of a part's file; `undefined` where it is missing or damaged. */
  bytes({ file, sum }: RatingPart): Buffer | undefined {
    if (!this.#files.has(file)) this.#files.set(file, this.#read(file, sum));
    return this.#files.get(file);
  }

  #read(file: string, sum: number): Buffer | undefined {
    try {
      const bytes = readFileSync(join(this.#folder, file));
      return crc32(bytes) === sum ? bytes : undefined;
    } catch {
      return undefined;
    }
  }
}

function isEmpty({ ratings, withdrawnAt }: RatingAnswer): boolean {
  return ratings.length === 0 && withdrawnAt === undefined;
}

function factsOf(source: RatingSource, answer: RatingAnswer): VulnerabilityFacts {
  const { id, summary = '', ratings, cwes, publishedAt, withdrawnAt } = answer;
  return {
    id,
    feed: source,
    summary,
    ratings,
    references: [],
    cwes,
    ...(publishedAt !== undefined && { publishedAt }),
    ...(withdrawnAt !== undefined && { withdrawnAt }),
  };
}
