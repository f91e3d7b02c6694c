/** Feeds whose members are in one file, or in a few: opening, reading and closing it. */

import type { Context } from '../../../core/base/context.ts';
import type { Ecosystem } from '../../../core/model/package/ecosystem.ts';
import type { Feed, FeedDocument, FeedOrigin, FeedRequest, OriginFile } from '../feed.ts';
import { wholeDocument } from './whole-document.ts';

/**
 * The largest file that `db import` reads as one document. The Debian tracker's had 75 MB in 2026.
 */
export const MAX_IMPORTED_BYTES = 256 * 1024 * 1024;

/** The one file of a feed. */
export interface SingleFile {
  /** Relative to the feed's base. */
  readonly path: string;
  /** The ecosystem of its packages; absent if the feed gives facts by id. */
  readonly ecosystem?: Ecosystem;
  readonly documents: (file: OriginFile) => AsyncIterable<FeedDocument>;
}

/** Returns the {@link Feed.fetch} of a feed that is published as one file. */
export function singleFileFetch({ path, ecosystem, documents }: SingleFile): Feed['fetch'] {
  return async function* ({ origin, need }: FeedRequest, context: Context) {
    if (need !== undefined && need.ecosystem !== ecosystem) return;
    yield* readOriginFile({ origin, path, read: documents }, context);
  };
}

/** A file of an origin, and how it is read. */
interface OriginReading<T> {
  readonly origin: FeedOrigin;
  /** Relative to the feed's base. */
  readonly path: string;
  readonly read: (file: OriginFile) => AsyncIterable<T>;
}

/**
 * Opens a file, yields what is read from it, and closes it. Yields nothing if the origin does not
 * have the file.
 * @throws AssayError as {@link FeedOrigin.open}; ParseError as `read`
 */
export async function* readOriginFile<T>(
  { origin, path, read }: OriginReading<T>,
  context: Context,
): AsyncIterable<T> {
  const file = await origin.open(path, context);
  if (file === undefined) return;
  try {
    yield* read(file);
  } finally {
    await file.close();
  }
}

/**
 * Yields a file as one document. @throws ParseError if the file is larger than `maxBytes`, or
 * truncated
 */
export async function* asOneDocument(
  file: OriginFile,
  maxBytes: number = MAX_IMPORTED_BYTES,
): AsyncIterable<FeedDocument> {
  yield await wholeDocument(file, maxBytes);
}
