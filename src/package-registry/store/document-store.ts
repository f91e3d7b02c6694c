/**
 * Documents of packages as the uplink sent them. A file has one line of JSON with facts about the
 * document, and then the document. The line has the SHA-256 of the document, so that a damaged file
 * counts as missing.
 */

import { createHash } from 'node:crypto';
import { rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

import { readBoundedFile } from '../../core/base/bounded-file.ts';
import { createTemporary, removeStrayFiles } from '../../core/base/cache-directory.ts';
import { AssayError } from '../../core/base/errors.ts';
import { isMissing } from '../../core/base/exists.ts';
import { documentFiles, factsLine } from './document-names.ts';

/** Facts about a stored document. */
export interface DocumentFacts {
  readonly name: string;
  /** The registry that sent it. */
  readonly uplink: string;
  readonly etag?: string;
  readonly lastModified?: string;
  /** SHA-256 of the document, in hexadecimal digits. */
  readonly sha256: string;
  /** Digest of the file that the document is about, if it is about one. */
  readonly file?: string;
  /** The document must not be removed. */
  readonly isKept?: boolean;
}

/** A stored document. */
export interface StoredDocument {
  readonly facts: DocumentFacts;
  /** Size of the document. Absent: it is not large. */
  readonly sizeBytes?: number;
  /** Reads the document. @throws AssayError `DAMAGED` if it is not the one of the facts any more */
  readonly load: () => Promise<Uint8Array>;
  /** When its uplink was asked last, in milliseconds since the Unix epoch. */
  readonly checkedAt: number;
}

/** Documents in a directory, by the name of the package. */
export interface DocumentStore {
  /** Returns a document; `undefined` if there is none, or a damaged one. */
  find(name: string): Promise<StoredDocument | undefined>;
  /** Stores a document, which was received at `now`. @throws AssayError as `createTemporary` */
  put(
    facts: Omit<DocumentFacts, 'sha256'>,
    bytes: Uint8Array,
    now: number,
  ): Promise<StoredDocument>;
  /** Records that the uplink has the same document at `now`. */
  confirm(name: string, now: number): Promise<void>;
  /** Removes the documents for which `isWanted` is false. Returns how many. */
  prune(isWanted: (facts: DocumentFacts, checkedAt: number) => Promise<boolean>): Promise<number>;
  removeStrays(): Promise<void>;
}

const MAX_FACTS_BYTES = 64 * 1024;
const NEW_LINE = 0x0a;
/** Smaller documents are copied, so that they are written in one piece. */
const MAX_JOINED_BYTES = 1024 * 1024;
/** Larger documents are read again, so that those who wait for their turn hold no bytes. */
const MAX_HELD_BYTES = 1024 * 1024;
const SAME_TIME_MS = 1000;

/** Documents whose facts are held in memory. */
const MAX_KNOWN = 50_000;

/**
 * Opens the documents of a directory, which no other process changes meanwhile. Longer documents
 * than `maxBytes` count as missing.
 */
export function openDocumentStore(folder: string, maxBytes: number): DocumentStore {
  const known = new Map<string, StoredDocument>();
  const pathOf = (name: string): string => {
    const key = createHash('sha256').update(name).digest('hex');
    return join(folder, `${key}.json`);
  };
  const loaderOf = (facts: DocumentFacts) => async (): Promise<Uint8Array> => {
    const found = await readDocument(pathOf(facts.name), facts.name, maxBytes);
    if (found?.facts.sha256 === facts.sha256) return found.bytes;
    known.delete(facts.name);
    throw new AssayError('DAMAGED', `the stored document of "${facts.name}" has changed meanwhile`);
  };
  // Bytes are not held in memory.
  const remember = (document: Omit<StoredDocument, 'load'>): StoredDocument => {
    if (known.size >= MAX_KNOWN) known.clear();
    const entry = { ...document, load: loaderOf(document.facts) };
    known.set(document.facts.name, entry);
    return entry;
  };
  const withBytes = (document: StoredDocument, bytes: Uint8Array): StoredDocument =>
    bytes.length > MAX_HELD_BYTES ? document : { ...document, load: () => Promise.resolve(bytes) };
  return {
    find: async (name) => {
      const entry = known.get(name);
      if (entry !== undefined) return entry;
      const found = await readDocument(pathOf(name), name, maxBytes);
      if (found === undefined) return undefined;
      const { facts, bytes, checkedAt } = found;
      return withBytes(remember({ facts, sizeBytes: bytes.length, checkedAt }), bytes);
    },
    put: async (some, bytes, now) => {
      const facts = { ...some, sha256: sha256(bytes) };
      const path = pathOf(facts.name);
      const file = await createTemporary(folder);
      try {
        const line = Buffer.from(`${JSON.stringify(facts)}\n`);
        if (bytes.length > MAX_JOINED_BYTES) {
          await file.write(line);
          await file.write(bytes);
        } else await file.write(Buffer.concat([line, bytes]));
        known.delete(facts.name);
        await file.keepAs(path, 'unsynced');
      } finally {
        await file.discard();
      }
      // The system has written its own time already.
      if (Math.abs(Date.now() - now) > SAME_TIME_MS) await setTime(path, now);
      return withBytes(remember({ facts, sizeBytes: bytes.length, checkedAt: now }), bytes);
    },
    confirm: async (name, now) => {
      const entry = known.get(name);
      if (entry !== undefined) remember({ ...entry, checkedAt: now });
      await setTime(pathOf(name), now);
    },
    prune: async (isWanted) => {
      const removed = await prune(folder, isWanted);
      for (const name of removed) known.delete(name);
      return removed.length;
    },
    removeStrays: () => removeStrayFiles(folder, true),
  };
}

async function readDocument(
  path: string,
  name: string,
  maxBytes: number,
): Promise<
  | { readonly facts: DocumentFacts; readonly bytes: Uint8Array; readonly checkedAt: number }
  | undefined
> {
  try {
    const file = await readBoundedFile(path, { maxBytes: maxBytes + MAX_FACTS_BYTES });
    const end = file.indexOf(NEW_LINE);
    const facts = readFacts(file.subarray(0, Math.max(end, 0)).toString('utf8'));
    const bytes = file.subarray(end + 1);
    if (facts?.name !== name || facts.sha256 !== sha256(bytes)) return undefined;
    const { mtimeMs } = await stat(path);
    return { facts, bytes, checkedAt: mtimeMs };
  } catch (error) {
    const isTooLong = error instanceof AssayError && error.code === 'LIMIT_EXCEEDED';
    if (isMissing(error) || isTooLong) return undefined;
    throw error;
  }
}

/** Returns the names of what was removed. */
async function prune(
  folder: string,
  isWanted: Parameters<DocumentStore['prune']>[0],
): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const file of await documentFiles(folder)) {
    const path = join(folder, file);
    const found = await readHead(path);
    if (found === undefined || (await isWanted(found.facts, found.checkedAt))) continue;
    await rm(path, { force: true });
    removed.push(found.facts.name);
  }
  return removed;
}

/** `undefined`: the document is damaged, or was removed meanwhile. */
async function readHead(path: string): Promise<Omit<StoredDocument, 'load'> | undefined> {
  try {
    const facts = readFacts(await factsLine(path));
    return facts && { facts, checkedAt: (await stat(path)).mtimeMs };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function setTime(path: string, now: number): Promise<void> {
  await utimes(path, now / 1000, now / 1000).catch(() => undefined);
}

function readFacts(line: string): DocumentFacts | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isFacts(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isFacts(value: unknown): value is DocumentFacts {
  if (typeof value !== 'object' || value === null) return false;
  const { name, uplink, sha256: digest, file = '' } = value as Partial<Record<string, unknown>>;
  return [name, uplink, digest, file].every((text) => typeof text === 'string');
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
