/** Ratings of NVD, a whole year at once. */

import { gunzipFile } from '../../feeds/reading/gunzip.ts';
import { nvdFacts, nvdRecords, nvdYearPath, readNvdMeta } from '../../feeds/nvd.ts';
import type { NvdMeta } from '../../feeds/nvd.ts';
import type { OriginFile } from '../../feeds/feed.ts';
import { answerOf, type RatingAnswer } from '../../store/ratings/rating-file.ts';
import { partYear, yearOfCve, type RatingPart } from '../../store/ratings/rating-index.ts';
import { AssayError, ParseError } from '../../../core/base/errors.ts';
import type { FeedSource } from '../load/mirror.ts';
import type { RatingBudget } from './budget.ts';

/** A year unpacked to 160 MB in 2025. */
const MAX_YEAR_BYTES = 1024 * 1024 * 1024;
const MAX_RECORD_COUNT = 500_000;

interface YearContent {
  /** Answers for ids with a rating and for rejected ids. */
  readonly answers: readonly RatingAnswer[];
  /** All records of the year. */
  readonly recordCount: number;
}

/** Result of fetching one year of NVD. */
export type NvdYearOutcome =
  | ({ readonly kind: 'fetched'; readonly digest?: string } & YearContent)
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly error: AssayError };

/** Returns the `.meta` of a year; `undefined` where there is none, or none that can be read. */
export async function fetchNvdYearMeta(
  source: FeedSource,
  year: number,
  budget: RatingBudget,
): Promise<NvdMeta | undefined> {
  const file = await source.open(nvdYearPath(year, 'meta'), budget.context);
  if (file === undefined || file === 'notModified') return undefined;
  try {
    return await readNvdMeta(file);
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  } finally {
    await file.close();
  }
}

/**
 * Fetches a year, unless `known` is of the same content. What is refused leaves `known` as it is.
 */
export async function fetchNvdYear(
  source: FeedSource,
  {
    year,
    meta,
    known,
  }: {
    readonly year: number;
    readonly meta: NvdMeta | undefined;
    readonly known: RatingPart | undefined;
  },
  budget: RatingBudget,
): Promise<NvdYearOutcome> {
  if (meta !== undefined && known?.digest === meta.digest) return { kind: 'unchanged' };
  try {
    const file = await source.open(nvdYearPath(year), budget.context);
    if (file === undefined || file === 'notModified') return { kind: 'missing' };
    try {
      const content = await contentOf(file, { year, digest: meta?.digest }, budget);
      refuseImplausible(file, content.recordCount, known);
      return { kind: 'fetched', ...content, ...(meta !== undefined && { digest: meta.digest }) };
    } finally {
      await file.close();
    }
  } catch (error) {
    return { kind: 'failed', error: budget.failure(error) };
  }
}

/**
 * Records without a rating are left out: with the whole year here, having no line is the answer.
 */
async function contentOf(
  file: OriginFile,
  { year, digest }: { readonly year: number; readonly digest: string | undefined },
  budget: RatingBudget,
): Promise<YearContent> {
  const answers: RatingAnswer[] = [];
  let recordCount = 0;
  const unpack = (from: OriginFile): AsyncIterable<Uint8Array> => gunzipFile(from, MAX_YEAR_BYTES);
  for await (const document of nvdRecords(file, digest, unpack)) {
    if (budget.context.signal.aborted) throw new AssayError('INTERRUPTED', 'interrupted');
    const answer = readAnswer(() => answerOf(nvdFacts(document)));
    if (answer === undefined) continue;
    const ownYear = yearOfCve(answer.id);
    if (ownYear === undefined || partYear('nvd', ownYear) !== year) continue;
    recordCount += 1;
    if (answer.ratings.length > 0 || answer.withdrawnAt !== undefined) answers.push(answer);
    if (recordCount > MAX_RECORD_COUNT) throw new ParseError(file.path, 'too many records');
  }
  return { answers, recordCount };
}

/** Reads one answer; one unreadable record does not affect the others. */
function readAnswer(read: () => RatingAnswer): RatingAnswer | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

function refuseImplausible({ path }: OriginFile, count: number, known?: RatingPart): void {
  const had = known?.answerCount ?? 0;
  if (count > 0 && count * 2 >= had) return;
  throw new AssayError(
    'ADVISORY_DATA_IMPLAUSIBLE',
    `"${path}" has ${count} records of its year${had > 0 ? `, and had ${had}` : ''}`,
  );
}
