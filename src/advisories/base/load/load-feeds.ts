/** Loads the feeds of a mirror, or of their publishers, into a build. */

import type { DocumentReading } from '../../feeds/feed.ts';
import { WatermarkBuilder } from '../../feeds/reading/watermark.ts';
import { currentSets } from '../../store/commit.ts';
import type { StoredSet } from '../../store/store-manifest.ts';
import type { Context } from '../../../core/base/context.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { BaseBuilder, LoadOutcome } from '../base-builder.ts';
import { loadChanges } from './load-changes.ts';
import { findFetchedTask, readFetched, type FetchedTask } from './fetched-tasks.ts';
import type { LoadJob } from './load-job.ts';
import { feedSource, type FeedSource } from './mirror.ts';
import type { AdvisoryMirror } from './mirror-address.ts';
import { FullReloadNeeded, TaskOrigin } from './task-origin.ts';
import { emptyFeedError, unreadableFeedError } from '../plausibility.ts';
import { areSetFilesIntact } from '../stored-records.ts';
import { setsOfTask, taskText, type FeedTask, type LoadTask } from './tasks.ts';

/** Feeds to be loaded, and where from. */
export interface LoadRequest {
  readonly mirror: AdvisoryMirror;
  readonly tasks: readonly FeedTask[];
  /** The base's own folder; files in transit stand there too. */
  readonly folder: string;
  /** Whether a scan waits that can continue without the data. */
  readonly isImpatient?: boolean;
}

/**
 * Answers what the origin does not have, and what is unchanged.
 * @throws AssayError `NETWORK`, `TIMEOUT`, `OFFLINE`, `INTERRUPTED`, `ADVISORY_DATA_IMPLAUSIBLE`
 */
export async function loadFeeds(
  { mirror, tasks, folder, isImpatient = false }: LoadRequest,
  build: BaseBuilder,
  context: Context,
): Promise<LoadOutcome> {
  const outcome = {
    absent: [] as string[],
    unchanged: [] as string[],
    transfer: { requestCount: 0, notModifiedCount: 0, bytes: 0 },
  };
  // What is on this disk is read anew each time: that takes seconds, and its times may lie.
  const sets = mirror.kind === 'folder' ? [] : currentSets(folder);
  const rows = mirror.kind === 'folder' ? [] : await readFetched(folder);
  for (const { row, need } of tasks) {
    const feed = await row.load();
    const source = feedSource(row, mirror, {
      scratchFolder: folder,
      transfer: outcome.transfer,
      isImpatient,
    });
    const task: LoadTask = { feed: feed.id, ...need };
    const previous = await previousOf(task, source, { folder, sets, rows });
    context.progress({ kind: 'phase', name: `loading ${taskText(task)}` });
    const job: LoadJob = {
      feed,
      task,
      need,
      source,
      folder,
      sets: setsOfTask(task, sets),
      previous,
    };
    const result = await load(job, build, context);
    if (result !== 'loaded') outcome[result].push(taskText(task));
  }
  return outcome;
}

/** Returns the last load of a task if its stored data is complete and unchanged since. */
async function previousOf(
  task: LoadTask,
  source: FeedSource,
  from: {
    readonly folder: string;
    readonly sets: readonly StoredSet[];
    readonly rows: readonly FetchedTask[];
  },
): Promise<FetchedTask | undefined> {
  const row = findFetchedTask(task, source.name, from);
  if (row === undefined) return undefined;
  return (await areSetFilesIntact(from.folder, setsOfTask(task, from.sets))) ? row : undefined;
}

async function load(
  job: LoadJob,
  build: BaseBuilder,
  context: Context,
): Promise<'loaded' | 'absent' | 'unchanged'> {
  const changed = await loadChanges(job, build, context);
  if (changed !== undefined) return changed;
  const origin = new TaskOrigin(job.source, job.previous);
  try {
    return await loadWhole(job, { origin, build }, context);
  } catch (error) {
    if (!(error instanceof FullReloadNeeded)) throw error;
    try {
      return await loadWhole(job, { origin: error.origin, build }, context);
    } finally {
      await error.origin.close();
    }
  }
}

async function loadWhole(
  { feed, task, need, source, sets, previous }: LoadJob,
  { origin, build }: { readonly origin: TaskOrigin; readonly build: BaseBuilder },
  context: Context,
): Promise<'loaded' | 'absent' | 'unchanged'> {
  const countBefore = build.recordCount(feed);
  const from = { statesDates: source.isPublisher, isWholeFeed: true };
  const marks = new WatermarkBuilder();
  try {
    const request = need === undefined ? { origin } : { origin, need };
    const note = ({ record }: DocumentReading): void => {
      if (record !== undefined) marks.add(record.id, Date.parse(record.modifiedAt));
    };
    if (feed.fetchTogether !== undefined) {
      for await (const documents of feed.fetchTogether(request, context)) {
        await build.addAll(feed, documents, from, note);
      }
    } else {
      for await (const document of feed.fetch(request, context)) {
        await build.addAll(feed, [document], from, note);
      }
    }
  } catch (error) {
    if (error instanceof ParseError) throw unreadableFeedError(error);
    throw error;
  }
  if (origin.isUnchanged && previous !== undefined) {
    build.confirm(sets, source.isPublisher);
    build.noteFetched(task, previous);
    return 'unchanged';
  }
  const [first] = origin.opened;
  if (first === undefined) return 'absent';
  if (build.recordCount(feed) === countBefore) throw emptyFeedError(`"${first}"`);
  const mark = feed.changes === undefined ? undefined : marks.mark();
  build.noteFetched(task, {
    origin: source.name,
    files: origin.versions,
    ...(mark === undefined ? {} : { mark }),
  });
  return 'loaded';
}
