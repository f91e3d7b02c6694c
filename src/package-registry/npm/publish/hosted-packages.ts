/**
 * Packages that were published to this registry: their documents and their files, apart from what
 * is stored of uplinks. Nothing here is ever removed to make room.
 *
 * A file of a document has one line of JSON with facts, among them the SHA-256 of the document, and
 * then the document. A damaged file is an error and does not count as missing, because a version
 * could be published again then.
 */

import { createHash } from 'node:crypto';
import { join } from 'node:path';

import { readBoundedFile } from '../../../core/base/bounded-file.ts';
import { createTemporary, removeStrayFiles } from '../../../core/base/cache-directory.ts';
import { AssayError } from '../../../core/base/errors.ts';
import { isMissing } from '../../../core/base/exists.ts';
import {
  isJsonObject,
  readJson,
  readStrings,
  type JsonObject,
} from '../../../formats/text/json/json.ts';
import { openFirstSeen, type FirstSeen } from '../../first-seen.ts';
import { openContentStore, type ContentStore } from '../../store/content-store.ts';
import { createNameList } from '../../store/document-names.ts';
import type { StoredDocument } from '../../store/document-store.ts';
import { MAX_PACKUMENT_BYTES } from '../packument.ts';

/** The origin of documents that were published here, in place of the address of an uplink. */
export const PUBLISHED_HERE = 'this registry';

/** Published packages in a directory, which no other process changes meanwhile. */
export interface HostedPackages {
  /** Whether packages of this name are published here, and never asked for at an uplink. */
  readonly isPrivate: (name: string) => boolean;
  readonly files: ContentStore;
  readonly ledger: FirstSeen;
  /**
   * Returns a package that has a version; `undefined` if there is none. @throws AssayError
   * `DAMAGED`
   */
  find(name: string): Promise<StoredDocument | undefined>;
  /**
   * Returns the names of all packages, also of those without a version, in no particular order.
   * Damaged files are left out.
   */
  names(): Promise<readonly string[]>;
  /**
   * Replaces the document of a package by what `change` returns; one change of a package at a time.
   * `change` gets the document even if all its versions were removed.
   *
   * @throws AssayError `DAMAGED`, `ACCESS_DENIED`, `LIMIT_EXCEEDED`, and what `change` throws
   */
  update(
    name: string,
    change: (current: JsonObject | undefined) => Promise<JsonObject> | JsonObject,
  ): Promise<JsonObject>;
  removeStrays(): Promise<void>;
}

const MAX_FACTS_BYTES = 64 * 1024;
const NEW_LINE = 0x0a;
const MAX_KNOWN = 20_000;

interface Facts {
  readonly name: string;
  readonly sha256: string;
  readonly versionCount: number;
}

/** Opens the published packages of a directory. */
export function openHostedPackages(
  folder: string,
  isPrivate: (name: string) => boolean,
): HostedPackages {
  const documents = join(folder, 'documents');
  const files = openContentStore(join(folder, 'files'), { isKept: true });
  const ledger = openFirstSeen(join(folder, 'first-seen'));
  const known = new Map<string, Facts>();
  const inOrder = createQueues();
  const remember = (facts: Facts): void => {
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(facts.name, facts);
  };
  return {
    isPrivate,
    files,
    ledger,
    find: async (name) => {
      const facts = known.get(name) ?? (await readNamed(documents, name));
      if (facts === undefined) return undefined;
      remember(withoutBytes(facts));
      if (facts.versionCount === 0) return undefined;
      const { sha256 } = facts;
      return {
        facts: { name, uplink: PUBLISHED_HERE, sha256 },
        checkedAt: 0,
        load: async () => {
          const found = await readNamed(documents, name);
          if (found?.sha256 === sha256) return found.bytes;
          throw new AssayError('DAMAGED', `the document of "${name}" has changed meanwhile`);
        },
      };
    },
    names: createNameList(documents),
    update: (name, change) =>
      inOrder(name, async () => {
        const found = await readNamed(documents, name);
        const next = await change(
          found === undefined ? undefined : readJson(`document of ${name}`, found.bytes),
        );
        remember(await writeHosted(documents, name, next));
        return next;
      }),
    removeStrays: async () => {
      await removeStrayFiles(documents, true);
      await files.removeStrays();
      await ledger.removeStrays();
    },
  };
}

/**
 * Returns a function that runs the work of one name in order, and that of others at the same time.
 */
function createQueues(): <T>(name: string, work: () => Promise<T>) => Promise<T> {
  const queues = new Map<string, Promise<unknown>>();
  return async (name, work) => {
    const done = (queues.get(name) ?? Promise.resolve()).then(work, work);
    queues.set(name, done);
    try {
      return await done;
    } finally {
      if (queues.get(name) === done) queues.delete(name);
    }
  };
}

type HostedFile = Facts & { readonly bytes: Uint8Array };

function pathOf(folder: string, name: string): string {
  return join(folder, `${hashOf(name)}.json`);
}

/** @throws AssayError `DAMAGED` */
async function readNamed(folder: string, name: string): Promise<HostedFile | undefined> {
  const path = pathOf(folder, name);
  const found = await readHosted(path);
  if (found !== undefined && found.name !== name) throw damaged(path);
  return found;
}

/** @throws AssayError `LIMIT_EXCEEDED`, and as {@link createTemporary} */
async function writeHosted(folder: string, name: string, document: JsonObject): Promise<Facts> {
  const bytes = Buffer.from(JSON.stringify(document));
  if (bytes.length > MAX_PACKUMENT_BYTES) {
    throw new AssayError('LIMIT_EXCEEDED', `the document of "${name}" would exceed 64 MiB`, {
      hint: 'Unpublish versions that are not used, or publish with a shorter package.json.',
    });
  }
  const { versions } = document;
  const versionCount = isJsonObject(versions) ? Object.keys(versions).length : 0;
  const facts: Facts = { name, sha256: hashOf(bytes), versionCount };
  const file = await createTemporary(folder);
  try {
    await file.write(Buffer.from(`${JSON.stringify(facts)}\n`));
    await file.write(bytes);
    await file.keepAs(pathOf(folder, name));
    return facts;
  } finally {
    await file.discard();
  }
}

function withoutBytes({ name, sha256, versionCount }: Facts): Facts {
  return { name, sha256, versionCount };
}

/** @throws AssayError `DAMAGED` */
async function readHosted(path: string): Promise<HostedFile | undefined> {
  let file: Uint8Array;
  try {
    file = await readBoundedFile(path, { maxBytes: MAX_PACKUMENT_BYTES + MAX_FACTS_BYTES });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  const end = file.indexOf(NEW_LINE);
  const facts = readFacts(path, file.subarray(0, Math.max(end, 0)));
  const bytes = file.subarray(end + 1);
  if (facts.sha256 !== hashOf(bytes)) throw damaged(path);
  return { ...facts, bytes };
}

function readFacts(path: string, line: Uint8Array): Facts {
  try {
    const row = readJson(path, line);
    const { name, sha256 } = readStrings(row, ['name', 'sha256']);
    const { versionCount } = row;
    if (name !== undefined && sha256 !== undefined && typeof versionCount === 'number') {
      return { name, sha256, versionCount };
    }
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
  }
  throw damaged(path);
}

function damaged(path: string): AssayError {
  return new AssayError('DAMAGED', `the published package in "${path}" is damaged`, {
    hint: 'Restore the file from a backup.',
  });
}

function hashOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
