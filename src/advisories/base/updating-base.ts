/**
 * The advisory base as a scan opens it: what is missing or old is fetched first, where that is
 * allowed.
 */

import type { AdvisoryBase, PreparedBase } from '../store/advisory-base.ts';
import { FEEDS } from '../feeds/list.ts';
import {
  isYearDue,
  isYounger,
  readRatingIndex,
  YEAR_AGE_MS,
  yearOfCve,
} from '../store/ratings/rating-index.ts';
import { isLoadedWithKeys, baseFingerprint } from '../store/base-fingerprint.ts';
import { currentSets } from '../store/commit.ts';
import type { StoredSet } from '../store/store-manifest.ts';
import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import type {
  Advisory,
  AdvisoryNeed,
  AdvisoryNote,
  AdvisoryReader,
  RatingRequest,
} from '../../core/model/advisory/advisory.ts';
import type { FetchFailure } from './load/fetch-due.ts';
import { fetchForNeeds } from './load/fetch-for-needs.ts';
import type { Overrides } from './overrides.ts';
import { taskText } from './load/tasks.ts';
import type { UpdatingBaseOptions } from './types.ts';

/**
 * Returns the base in a folder, with the data that a user adds for one run. Opening it fetches
 * missing data and refreshes data that is too old; if that fails, older data is used and a note
 * reports it.
 *
 * Opening throws AssayError `ADVISORY_DATA_MISSING` where nothing can be had for any need,
 * `ADVISORY_DATA_STALE`, `ADVISORY_DATA_UNVERIFIED`, `INTERRUPTED`.
 * @throws AssayError `CONFIG_INVALID` where the user's own records cannot be read
 */
export async function createUpdatingBase(
  options: UpdatingBaseOptions,
  context: Context,
): Promise<AdvisoryBase> {
  const own = await ownAdvisories(options, context);
  const { overrides = NO_OVERRIDES } = options;
  const prepare = (needs: readonly AdvisoryNeed[], inner: Context): Promise<PreparedBase> =>
    prepareFor(options, needs, { own, overrides, context: inner });
  return {
    prepare,
    open: async (needs, inner) => (await prepare(needs, inner)).open(),
  };
}

/** No corrections. See `overrides.ts`, whose code is loaded only if there are corrections. */
const NO_OVERRIDES: Overrides = { path: '', list: [] };

/** Reads the user's own records; the code that reads them is loaded only if there are some. */
async function ownAdvisories(
  { ownPaths = [] }: UpdatingBaseOptions,
  context: Context,
): Promise<readonly Advisory[]> {
  if (ownPaths.length === 0) return [];
  const { readUserAdvisories } = await import('./user-advisories.ts');
  return readUserAdvisories(ownPaths, context);
}

interface Additions {
  readonly own: readonly Advisory[];
  readonly overrides: Overrides;
  readonly context: Context;
}

async function prepareFor(
  options: UpdatingBaseOptions,
  needs: readonly AdvisoryNeed[],
  additions: Additions,
): Promise<PreparedBase> {
  const { own, overrides, context } = additions;
  const hasNoOrigin = options.mirror === undefined && context.fetch === undefined;
  const failures = hasNoOrigin ? [] : await fetchForNeeds(options, needs, context);
  return {
    state: () => {
      if (own.length > 0 || overrides.list.length > 0 || failures.length > 0) return undefined;
      refuseStale(options, needs, context);
      return baseFingerprint(options.folder, needs);
    },
    open: () => open(options, needs, { ...additions, failures }),
    areRatingsDue: (ids) => areRatingsDue(options, ids, context),
  };
}

/**
 * Returns whether ratings may be fetched: over the network, and into a base that was not loaded
 * with keys.
 */
function canFetchRatings(
  { folder, canUpdate = true }: UpdatingBaseOptions,
  { fetch }: Context,
): boolean {
  return canUpdate && fetch !== undefined && !isLoadedWithKeys(folder);
}

function areRatingsDue(
  options: UpdatingBaseOptions,
  ids: readonly string[],
  context: Context,
): boolean {
  if (!canFetchRatings(options, context)) return false;
  const { folder } = options;
  const isWhole = ['cve', 'nvd'].every((feed) =>
    currentSets(folder).some(
      (set) =>
        set.feed === feed &&
        set.ecosystem === undefined &&
        isYounger(set.fetchedAt, YEAR_AGE_MS, context.now()),
    ),
  );
  if (isWhole) return false;
  const index = readRatingIndex(folder);
  const years = new Set(ids.flatMap((id) => yearOfCve(id) ?? []));
  return [...years].some((year) => isYearDue(index, year, context.now()));
}

interface OpenAdditions extends Additions {
  readonly failures: readonly FetchFailure[];
  /** Notes of fetching ratings. */
  readonly ratingNotes?: readonly AdvisoryNote[];
  /** Whether the same run has opened it before. */
  readonly isAgain?: boolean;
}

/** Opens the base; the code that reads it is loaded only then. */
async function open(
  options: UpdatingBaseOptions,
  needs: readonly AdvisoryNeed[],
  additions: OpenAdditions,
): Promise<AdvisoryReader> {
  const { own, overrides, failures, context, ratingNotes = [], isAgain = false } = additions;
  const { openAdvisoryBase } = await import('../store/open-advisory-base.ts');
  const stored = await openAdvisoryBase(options.folder).open(needs, context);
  refuseStale(options, needs, context);
  const isCovered = needs.some((need) => stored.coverage(need).length > 0);
  const [first] = failures;
  if (first !== undefined && !isCovered && own.length === 0) throw notToBeHad(first);
  const fetchNotes = failures.map(noteOf);
  for (const { message } of isAgain ? [] : fetchNotes) context.log.warn(message);
  const parts = { own, overrides, notes: [...fetchNotes, ...ratingNotes] };
  const reader = await withAdditions(stored, parts, context);
  if (!canFetchRatings(options, context)) return reader;
  return {
    ...reader,
    fetchRatings: (request) => ratedReader(reader, request, { options, needs, additions }),
  };
}

async function withAdditions(
  stored: AdvisoryReader,
  parts: Pick<Additions, 'own' | 'overrides'> & { readonly notes: readonly AdvisoryNote[] },
  context: Context,
): Promise<AdvisoryReader> {
  const { own, overrides, notes } = parts;
  if (own.length === 0 && overrides.list.length === 0 && notes.length === 0) return stored;
  const { mergeReaders } = await import('./merged-reader.ts');
  return mergeReaders(stored, { own, readAt: context.now(), overrides, notes });
}

/**
 * Fetches ratings; the reader that is answered has them. What only loading could fetch is not asked
 * for again.
 */
async function ratedReader(
  reader: AdvisoryReader,
  request: RatingRequest,
  from: {
    readonly options: UpdatingBaseOptions;
    readonly needs: readonly AdvisoryNeed[];
    readonly additions: OpenAdditions;
  },
): Promise<AdvisoryReader | undefined> {
  const { options, needs, additions } = from;
  const { fetchRatings } = await import('./ratings/fetch-ratings.ts');
  const { isChanged, notes } = await fetchRatings(options, request, additions.context);
  const ratingNotes = notes.map((message) => ({ message }));
  // No source rates what has no CVE id, so that nothing was left unasked.
  const hasOthers =
    ratingNotes.length === 0 &&
    request.ids.some((id) => yearOfCve(id) === undefined && reader.hasRatingSource?.(id) !== true);
  if (!isChanged && ratingNotes.length === 0 && !hasOthers) return undefined;
  const rated = await open(options, needs, { ...additions, isAgain: true, ratingNotes });
  if (!hasOthers) return rated;
  return {
    ...rated,
    hasRatingSource: (id) => yearOfCve(id) === undefined || rated.hasRatingSource?.(id) === true,
  };
}

function notToBeHad({ task, error }: FetchFailure): AssayError {
  return new AssayError(
    'ADVISORY_DATA_MISSING',
    `no advisory data for ${taskText(task)}: ${error.message}`,
    {
      hint: [
        error.hint,
        'Without network: assay db update --mirror DIR, assay db import PATH, or --scanners packages, which needs no advisory data.',
      ]
        .filter(Boolean)
        .join('\n'),
      cause: error,
    },
  );
}

function noteOf({ task, error, haveOf }: FetchFailure): AdvisoryNote {
  const what = `${taskText(task)}: ${error.message}`;
  return haveOf === undefined
    ? { message: `advisory data could not be fetched: ${what}` }
    : {
        message: `advisory data could not be refreshed, that of ${haveOf.slice(0, 10)} is used: ${what}`,
      };
}

/**
 * Refuses stale data. A publisher that was just seen to have nothing newer is not stale, however
 * old its last change is.
 */
function refuseStale(
  { folder, maxAgeMs }: UpdatingBaseOptions,
  needs: readonly AdvisoryNeed[],
  context: Context,
): void {
  if (maxAgeMs === undefined) return;
  for (const set of currentSets(folder)) {
    if (!isConsulted(set, needs)) continue;
    const asOf = set.currentAt ?? set.dataAt;
    const ageMs = context.now() - Date.parse(asOf);
    if (ageMs > maxAgeMs) throw stale(set, asOf, { ageMs, maxAgeMs });
  }
}

/**
 * Returns whether a set is consulted; optional feeds add texts and ratings, and withhold no
 * finding.
 */
function isConsulted(
  { feed, ecosystem, release }: StoredSet,
  needs: readonly AdvisoryNeed[],
): boolean {
  if (FEEDS.find((row) => row.id === feed)?.optional === true) return false;
  if (ecosystem === undefined) return needs.length > 0;
  return needs.some((need) => need.ecosystem === ecosystem && need.release === release);
}

const HOUR_MS = 60 * 60 * 1000;

function stale(
  { feed, ecosystem, release }: StoredSet,
  asOf: string,
  { ageMs, maxAgeMs }: { readonly ageMs: number; readonly maxAgeMs: number },
): AssayError {
  const name = [feed, ecosystem, release].filter(Boolean).join(' ');
  return new AssayError(
    'ADVISORY_DATA_STALE',
    `the advisory data of ${name} is of ${asOf}: ${hours(ageMs)} old, and --db-max-age allows ${hours(maxAgeMs)}`,
    { hint: 'Load it again with "assay db update", from a source that is up to date.' },
  );
}

function hours(ms: number): string {
  return ms < HOUR_MS ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / HOUR_MS)} h`;
}
