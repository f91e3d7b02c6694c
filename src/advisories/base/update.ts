/** `db update`: loads the feeds from a mirror or from their publishers. */

import { FEEDS } from '../feeds/list.ts';
import { currentSets } from '../store/commit.ts';
import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import { didYouMean } from '../../core/base/did-you-mean.ts';
import { BaseBuilder } from './base-builder.ts';
import { loadFeeds } from './load/load-feeds.ts';
import { requireMirror, mirrorText } from './load/mirror.ts';
import { parseMirror, type AdvisoryMirror } from './load/mirror-address.ts';
import { allTasks, tasksFor, type FeedTask } from './load/tasks.ts';
import type { BaseUpdateOutcome, UpdateRequest } from './types.ts';
import { withUpdateLock } from './update-lock.ts';

/**
 * Loads what the needs ask for and swaps it in at once; on any error the old data stays as it was.
 * Of a server only what has changed since the last time is fetched.
 * @throws AssayError `USAGE`, `NETWORK`, `TIMEOUT`, `OFFLINE`, `INTERRUPTED`,
 * `ADVISORY_DATA_IMPLAUSIBLE`, `ADVISORY_DATA_MISSING`
 */
export async function updateBase(
  request: UpdateRequest,
  context: Context,
): Promise<BaseUpdateOutcome> {
  const { needs = [] } = request;
  const tasks = needs.length === 0 ? allTasks(wantedFeeds(request)) : tasksFor(needs);
  return withUpdateLock(request.folder, context, () => runTasks({ ...request, tasks }, context));
}

/** The tasks and the source of an update. */
export interface TaskRequest extends Pick<UpdateRequest, 'folder' | 'mirror'> {
  readonly tasks: readonly FeedTask[];
  /** Whether a scan waits that can continue without the data. */
  readonly isImpatient?: boolean;
}

/** Runs {@link updateBase} for these tasks; the caller holds the update lock. */
export async function runTasks(
  { folder, tasks, isImpatient = false, ...request }: TaskRequest,
  context: Context,
): Promise<BaseUpdateOutcome> {
  const mirror = parseMirror(request.mirror);
  if (mirror.kind !== 'folder' && context.fetch === undefined) throw offline();
  await requireMirror(mirror);
  const build = new BaseBuilder(folder, context);
  try {
    const outcome = await loadFeeds({ mirror, tasks, folder, isImpatient }, build, context);
    if (outcome.absent.length === tasks.length) throw nothingThere(mirror, outcome.absent);
    return await build.commit(outcome);
  } finally {
    await build.discard();
  }
}

/** Returns the optional feeds that are requested now or were requested before. */
function wantedFeeds(request: UpdateRequest): ReadonlySet<string> {
  const optional = FEEDS.filter((row) => row.optional === true).map((row) => row.id);
  for (const id of request.with ?? []) if (!optional.includes(id)) throw noSuchFeed(id, optional);
  const loaded = currentSets(request.folder).map((set) => set.feed);
  return new Set([...(request.with ?? []), ...loaded]);
}

function noSuchFeed(id: string, optional: readonly string[]): AssayError {
  const near = didYouMean(id, optional);
  return new AssayError('USAGE', `"${id}" is not an optional feed`, {
    hint: near === undefined ? `Possible values: ${optional.join(', ')}.` : `Did you mean: ${near}`,
  });
}

function nothingThere(mirror: AdvisoryMirror, absent: readonly string[]): AssayError {
  const [first = ''] = absent;
  const what = absent.length > 1 ? 'none of the feeds' : `nothing of ${first}`;
  return new AssayError('ADVISORY_DATA_MISSING', `there is ${what} at ${mirrorText(mirror)}`, {
    hint: `A mirror holds each feed in a folder of its own: ${FOLDERS.join(', ')}.`,
  });
}

const FOLDERS = FEEDS.map((row) => `${row.mirrorFolder}/`);

function offline(): AssayError {
  return new AssayError('OFFLINE', 'advisory data is on the network and the network is off', {
    hint: 'Load it from files with "assay db import PATH" or "assay db update --mirror DIR", or run without --offline.',
  });
}
