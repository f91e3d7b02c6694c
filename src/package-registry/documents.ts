/**
 * Documents of packages: from the store while they are fresh, else from an uplink, compared with
 * what was seen first.
 */

import { join } from 'node:path';

import type { Context } from '../core/base/context.ts';
import { AssayError, errorMessage, ParseError } from '../core/base/errors.ts';
import { coalesced } from './coalesce.ts';
import { LARGE_DOCUMENTS, type LargeDocuments } from './large-documents.ts';
import { createNameList } from './store/document-names.ts';
import { openDocumentStore, type StoredDocument } from './store/document-store.ts';
import { fetchDocument, type UplinkDocument } from './uplink.ts';
import { createWeightedCache, type WeightedCache } from './weighted-cache.ts';
import { openFirstSeen, type FirstSeen, type MovedItem, type SeenItem } from './first-seen.ts';
import type { ServiceOptions } from './service-options.ts';

/** The protocol that documents belong to. `Document` is what is read from one. */
export interface DocumentFormat<Document> {
  /** The header `Accept` of a request. */
  readonly accept: string;
  /** Ceiling for a document. */
  readonly maxBytes: number;
  /** Returns the address of a package at a registry. */
  addressOf(name: string, registry: URL): URL;
  /** Returns the form in which an answer is stored. @throws AssayError `DAMAGED` */
  storedForm(name: string, answer: UplinkDocument): Uint8Array;
  /** Reads the stored form. @throws ParseError if it is damaged, or of another package */
  read(name: string, bytes: Uint8Array): Document;
  /** Returns the files whose digests must not change. */
  itemsOf(document: Document): readonly SeenItem[];
  /**
   * Returns the stored form with what an older document states about files that have moved; without
   * those it does not have.
   */
  withoutMoved(
    document: Document,
    moved: readonly MovedItem[],
    old: Document | undefined,
  ): Uint8Array;
}

/** Documents of packages. */
export interface Documents<Document> {
  /**
   * Returns the document of a package; `undefined` if neither an uplink nor the store has it.
   *
   * @throws AssayError if no uplink can be asked and nothing is stored
   */
  current(name: string): Promise<StoredDocument | undefined>;
  /** Returns what is stored, however old it is. */
  stored(name: string): Promise<StoredDocument | undefined>;
  /**
   * Runs work on a document, which gets its content from `read`; on large documents one after
   * another. The work must not use another one.
   *
   * @throws AssayError `DAMAGED` if it was replaced meanwhile, and what `work` throws
   */
  use<T>(
    document: StoredDocument,
    work: (read: () => Promise<Document>) => T | Promise<T>,
  ): Promise<T>;
  /**
   * Returns the names of what is stored, in no particular order, whether or not it still counts.
   */
  names(): Promise<readonly string[]>;
  removeStrays(): Promise<void>;
}

type Options = Pick<ServiceOptions, 'folder' | 'uplinks' | 'freshMs' | 'onEvent' | 'large'>;

/**
 * Documents that were read last, by their size in bytes. In memory they take some three times as
 * much.
 */
const MAX_READ_BYTES = 24 * 1024 * 1024;

/** Opens the documents of a service. */
export function openDocuments<Document extends object>(
  format: DocumentFormat<Document>,
  options: Options,
  context: Context,
): Documents<Document> {
  const store = openDocumentStore(join(options.folder, 'documents'), format.maxBytes);
  const firstSeen = openFirstSeen(join(options.folder, 'first-seen'));
  const read = createReadDocuments<Document>();
  const { large = LARGE_DOCUMENTS } = options;
  const fetching = { format, options, context, store, firstSeen, read, large };
  // What came from a registry that is not asked for the package any more does not count.
  const find = async (name: string): Promise<StoredDocument | undefined> => {
    const document = await store.find(name);
    const registries = options.uplinks.registriesOf(name);
    return registries.some(({ href }) => href === document?.facts.uplink) ? document : undefined;
  };
  const current = coalesced(async (name) => {
    const known = await find(name);
    const age = known === undefined ? Number.POSITIVE_INFINITY : context.now() - known.checkedAt;
    if (known !== undefined && age >= 0 && age < options.freshMs) return known;
    if (context.fetch === undefined) return known;
    try {
      // A package that its uplink has no longer is gone here as well.
      return await fetchNew(name, known, fetching);
    } catch (error) {
      if (known === undefined || !(error instanceof AssayError)) throw error;
      context.log.warn(`${name}: the stored document is served: ${errorMessage(error)}`);
      return known;
    }
  });
  return {
    current,
    stored: find,
    use: (document, work) =>
      large.work(document.sizeBytes ?? 0, async () =>
        work(async () => {
          const { name, sha256 } = document.facts;
          const known = read.get(sha256);
          if (known !== undefined) return known;
          const bytes = await document.load();
          const content = format.read(name, bytes);
          read.set(sha256, content, bytes.length);
          return content;
        }),
      ),
    names: createNameList(join(options.folder, 'documents')),
    removeStrays: async () => {
      await store.removeStrays();
      await firstSeen.removeStrays();
    },
  };
}

/** Documents that were read last, by their SHA-256. */
type ReadDocuments<Document> = Pick<WeightedCache<Document>, 'get' | 'set'>;

/** A document that is too large to be kept is known for as long as something else uses it. */
function createReadDocuments<Document extends object>(): ReadDocuments<Document> {
  const kept = createWeightedCache<Document>(MAX_READ_BYTES);
  let last: { readonly sha256: string; readonly document: WeakRef<Document> } | undefined;
  return {
    get: (sha256) =>
      kept.get(sha256) ?? (last?.sha256 === sha256 ? last.document.deref() : undefined),
    set: (sha256, document, weight) => {
      if (weight <= MAX_READ_BYTES) kept.set(sha256, document, weight);
      else last = { sha256, document: new WeakRef(document) };
    },
  };
}

interface Fetching<Document> {
  readonly format: DocumentFormat<Document>;
  readonly options: Options;
  readonly context: Context;
  readonly store: ReturnType<typeof openDocumentStore>;
  readonly firstSeen: FirstSeen;
  readonly read: ReadDocuments<Document>;
  readonly large: LargeDocuments;
}

/**
 * Asks the uplinks in order. The first one that has the package counts; one that fails ends the
 * search.
 */
async function fetchNew<Document extends object>(
  name: string,
  known: StoredDocument | undefined,
  fetching: Fetching<Document>,
): Promise<StoredDocument | undefined> {
  const { format, options, context, store, large } = fetching;
  using place = large.place();
  for (const registry of options.uplinks.registriesOf(name)) {
    const isKnown = known?.facts.uplink === registry.href;
    const answer = await fetchDocument(
      format.addressOf(name, registry),
      {
        accept: format.accept,
        maxBytes: format.maxBytes,
        known: isKnown ? known.facts : undefined,
        growTo: (sizeBytes) => place.growTo(sizeBytes),
      },
      options.uplinks,
      context,
    );
    if (answer === undefined) continue;
    if (answer !== 'unchanged') {
      return await large.work(answer.bytes.length, () =>
        storeNew({ name, registry, answer, known }, fetching),
      );
    }
    if (known === undefined) continue;
    await store.confirm(name, context.now());
    return { ...known, checkedAt: context.now() };
  }
  return undefined;
}

interface NewDocument {
  readonly name: string;
  readonly registry: URL;
  readonly answer: UplinkDocument;
  readonly known: StoredDocument | undefined;
}

async function storeNew<Document extends object>(
  { name, registry, answer, known }: NewDocument,
  { format, options, context, store, firstSeen, read }: Fetching<Document>,
): Promise<StoredDocument> {
  const received = format.storedForm(name, answer);
  const document = readAnswer(name, registry, received, format);
  const seen = { name, items: format.itemsOf(document) };
  const moved = await firstSeen.compare(seen, registry.href, context.now());
  const bytes =
    moved.length === 0
      ? received
      : format.withoutMoved(document, moved, await oldDocument(name, known, format));
  for (const { id, was, now } of moved) {
    const message = `its digest was ${was} when it was first seen, and is ${now} now`;
    options.onEvent({ kind: 'moved', package: name, version: id, message });
  }
  const { etag, lastModified } = answer;
  const facts = {
    name,
    uplink: registry.href,
    ...(etag !== undefined && { etag }),
    ...(lastModified !== undefined && { lastModified }),
  };
  const stored = await store.put(facts, bytes, context.now());
  if (moved.length === 0) read.set(stored.facts.sha256, document, bytes.length);
  return stored;
}

/** @throws AssayError `DAMAGED` */
function readAnswer<Document>(
  name: string,
  { host }: URL,
  bytes: Uint8Array,
  format: DocumentFormat<Document>,
): Document {
  try {
    return format.read(name, bytes);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new AssayError(
      'DAMAGED',
      `the answer of "${host}" for "${name}" cannot be used: ${error.reason}`,
      {
        cause: error,
      },
    );
  }
}

async function oldDocument<Document>(
  name: string,
  known: StoredDocument | undefined,
  format: DocumentFormat<Document>,
): Promise<Document | undefined> {
  try {
    return known === undefined ? undefined : format.read(name, await known.load());
  } catch {
    return undefined;
  }
}
