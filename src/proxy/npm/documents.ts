/** Documents of packages: from the store while they are fresh, else from an uplink, compared with what was seen first. */

import { join } from 'node:path';

import type { Context } from '../../base/context.ts';
import { AssayError, errorMessage, ParseError } from '../../base/errors.ts';
import { isJsonObject } from '../../format/json.ts';
import { encodedNpmName } from '../../package-index/npm-registry.ts';
import { coalesced } from '../coalesce.ts';
import { openDocumentStore, type StoredDocument } from '../store/document-store.ts';
import { fetchDocument, type UplinkDocument } from '../uplink.ts';
import { createWeightedCache, type WeightedCache } from '../weighted-cache.ts';
import { openFirstSeen, type FirstSeen, type MovedVersion } from './first-seen.ts';
import { MAX_PACKUMENT_BYTES, readPackument, type Packument } from './packument.ts';
import type { NpmServiceOptions } from './service-options.ts';

/** Documents of packages. */
export interface NpmDocuments {
  /**
   * Returns the document of a package; `undefined` if neither an uplink nor the store has it.
   *
   * @throws AssayError if no uplink can be asked and nothing is stored
   */
  current(name: string): Promise<StoredDocument | undefined>;
  /** Returns what is stored, however old it is. */
  stored(name: string): Promise<StoredDocument | undefined>;
  /** Returns the content of a document. @throws AssayError `DAMAGED` if it was replaced meanwhile */
  read(document: StoredDocument): Promise<Packument>;
  removeStrays(): Promise<void>;
}

type Options = Pick<NpmServiceOptions, 'folder' | 'uplinks' | 'freshMs' | 'onEvent'>;

/** Documents that were read last, by their size in bytes. In memory they take some three times as much. */
const MAX_READ_BYTES = 24 * 1024 * 1024;

/** Opens the documents of a service. */
export function openNpmDocuments(options: Options, context: Context): NpmDocuments {
  const store = openDocumentStore(join(options.folder, 'documents'), MAX_PACKUMENT_BYTES);
  const firstSeen = openFirstSeen(join(options.folder, 'first-seen'));
  const read = createWeightedCache<Packument>(MAX_READ_BYTES);
  const fetching = { options, context, store, firstSeen, read };
  const current = coalesced(async (name) => {
    const known = await store.find(name);
    const age = known === undefined ? Number.POSITIVE_INFINITY : context.now() - known.checkedAt;
    if (known !== undefined && age >= 0 && age < options.freshMs) return known;
    if (context.fetch === undefined) return known;
    try {
      // A package that its uplink has no longer is gone here as well.
      return await fetchPackument(name, known, fetching);
    } catch (error) {
      if (known === undefined || !(error instanceof AssayError)) throw error;
      context.log.warn(`${name}: the stored document is served: ${errorMessage(error)}`);
      return known;
    }
  });
  return {
    current,
    stored: (name) => store.find(name),
    read: async (document) => {
      const { name, sha256 } = document.facts;
      const known = read.get(sha256);
      if (known !== undefined) return known;
      const bytes = await document.load();
      const packument = readPackument(name, bytes);
      read.set(sha256, packument, bytes.length);
      return packument;
    },
    removeStrays: async () => {
      await store.removeStrays();
      await firstSeen.removeStrays();
    },
  };
}

interface Fetching {
  readonly options: Options;
  readonly context: Context;
  readonly store: ReturnType<typeof openDocumentStore>;
  readonly firstSeen: FirstSeen;
  readonly read: WeightedCache<Packument>;
}

/** Asks the uplinks in order. The first one that has the package counts; one that fails ends the search. */
async function fetchPackument(
  name: string,
  known: StoredDocument | undefined,
  fetching: Fetching,
): Promise<StoredDocument | undefined> {
  const { options, context, store } = fetching;
  for (const registry of options.uplinks.registriesOf(name)) {
    const isKnown = known?.facts.uplink === registry.href;
    const answer = await fetchDocument(
      new URL(encodedNpmName(name), registry),
      {
        accept: 'application/json',
        maxBytes: MAX_PACKUMENT_BYTES,
        known: isKnown ? known.facts : undefined,
      },
      options.uplinks,
      context,
    );
    if (answer === undefined) continue;
    if (answer !== 'unchanged') return storePackument({ name, registry, answer, known }, fetching);
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

async function storePackument(
  { name, registry, answer, known }: NewDocument,
  { options, context, store, firstSeen, read }: Fetching,
): Promise<StoredDocument> {
  const packument = readAnswer(name, registry, answer.bytes);
  const moved = await firstSeen.compare(packument, registry.href, context.now());
  const bytes =
    moved.length === 0
      ? answer.bytes
      : withoutMoved(packument, moved, await oldPackument(name, known));
  for (const { version, was, now } of moved) {
    const message = `its digest was ${was} when it was first seen, and is ${now} now`;
    options.onEvent({ kind: 'moved', package: name, version, message });
  }
  const { etag, lastModified } = answer;
  const facts = {
    name,
    uplink: registry.href,
    ...(etag !== undefined && { etag }),
    ...(lastModified !== undefined && { lastModified }),
  };
  const stored = await store.put(facts, bytes, context.now());
  if (moved.length === 0) read.set(stored.facts.sha256, packument, bytes.length);
  return stored;
}

/** @throws AssayError `DAMAGED` */
function readAnswer(name: string, { host }: URL, bytes: Uint8Array): Packument {
  try {
    return readPackument(name, bytes);
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

async function oldPackument(
  name: string,
  known: StoredDocument | undefined,
): Promise<Packument | undefined> {
  try {
    return known === undefined ? undefined : readPackument(name, await known.load());
  } catch {
    return undefined;
  }
}

/** The document with the old manifests of versions that have moved; without those whose old manifest is not known. */
function withoutMoved(
  { document, versions }: Packument,
  moved: readonly MovedVersion[],
  old: Packument | undefined,
): Uint8Array {
  const rows = new Map([...versions].map(([version, { manifest }]) => [version, manifest]));
  for (const { version } of moved) {
    const before = old?.versions.get(version);
    if (before === undefined) rows.delete(version);
    else rows.set(version, before.manifest);
  }
  const { time } = document;
  const oldTime = old?.document['time'];
  const dates = isJsonObject(time) ? { ...time } : {};
  for (const { version } of moved) {
    const before = isJsonObject(oldTime) ? oldTime[version] : undefined;
    if (before !== undefined) dates[version] = before;
  }
  const merged = { ...document, versions: Object.fromEntries(rows), time: dates };
  return Buffer.from(JSON.stringify(merged));
}
