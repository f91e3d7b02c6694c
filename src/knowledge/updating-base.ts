/** The advisory base as a scan opens it: what is missing or old is fetched first, where that is allowed. */

import type { AdvisoryBase, PreparedBase } from '../advisory/base.ts';
import { FEEDS } from '../advisory/list.ts';
import { stateOfBase } from '../advisory/state.ts';
import { currentSets } from '../advisory/store/commit.ts';
import type { StoredSet } from '../advisory/store/manifest.ts';
import type { Context } from '../base/context.ts';
import { AssayError } from '../base/errors.ts';
import type { Advisory, AdvisoryNeed, AdvisoryNote, AdvisoryReader } from '../model/advisory.ts';
import type { FetchFailure } from './fetch-due.ts';
import { fetchNeeds } from './fetch-needs.ts';
import type { Overrides } from './overrides.ts';
import { shownTask } from './tasks.ts';
import type { UpdatingBaseOptions } from './types.ts';

/**
 * The base in a folder, with what a user adds for one run. Opening it fetches what the needs lack, and asks again for
 * what was last asked for too long ago; where that fails, older data is used and a note says so.
 *
 * Opening throws AssayError `ADVISORY_DATA_MISSING` where nothing can be had for any need, `ADVISORY_DATA_STALE`,
 * `ADVISORY_DATA_UNVERIFIED`, `INTERRUPTED`.
 * @throws AssayError `CONFIG_INVALID` where the user's own records cannot be read
 */
export async function updatingAdvisoryBase(
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

/** As in `overrides.ts`, whose code is loaded where there are some. */
const NO_OVERRIDES: Overrides = { path: '', list: [] };

/** Few runs have any, so that the code that reads them is loaded where there are some. */
async function ownAdvisories(
  { ownPaths = [] }: UpdatingBaseOptions,
  context: Context,
): Promise<readonly Advisory[]> {
  if (ownPaths.length === 0) return [];
  const { readOwnAdvisories } = await import('./own-advisories.ts');
  return readOwnAdvisories(ownPaths, context);
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
  const failures = await fetchNeeds(options, needs, context);
  return {
    state: () => {
      if (own.length > 0 || overrides.list.length > 0 || failures.length > 0) return undefined;
      refuseStale(options, needs, context);
      return stateOfBase(options.folder, needs);
    },
    open: () => open(options, needs, { ...additions, failures }),
  };
}

/** The code that reads the base is loaded where it has to be read. */
async function open(
  options: UpdatingBaseOptions,
  needs: readonly AdvisoryNeed[],
  { own, overrides, failures, context }: Additions & { readonly failures: readonly FetchFailure[] },
): Promise<AdvisoryReader> {
  const { openAdvisoryBase } = await import('../advisory/open.ts');
  const stored = await openAdvisoryBase(options.folder).open(needs, context);
  refuseStale(options, needs, context);
  const isCovered = needs.some((need) => stored.coverage(need).length > 0);
  const [first] = failures;
  if (first !== undefined && !isCovered && own.length === 0) throw notToBeHad(first);
  const notes = failures.map(noteOf);
  for (const { message } of notes) context.log.warn(message);
  if (own.length === 0 && overrides.list.length === 0 && notes.length === 0) return stored;
  const { mergeReaders } = await import('./merged-reader.ts');
  return mergeReaders(stored, { own, readAt: context.now(), overrides, notes });
}

function notToBeHad({ task, error }: FetchFailure): AssayError {
  return new AssayError(
    'ADVISORY_DATA_MISSING',
    `no advisory data for ${shownTask(task)}: ${error.message}`,
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
  const what = `${shownTask(task)}: ${error.message}`;
  return haveOf === undefined
    ? { message: `advisory data could not be fetched: ${what}` }
    : {
        message: `advisory data could not be refreshed, that of ${haveOf.slice(0, 10)} is used: ${what}`,
      };
}

/** A publisher that was just seen to have nothing newer is not stale, however old its last change is. */
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

/** Optional feeds lend texts and ratings, and withhold no finding. */
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
