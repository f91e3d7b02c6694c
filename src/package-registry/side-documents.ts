/**
 * Documents beside those of packages: keys of signatures and attestations. They are stored as they
 * are received. One that was seen once is served although its uplink no longer has it, so that a
 * registry cannot take evidence back.
 */

import { join } from 'node:path';

import type { Context } from '../core/base/context.ts';
import { AssayError, errorMessage } from '../core/base/errors.ts';
import { coalesced } from './coalesce.ts';
import type { ServiceOptions } from './service-options.ts';
import { openDocumentStore, type DocumentFacts } from './store/document-store.ts';
import { fetchFile } from './uplink.ts';

/** A document that is looked up. */
export interface SideRequest {
  /** Names the document in the store, such as `attestations left@1.0.0`. */
  readonly key: string;
  readonly url: string;
  /** The registry or index that it belongs to. A stored one of another uplink does not count. */
  readonly uplink: string;
  /** A stored document that is younger is not asked for again. In milliseconds; infinite: never. */
  readonly freshMs: number;
  /** Digest of the file that it is about. Absent: it is about more than one, and stays. */
  readonly file?: string | undefined;
}

/** Documents beside those of packages. */
export interface SideDocuments {
  /**
   * Returns a document; `undefined` if neither the uplink nor the store has it.
   *
   * @throws AssayError if the uplink cannot be asked and nothing is stored
   */
  get(request: SideRequest): Promise<Uint8Array | undefined>;
  /** Returns what is stored of a document, without asking its uplink. */
  stored(request: Pick<SideRequest, 'key' | 'uplink'>): Promise<Uint8Array | undefined>;
  /** Marks a stored document as one that must not be removed. */
  keep(request: Pick<SideRequest, 'key' | 'uplink'>): Promise<void>;
  /**
   * Removes the documents about files for which `hasFile` is false, by their digests. Those that
   * were marked stay, and those that were received within the last hour, whose files may be on
   * their way. Returns how many were removed.
   */
  prune(hasFile: (digest: string) => Promise<boolean>): Promise<number>;
  removeStrays(): Promise<void>;
}

/** Ceiling for a document. Bundles have some 20 KB each. */
const MAX_BYTES = 4 * 1024 * 1024;
const ON_ITS_WAY_MS = 3_600_000;

/**
 * Opens the documents of a service. An answer for which `isUsable` is false counts as none: it does
 * not replace what is stored.
 */
export function openSideDocuments(
  options: Pick<ServiceOptions, 'folder' | 'uplinks'>,
  context: Context,
  isUsable: (key: string, bytes: Uint8Array) => boolean = () => true,
): SideDocuments {
  const store = openDocumentStore(join(options.folder, 'side-documents'), MAX_BYTES);
  const get = coalesced(async (text: string): Promise<Uint8Array | undefined> => {
    const { key, url, uplink, freshMs, file } = JSON.parse(text) as SideRequest;
    const found = await store.find(key);
    const known = found?.facts.uplink === uplink ? found : undefined;
    const age = known === undefined ? Number.POSITIVE_INFINITY : context.now() - known.checkedAt;
    // JSON has no infinity.
    const isFresh = age >= 0 && age < ((freshMs as number | null) ?? Number.POSITIVE_INFINITY);
    if (known !== undefined && (isFresh || context.fetch === undefined)) return known.load();
    if (context.fetch === undefined) throw new AssayError('OFFLINE', `${key} is not stored here`);
    try {
      const address = { url: new URL(url), uplink: new URL(uplink), maxBytes: MAX_BYTES };
      // A login belongs to the host of an uplink, also where the document is not below its address.
      const accessTo = (to: URL): ReturnType<typeof options.uplinks.accessTo> =>
        options.uplinks.accessTo(to.origin === address.uplink.origin ? address.uplink : to);
      const uplinks = { ...options.uplinks, accessTo };
      const bytes = await fetchFile(address, uplinks, context, wholeBody);
      if (bytes !== undefined && isUsable(key, bytes)) {
        const storing = store.put(factsOf({ key, uplink, file }), bytes, context.now());
        // What is wrong must be found out on a full disk as well.
        await storing.catch((error: unknown) => {
          context.log.warn(`${key} cannot be stored: ${errorMessage(error)}`);
        });
        return bytes;
      }
    } catch (error) {
      if (known === undefined || !(error instanceof AssayError)) throw error;
      context.log.warn(`${key}: the stored document is used: ${errorMessage(error)}`);
    }
    return known?.load();
  });
  return {
    get: (request) => get(JSON.stringify(request)),
    stored: async ({ key, uplink }) => {
      const found = await store.find(key);
      return found?.facts.uplink === uplink ? found.load() : undefined;
    },
    keep: async ({ key, uplink }) => {
      const found = await store.find(key);
      if (found?.facts.uplink !== uplink || found.facts.isKept === true) return;
      await store.put({ ...found.facts, isKept: true }, await found.load(), found.checkedAt);
    },
    prune: (hasFile) =>
      store.prune(async ({ file, isKept }, checkedAt) => {
        const isYoung = Math.abs(context.now() - checkedAt) < ON_ITS_WAY_MS;
        return file === undefined || isKept === true || isYoung || (await hasFile(file));
      }),
    removeStrays: () => store.removeStrays(),
  };
}

function factsOf({
  key,
  uplink,
  file,
}: Pick<SideRequest, 'key' | 'uplink' | 'file'>): Omit<DocumentFacts, 'sha256'> {
  return { name: key, uplink, ...(file !== undefined && { file }) };
}

async function wholeBody(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
}
