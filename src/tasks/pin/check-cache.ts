/**
 * Readings of files that `--check` has read before, by the digest of their content. A record
 * belongs to one root and one build; it is rewritten if a file has changed. Readings that depend on
 * other files hold only while these have the same content.
 */

import { hash } from 'node:crypto';

import { buildId } from '../../core/base/build-info.ts';
import type { RecordStore } from '../../core/base/record-store.ts';
import type { FileReadings, FoundReference, PinFile } from './finder.ts';

/** Readings by path and content. */
export interface CheckCache {
  get(file: CachedFile, readOther: ReadOther): FileReadings | undefined;
  /**
   * Records the readings of a file, and returns them as a later run gets them: without the tree of
   * the file, which the functions that write would keep in memory.
   *
   * @param others The paths of other files that were looked at
   */
  put(file: CachedFile, readings: FileReadings, others: OtherFiles): FileReadings;
  /** Stores what this run has got and put, if that is not what the record has. */
  save(): Promise<void>;
}

/** A file that is read. */
type CachedFile = Pick<PinFile, 'path' | 'bytes'>;
type ReadOther = NonNullable<PinFile['other']>;

/** Other files that a reading depends on. */
interface OtherFiles {
  readonly paths: readonly string[];
  readonly read: ReadOther;
}

/** A reference without the functions that write it. */
type StoredReference = Omit<FoundReference, 'edit' | 'comment'> & {
  readonly start: number;
  readonly end: number;
};

interface StoredReadings {
  readonly references: readonly StoredReference[];
  readonly problems: FileReadings['problems'];
  readonly includes?: FileReadings['includes'];
  /** Digests of other files; an empty text for a file that was not there. */
  readonly others?: Readonly<Record<string, string>>;
}

/** Opens the record of a root. A record that cannot be read counts as missing. */
export async function openCheckCache(store: RecordStore, root: string): Promise<CheckCache> {
  const recordKey = JSON.stringify(['pin check', buildId(), root]);
  const known = parsed(await store.get(recordKey));
  const used: Record<string, StoredReadings> = {};
  let isChanged = false;
  return {
    get(file, readOther) {
      const key = keyOf(file);
      const stored = known.get(key);
      if (stored === undefined || !areSame(stored.others, readOther)) return undefined;
      used[key] = stored;
      return readingsOf(stored);
    },
    put(file, { references, problems, includes }, { paths, read }) {
      isChanged = true;
      const digests = Object.fromEntries(paths.map((path) => [path, digestOf(read(path))]));
      const stored = {
        references: references.map(withoutFunctions),
        problems,
        ...(includes !== undefined && { includes }),
        ...(paths.length > 0 && { others: digests }),
      };
      used[keyOf(file)] = stored;
      return readingsOf(stored);
    },
    async save() {
      if (!isChanged && Object.keys(used).length === known.size) return;
      await store.put(recordKey, Buffer.from(JSON.stringify(used)));
    },
  };
}

function keyOf({ path, bytes }: CachedFile): string {
  return `${digestOf(bytes)} ${path}`;
}

function digestOf(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : hash('sha256', bytes, 'base64');
}

function areSame(others: StoredReadings['others'], read: ReadOther): boolean {
  if (others === undefined) return true;
  return Object.entries(others).every(([path, digest]) => digestOf(read(path)) === digest);
}

/**
 * The store compares the content of a record with its checksum, so that its form is that of this
 * build.
 */
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

function readingsOf({ references, problems, includes }: StoredReadings): FileReadings {
  return {
    references: references.map(revived),
    problems,
    ...(includes !== undefined && { includes }),
  };
}

function revived({ start, end, ...rest }: StoredReference): FoundReference {
  return { ...rest, edit: { range: { start, end }, write: unavailable } };
}

/** A check writes nothing. */
function unavailable(): never {
  throw new Error('a reading from the cache cannot be written');
}
