/** Files of feeds for tests. */

import type { FeedDocument, FeedOrigin, OriginFile } from '../../src/advisories/feeds/feed.ts';

/** A file held in memory. */
export function memoryFile(path: string, bytes: Uint8Array): OriginFile {
  return {
    path,
    sizeBytes: bytes.length,
    readAt: (offset, lengthBytes) => Promise.resolve(bytes.subarray(offset, offset + lengthBytes)),
    close: () => Promise.resolve(),
  };
}

/** An origin that has these files, by path. */
export function memoryOrigin(files: Readonly<Record<string, Uint8Array>>): FeedOrigin {
  return {
    statesDates: false,
    open: (path) => {
      const bytes = files[path];
      return Promise.resolve(bytes === undefined ? undefined : memoryFile(path, bytes));
    },
  };
}

/** All documents in their order. */
export async function allOf(documents: AsyncIterable<FeedDocument>): Promise<FeedDocument[]> {
  const all: FeedDocument[] = [];
  for await (const document of documents) all.push(document);
  return all;
}
