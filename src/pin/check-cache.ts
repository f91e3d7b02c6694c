/**
 * Readings of files that `--check` has read before, by the digest of their content. A record belongs to one root and one build;
 * it is written anew if a file has changed. Readings that depend on other files are not cached.
 */

import { hash } from 'node:crypto';

import { buildId } from '../base/build-info.ts';
import type { RecordStore } from '../base/record-store.ts';
import type { FileReadings, FoundReference } from './finder.ts';

/** Readings by path and content. */
export interface CheckCache {
  get(path: string, bytes: Uint8Array): FileReadings | undefined;
  put(path: string, bytes: Uint8Array, readings: FileReadings): void;
  /** Stores what this run has got and put, if that is not what the record has. */
  save(): Promise<void>;
}

/** A reference without the functions that write it. */
type StoredReference = Omit<FoundReference, 'edit' | 'comment'> & {
  readonly start: number;
  readonly end: number;
};

interface StoredReadings {
  readonly references: readonly StoredReference[];
  readonly problems: FileReadings['problems'];
}

/** Opens the record of a root. A record that cannot be read counts as missing. */
export async function openCheckCache(store: RecordStore, root: string): Promise<CheckCache> {
  const recordKey = JSON.stringify(['pin check', buildId(), root]);
  const known = parsed(await store.get(recordKey));
  const used: Record<string, StoredReadings> = {};
  let isChanged = false;
  return {
    get(path, bytes) {
      const key = keyOf(path, bytes);
      const stored = known.get(key);
      if (stored === undefined) return undefined;
      used[key] = stored;
      return { references: stored.references.map(revived), problems: stored.problems };
    },
    put(path, bytes, { references, problems }) {
      isChanged = true;
      used[keyOf(path, bytes)] = { references: references.map(withoutFunctions), problems };
    },
    async save() {
      if (!isChanged && Object.keys(used).length === known.size) return;
      await store.put(recordKey, Buffer.from(JSON.stringify(used)));
    },
  };
}

function keyOf(path: string, bytes: Uint8Array): string {
  return `${hash('sha256', bytes, 'base64')} ${path}`;
}

/** The store compares the content of a record with its checksum, so that its form is that of this build. */
function parsed(content: Uint8Array | undefined): ReadonlyMap<string, StoredReadings> {
  if (content === undefined) return new Map();
  const value = JSON.parse(Buffer.from(content).toString('utf8')) as Record<string, StoredReadings>;
  return new Map(Object.entries(value));
}

function withoutFunctions(found: FoundReference): StoredReference {
  const { kind, value, line, column, where, platform, obstacle, noPin, edit } = found;
  const { start, end } = edit.range;
  return {
    ...{ kind, value, line, column, where, start, end },
    ...(platform !== undefined && { platform }),
    ...(obstacle !== undefined && { obstacle }),
    ...(noPin !== undefined && { noPin }),
  };
}

function revived({ start, end, ...rest }: StoredReference): FoundReference {
  return { ...rest, edit: { range: { start, end }, write: unavailable } };
}

/** A check writes nothing. */
function unavailable(): never {
  throw new Error('a reading from the cache cannot be written');
}
