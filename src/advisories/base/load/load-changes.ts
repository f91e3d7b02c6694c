/** Loads only the records that their publisher changed, where it says which. */

import type { ChangesRequest, Feed, FeedChanges, FeedDocument } from '../../feeds/feed.ts';
import { isRecordFeed } from '../../feeds/list.ts';
import type { Context } from '../../../core/base/context.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { BaseBuilder } from '../base-builder.ts';
import type { FetchedTask } from './fetched-tasks.ts';
import type { LoadJob } from './load-job.ts';
import { StoredRecords } from '../stored-records.ts';
import { TaskOrigin } from './task-origin.ts';

/** Returns `undefined` where all has to be loaded. */
export async function loadChanges(
  job: LoadJob,
  build: BaseBuilder,
  context: Context,
): Promise<'loaded' | 'unchanged' | undefined> {
  const { feed, need, previous, source, folder, sets } = job;
  if (previous?.mark === undefined || need === undefined) return undefined;
  if (feed.changes === undefined) return undefined;
  // The list may be as it was; of single records nothing is known.
  const origin = new TaskOrigin(source, previous);
  using stored = await StoredRecords.open(folder, sets);
  const request: ChangesRequest = {
    origin,
    need,
    since: previous.mark,
    modifiedAt: (id) => stored.modifiedAt(id),
  };
  const changes = await feed.changes(request, context);
  if (origin.isUnchanged) {
    keep(job, build, previous);
    return 'unchanged';
  }
  if (changes === undefined) return undefined;
  const listVersions = [...origin.versions];
  const isSame = changes.changedIds.size === 0 && changes.ids.size === previous.mark.recordCount;
  const fetched = {
    ...previous,
    files: [
      ...previous.files.filter(({ path }) =>
        listVersions.every((version) => version.path !== path),
      ),
      ...listVersions,
    ],
    mark: changes.mark,
  };
  if (isSame) {
    keep(job, build, fetched);
    return 'unchanged';
  }
  const documents = await gather(feed, changes);
  if (documents === undefined) return undefined;
  const { changedIds, ids } = changes;
  await build.replace(feed, job.task, (id) => changedIds.has(id) || !ids.has(id));
  const from = { statesDates: source.isPublisher, isWholeFeed: false };
  for (const document of documents) await build.add(feed, document, from);
  build.noteFetched(job.task, fetched);
  return 'loaded';
}

function keep({ task, sets, source }: LoadJob, build: BaseBuilder, fetched: FetchedTask): void {
  build.confirm(sets, source.isPublisher);
  build.noteFetched(task, fetched);
}

/** They are held in memory. The largest record seen has 600 KB, most have 2 KB. */
const MAX_TOTAL_BYTES = 64 * 1024 * 1024;

/**
 * Collects all of them before any counts, because one that is missing means that all has to be
 * loaded; they are few. The same where they are larger than an archive would be, or are others than
 * those that were asked for.
 */
async function gather(
  feed: Feed,
  changes: FeedChanges,
): Promise<readonly FeedDocument[] | undefined> {
  const documents: FeedDocument[] = [];
  const missing = new Set(changes.changedIds);
  let totalBytes = 0;
  try {
    for await (const document of changes.documents()) {
      totalBytes += document.bytes.length;
      if (totalBytes > MAX_TOTAL_BYTES) return undefined;
      const id = idOf(feed, document);
      if (id !== undefined && !missing.delete(id)) return undefined;
      documents.push(document);
    }
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
  return documents;
}

/** Returns `undefined` where it cannot be read, which is counted later. */
function idOf(feed: Feed, document: FeedDocument): string | undefined {
  try {
    const { record } = isRecordFeed(feed) ? feed.outline(document) : feed.read(document);
    return record?.id;
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}
