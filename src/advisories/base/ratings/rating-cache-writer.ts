/** Writes fetched ratings beside the base: files first, then the index that names them. */

import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { allAnswers, encodeAnswers, type RatingAnswer } from '../../store/ratings/rating-file.ts';
import {
  formatRatingIndex,
  ratingIndexPath,
  ratingsFolder,
  type AbsentFeed,
  type RatingPart,
  type RatingSource,
} from '../../store/ratings/rating-index.ts';
import type { RatingCache } from '../../store/ratings/rating-cache.ts';
import { writeFileAtomically } from '../../../core/base/cache-directory.ts';
import { compareText } from '../../../core/base/compare.ts';
import { errnoOf } from '../../../core/base/errors.ts';
import { indexBy } from '../../../core/base/maps.ts';

/** Single records that are stored; beyond that the oldest of a year are forgotten. */
const MAX_RECORDS_PER_YEAR = 50_000;

/** Metadata of a stored part of ratings. */
export interface RatingPartMetadata extends Pick<
  RatingPart,
  'source' | 'year' | 'origin' | 'answerCount' | 'fetchedAt' | 'digest' | 'isMissing'
> {
  readonly source: RatingSource;
}

/** Adds fetched ratings to the cache of a base and prunes it. */
export class RatingCacheWriter {
  readonly #folder: string;
  readonly #shelf: RatingCache;
  readonly #parts: Map<string, RatingPart>;
  readonly #absent: Map<string, AbsentFeed>;
  #isChanged = false;

  /** `folder` is that of the base; the caller holds the update lock. */
  constructor(folder: string, shelf: RatingCache) {
    const { index } = shelf;
    this.#folder = folder;
    this.#shelf = shelf;
    this.#parts = new Map(index.parts.map((part) => [keyOf(part), part]));
    this.#absent = indexBy(index.absent, 'task');
  }

  /** Returns whether a file was written: whether readers would answer differently. */
  get isChanged(): boolean {
    return this.#isChanged;
  }

  /** Replaces the part of a year. */
  async put(facts: RatingPartMetadata, answers: readonly RatingAnswer[]): Promise<void> {
    const bytes = encodeAnswers(answers);
    const sum = crc32(bytes);
    const mark = sum.toString(16).padStart(8, '0');
    const part = { ...facts, file: `${facts.source}-${facts.year}-${mark}.ratings`, sum };
    const before = this.#parts.get(keyOf(facts));
    const isThere = before?.file === part.file && this.#shelf.bytes(before) !== undefined;
    if (!isThere) {
      await writeFileAtomically(join(ratingsFolder(this.#folder), part.file), bytes);
      this.#isChanged = true;
    }
    this.#parts.set(keyOf(facts), part);
  }

  /** Confirms a part that is as it was. */
  confirm(source: RatingSource, year: number, fetchedAt: string): void {
    const part = this.#parts.get(keyOf({ source, year }));
    if (part !== undefined) this.#parts.set(keyOf(part), { ...part, fetchedAt });
  }

  noteAbsent(task: string, triedAt: string): void {
    this.#absent.set(task, { task, triedAt });
  }

  /** Makes all of it count, and removes files that no part names. */
  async commit(): Promise<void> {
    const parts = [...this.#parts.values()].sort((a, b) => compareText(keyOf(a), keyOf(b)));
    const text = formatRatingIndex({ parts, absent: [...this.#absent.values()] });
    await writeFileAtomically(ratingIndexPath(this.#folder), Buffer.from(text));
    const kept = new Set(parts.map(({ file }) => file));
    const folder = ratingsFolder(this.#folder);
    for (const name of await namesIn(folder)) {
      if (name.endsWith('.ratings') && !kept.has(name))
        await rm(join(folder, name), { force: true });
    }
  }
}

/**
 * Returns the answers for single records of a year with new ones; with another origin only ratings
 * of the old one stay.
 */
export function mergeCveRatings(
  shelf: RatingCache,
  { year, origin }: { readonly year: number; readonly origin: string },
  fresh: readonly RatingAnswer[],
): readonly RatingAnswer[] {
  const part = shelf.part('cve', year);
  const bytes = part === undefined ? undefined : shelf.bytes(part);
  const known = new Map<string, RatingAnswer>();
  for (const answer of bytes === undefined ? [] : allAnswers(bytes)) {
    if (part?.origin === origin || answer.ratings.length > 0) known.set(answer.id, answer);
  }
  for (const answer of fresh) known.set(answer.id, answer);
  const all = [...known.values()];
  if (all.length <= MAX_RECORDS_PER_YEAR) return all;
  const byAge = all.sort((a, b) => compareText(b.askedAt ?? '', a.askedAt ?? ''));
  return byAge.slice(0, MAX_RECORDS_PER_YEAR);
}

function keyOf({ source, year }: Pick<RatingPart, 'source' | 'year'>): string {
  return `${source} ${year}`;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return [];
  }
}
