/**
 * Walks a layer by its table of contents: every row is an entry, and of the files only those are
 * got that the visitor takes. Bodies come after all entries, in stored order, each one whole before
 * the next.
 */

import type { Context } from '../../../core/base/context.ts';
import { AssayError, ParseError } from '../../../core/base/errors.ts';
import { throwIfInterrupted } from '../../../core/base/interrupt.ts';
import {
  layerEntry,
  type UnpackBudget,
  type LayerTarCounts,
} from '../../../formats/archive/tar/layer-tar.ts';
import type { ChunkedBody, ChunkedEntry } from '../../../formats/archive/zstd/zstd-chunked.ts';
import { unpackChunkedBody } from '../../../formats/archive/zstd/zstd-chunked-body.ts';
import type { BodySink, LayerVisitor } from '../../../core/model/artifact/artifact.ts';
import { fetchInOrder, groupSpans, type Span, type SpanGroup } from './lazy-ranges.ts';

/** A layer whose table of contents has been read. */
export interface LazyLayer {
  /** In errors, as in `layer 2 of 5 of "app:1"`. */
  readonly name: string;
  /** In progress displays, as in `layer 2/5`. */
  readonly shortName: string;
  readonly entries: readonly ChunkedEntry[];
  /** Returns exactly these bytes of the blob. */
  readonly fetch: (span: Span) => Promise<Uint8Array>;
}

/** A requested file. */
interface Wanted extends Span {
  readonly path: string;
  readonly body: ChunkedBody;
  readonly sink: BodySink;
}

/**
 * Gives every entry to `visit`. What files hold is compared with the digests of the table, and the
 * layer with nothing. The sink of a file above `maxFileBytes` of the limits is not ended.
 *
 * @throws AssayError `CONTENT_MISMATCH`; `DAMAGED` for a table or content that cannot be used;
 * those of the registry.
 */
export async function walkLazyLayer(
  layer: LazyLayer,
  visit: LayerVisitor,
  budget: UnpackBudget,
  context: Context,
): Promise<LayerTarCounts> {
  try {
    const { wanted, counts } = takeEntries(layer, visit, budget, context);
    await readBodies(layer, wanted, budget, context);
    return counts;
  } catch (error) {
    throw error instanceof ParseError ? unusableTableError(layer.name, error) : error;
  }
}

/** Returns an inconsistency of the table as an error of the run. */
export function unusableTableError(layerName: string, error: ParseError): AssayError {
  return new AssayError(
    'DAMAGED',
    `the table of contents of ${layerName} cannot be used: ${error.reason}`,
    { hint: 'Scan without --lazy.', cause: error },
  );
}

function takeEntries(
  layer: LazyLayer,
  visit: LayerVisitor,
  budget: UnpackBudget,
  { limits }: Context,
): { readonly wanted: readonly Wanted[]; readonly counts: LayerTarCounts } {
  const wanted: Wanted[] = [];
  let deviceCount = 0;
  for (const member of layer.entries) {
    budget.addEntry();
    if (member.type === 'fifo' || member.type.endsWith('Device')) deviceCount += 1;
    const entry = layerEntry(member, layer.name);
    const sink = entry && visit(entry);
    if (entry === undefined || sink === undefined) continue;
    const { body } = member;
    if (body === undefined) sink.end();
    else if (body.sizeBytes <= limits.maxFileBytes) {
      wanted.push({ start: body.start, end: body.end, path: entry.path, body, sink });
    }
  }
  return { wanted, counts: { entryCount: layer.entries.length, deviceCount } };
}

async function readBodies(
  layer: LazyLayer,
  wanted: readonly Wanted[],
  budget: UnpackBudget,
  context: Context,
): Promise<void> {
  const groups = groupSpans(wanted);
  const totalBytes = groups.reduce((sum, { start, end }) => sum + end - start, 0);
  let doneBytes = 0;
  for await (const [group, bytes] of fetchInOrder(groups, layer.fetch)) {
    throwIfInterrupted(context.signal);
    doneBytes += bytes.length;
    context.progress({ kind: 'bytes', what: layer.shortName, doneBytes, totalBytes });
    await unpackGroup(layer, group, bytes, budget);
  }
}

async function unpackGroup(
  layer: LazyLayer,
  group: SpanGroup<Wanted>,
  bytes: Uint8Array,
  budget: UnpackBudget,
): Promise<void> {
  for (const { start, end, path, body, sink } of group.spans) {
    const stored = bytes.subarray(start - group.start, end - group.start);
    const take = (piece: Uint8Array): void => {
      budget.addBytes(piece.length);
      sink.write(piece);
    };
    await unpackChunkedBody(stored, body, take, `"${path}" in ${layer.name}`);
    sink.end();
  }
}
