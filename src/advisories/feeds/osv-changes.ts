/**
 * Changes in an ecosystem of OSV, read from its list of records; single records are fetched in
 * place of the whole archive.
 *
 * Source: google.github.io/osv.dev/data, "modified_id.csv": a line `modified,id` for each record,
 * newest first; a record by itself is `ECOSYSTEM/ID.json`.
 */

import type { Context } from '../../core/base/context.ts';
import { ParseError } from '../../core/base/errors.ts';
import { osvNameOf } from '../../core/model/package/ecosystem.ts';
import type { ChangesRequest, FeedChanges, FeedDocument, FeedOrigin } from './feed.ts';
import { WatermarkBuilder, digestOfIds } from './reading/watermark.ts';
import { wholeDocument } from './reading/whole-document.ts';

/** A line has 45 bytes; the largest list (npm) had 220,000 lines in 2026. */
const MAX_LIST_BYTES = 256 * 1024 * 1024;
const MAX_RECORD_BYTES = 32 * 1024 * 1024;
/** So many requests take as long as most archives. */
const MAX_SINGLE_RECORDS = 300;
/** Requests on the way at once. */
const PARALLEL = 6;

interface Line {
  readonly id: string;
  readonly modifiedMs: number;
}

/** Returns `undefined` without a list that can be read, and where too many records changed. */
export async function osvChanges(
  request: ChangesRequest,
  context: Context,
): Promise<FeedChanges | undefined> {
  const folder = osvNameOf(request.need.ecosystem);
  if (folder === undefined) return undefined;
  // Whatever changes until then would count as older than the mark.
  if (Date.parse(request.since.newestAt) > context.now()) return undefined;
  const list = await readList(`${folder}/modified_id.csv`, request.origin, context);
  if (list === undefined) return undefined;
  const { lines, changedAt } = list;
  const marks = new WatermarkBuilder();
  for (const { id, modifiedMs } of lines) marks.add(id, modifiedMs);
  const mark = marks.mark();
  if (mark === undefined) return undefined;
  const changed = changedLines(lines, request);
  if (changed.length > MAX_SINGLE_RECORDS) return undefined;
  const changedIds = new Set(changed.map((line) => line.id));
  const ids = new Set(lines.map((line) => line.id));
  if (hasLateRecords(ids, changedIds, request)) return undefined;
  return {
    ids,
    changedIds,
    mark,
    documents: () => {
      const paths = [...changedIds].sort().map((id) => `${folder}/${encodeURIComponent(id)}.json`);
      return records(paths, { origin: request.origin, context, changedAt });
    },
  };
}

/**
 * Returns the lines later than the mark; and those of its very instant if they differ from the
 * earlier ones.
 */
function changedLines(lines: readonly Line[], request: ChangesRequest): readonly Line[] {
  const { since } = request;
  const sinceMs = Date.parse(since.newestAt);
  const later = lines.filter((line) => line.modifiedMs > sinceMs);
  const level = lines.filter((line) => line.modifiedMs === sinceMs);
  if (digestOfIds(level.map((line) => line.id)) === since.newestIds) return later;
  const isKnown = ({ id }: Line): boolean => Date.parse(request.modifiedAt(id) ?? '') === sinceMs;
  return [...later, ...level.filter((line) => !isKnown(line))];
}

/**
 * Returns whether more records count as unchanged than there were: then some are new, though older
 * than the mark. Records that were taken back at the same time hide as many of them.
 */
function hasLateRecords(
  ids: ReadonlySet<string>,
  changedIds: ReadonlySet<string>,
  request: ChangesRequest,
): boolean {
  const replacedCount = [...changedIds].filter((id) => request.modifiedAt(id) !== undefined).length;
  return ids.size - changedIds.size > request.since.recordCount - replacedCount;
}

const LINE =
  /^(?<modified>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z),(?<id>[^\p{Cc}]{1,200})$/u;

async function readList(
  path: string,
  origin: FeedOrigin,
  context: Context,
): Promise<
  { readonly lines: readonly Line[]; readonly changedAt: string | undefined } | undefined
> {
  const file = await origin.open(path, context);
  if (file === undefined) return undefined;
  try {
    const { bytes, changedAt } = await wholeDocument(file, MAX_LIST_BYTES);
    const lines: Line[] = [];
    for (const text of Buffer.from(bytes).toString().split(/\r?\n/)) {
      if (text === '') continue;
      const { modified = '', id = '' } = LINE.exec(text)?.groups ?? {};
      const modifiedMs = Date.parse(modified);
      // A list of an unexpected form is not used.
      if (Number.isNaN(modifiedMs)) return undefined;
      lines.push({ id, modifiedMs });
    }
    return { lines, changedAt };
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  } finally {
    await file.close();
  }
}

interface Place {
  readonly origin: FeedOrigin;
  readonly context: Context;
  readonly changedAt: string | undefined;
}

/** Yields several records at once, in the order of `paths`. */
async function* records(paths: readonly string[], place: Place): AsyncIterable<FeedDocument> {
  const running: Promise<FeedDocument>[] = [];
  try {
    for (const path of paths) {
      const one = record(path, place);
      // It is looked at when its turn comes; until then a failure must not count as unhandled.
      void one.catch(() => undefined);
      running.push(one);
      if (running.length < PARALLEL) continue;
      const first = running.shift();
      if (first !== undefined) yield await first;
    }
    while (running.length > 0) {
      const first = running.shift();
      if (first !== undefined) yield await first;
    }
  } finally {
    await Promise.allSettled(running);
  }
}

/**
 * @throws ParseError where the list names a record that is not there, or one that cannot be read
 */
async function record(path: string, { origin, context, changedAt }: Place): Promise<FeedDocument> {
  const file = await origin.open(path, context);
  if (file === undefined) throw new ParseError(path, 'it is listed and not there');
  try {
    const document = await wholeDocument(file, MAX_RECORD_BYTES);
    return changedAt === undefined ? document : { ...document, changedAt };
  } finally {
    await file.close();
  }
}
