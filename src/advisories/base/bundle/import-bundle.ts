/**
 * `db import` of a bundle. Everything is verified before anything counts: the files come in under
 * temporary names, get their own when all of them are as signed, and one exchange of the manifest
 * makes them the base.
 */

import { join } from 'node:path';
import { currentSets, replaceSets } from '../../store/commit.ts';
import { parseManifest, setKey, type StoredSet } from '../../store/store-manifest.ts';
import { StoredFile } from '../../store/stored-file.ts';
import {
  createTemporary,
  removeStrayFiles,
  type TemporaryFile,
} from '../../../core/base/cache-directory.ts';
import type { Context } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import { toSetStatus } from '../set-status.ts';
import { bundleError, type BundledFile, type BundleManifest } from './bundle-format.ts';
import { BundleReader, isBundle } from './bundle-reader.ts';
import {
  verifyBundleHead,
  readTrust,
  type VerifiedBundleHead,
  type BundleTrust,
} from './bundle-trust.ts';
import type { TrustRequest } from './bundle-types.ts';
import { forgetLastVerified, readLastVerified, writeLastVerified } from './last-verified.ts';
import { checkPlausibility } from '../plausibility.ts';
import { refuseForeignOrOlder, refuseUnverified } from './refuse-import.ts';
import { compareSets } from '../set-order.ts';
import type { BaseUpdateOutcome } from '../types.ts';

/** 500 sets take 200 KB. */
const MAX_BASE_MANIFEST_BYTES = 4 * 1024 * 1024;

/** A bundle to be imported, and the keys that are trusted. */
export interface BundleImport extends TrustRequest {
  /** The base's own folder. */
  readonly folder: string;
  readonly path: string;
  /** Take it although the base was loaded with other keys, or is newer. */
  readonly forgetKeys?: boolean;
}

/**
 * Returns the bundle that is to be imported, `undefined` where there is none.
 * @throws AssayError `USAGE` where there are other files too, `NOT_FOUND`, `ACCESS_DENIED`
 */
export async function findBundle(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    if (!(await isBundle(path))) continue;
    if (paths.length === 1) return path;
    throw new AssayError('USAGE', `"${path}" is a bundle, and a bundle is imported alone`, {
      hint: 'It becomes the whole base. Import other files afterwards.',
    });
  }
  return undefined;
}

/**
 * Makes a bundle the base. What it does not hold is no longer there afterwards.
 * @throws AssayError `USAGE`, `CONFIG_INVALID`, `ADVISORY_DATA_UNVERIFIED`, `ADVISORY_DATA_STALE`,
 * `ADVISORY_DATA_IMPLAUSIBLE`, `ACCESS_DENIED`, `LIMIT_EXCEEDED` (the disk is full), `INTERRUPTED`;
 * the old data stays then
 */
export async function importBundle(
  request: BundleImport,
  context: Context,
): Promise<BaseUpdateOutcome> {
  const beganMs = performance.now();
  const { folder, path } = request;
  const trust = await readTrust(request);
  await using reader = await BundleReader.open(path, context);
  const head = await verifyBundleHead(path, reader, { trust, now: context.now() });
  // Checked twice: here, before a gigabyte is copied, and again under the lock of the base.
  await checkAllowed(request, head, trust);
  if (trust === undefined) {
    context.log.warn(`"${path}" is taken as it is, whoever made it: no --verify-key is given`);
  }

  const staged = new Map<string, TemporaryFile>();
  try {
    await removeStrayFiles(folder);
    const sets = await readBundledSets(path, reader, head.manifest);
    for (const file of head.manifest.files.slice(1)) {
      const temporary = await createTemporary(folder);
      staged.set(file.name, temporary);
      await reader.file(file, (piece) => temporary.write(piece));
      checkBlockFile(path, temporary.path, { file, sets });
    }
    await reader.end();
    believeAll(path, sets, currentSets(folder), folder);
    for (const [name, temporary] of staged) await temporary.keepAs(join(folder, name));
    const before = await exchange(request, { head, sets, trust });
    nameLost(before, sets, context);
    return changeOf({ request, head, trust, sets, before }, performance.now() - beganMs);
  } finally {
    for (const temporary of staged.values()) await temporary.discard();
  }
}

/**
 * Returns the sets that the bundle's own manifest of the base names, which are all of its files and
 * no more.
 */
export async function readBundledSets(
  path: string,
  reader: BundleReader,
  { files }: BundleManifest,
): Promise<readonly StoredSet[]> {
  const [first, ...blocks] = files;
  if (first === undefined || first.sizeBytes > MAX_BASE_MANIFEST_BYTES) {
    throw bundleError(path, 'has no manifest of a base that could be read');
  }
  const pieces: Uint8Array[] = [];
  await reader.file(first, (piece) => void pieces.push(piece));
  const { sets } = parseManifest(`${path}/${first.name}`, Buffer.concat(pieces).toString());
  const sizes = new Map(blocks.map(({ name, sizeBytes }) => [name, sizeBytes]));
  for (const { file, sizeBytes } of sets) {
    if (sizes.get(file) !== sizeBytes)
      throw bundleError(path, `lacks the file "${file}" of its base`);
  }
  const named = new Set(sets.map((set) => set.file));
  const extra = blocks.find(({ name }) => !named.has(name));
  if (extra !== undefined)
    throw bundleError(path, `holds "${extra.name}", which its base does not name`);
  if (sets.length === 0) throw emptyBundleError(path);
  return sets;
}

/**
 * Checks that an imported file can be opened and holds the stated content; `stored` is its present
 * path.
 */
function checkBlockFile(
  path: string,
  stored: string,
  { file, sets }: { readonly file: BundledFile; readonly sets: readonly StoredSet[] },
): void {
  const content = new StoredFile(stored, file.sizeBytes);
  try {
    const { recordCount } = content.directory;
    const wrong = sets.find((set) => set.file === file.name && set.recordCount !== recordCount);
    if (wrong === undefined) return;
    throw bundleError(
      path,
      `says that "${file.name}" holds ${wrong.recordCount} records, and it holds ${recordCount}`,
    );
  } finally {
    content.close();
  }
}

/** @throws AssayError `ADVISORY_DATA_IMPLAUSIBLE` */
function believeAll(
  path: string,
  sets: readonly StoredSet[],
  before: readonly StoredSet[],
  folder: string,
): void {
  if (sets.every((set) => set.recordCount === 0)) throw emptyBundleError(path);
  const counts = sets.map((set) => ({ feed: set.feed, need: set, recordCount: set.recordCount }));
  checkPlausibility(counts, before, folder);
}

async function checkAllowed(
  { folder, path, forgetKeys }: BundleImport,
  { manifest, signedBy }: VerifiedBundleHead,
  trust: BundleTrust | undefined,
): Promise<void> {
  if (forgetKeys === true) return;
  const last = await readLastVerified(folder);
  if (trust === undefined) refuseUnverified(last);
  else {
    const { version } = manifest;
    refuseForeignOrOlder(last, { path, version, content: contentOf(manifest), signedBy });
  }
}

/** Answers what the base held before. */
async function exchange(
  request: BundleImport,
  {
    head,
    sets,
    trust,
  }: {
    readonly head: VerifiedBundleHead;
    readonly sets: readonly StoredSet[];
    readonly trust: BundleTrust | undefined;
  },
): Promise<readonly StoredSet[]> {
  const { folder, path } = request;
  let old: readonly StoredSet[] = [];
  await replaceSets(folder, sets, async (before) => {
    old = before;
    believeAll(path, sets, before, folder);
    await checkAllowed(request, head, trust);
    // Remembered first: killed in between, the base is older than what is remembered, and never
    // newer.
    if (trust === undefined) await forgetLastVerified(folder);
    else {
      const { version } = head.manifest;
      const keyIds = [...trust.keys.keys()].sort();
      await writeLastVerified(folder, { version, content: contentOf(head.manifest), keyIds });
    }
  });
  return old;
}

/** Returns the digest of the base's manifest, which has the digests of all else. */
function contentOf({ files }: BundleManifest): string {
  return files[0]?.sha256 ?? '';
}

/**
 * Logs the lost sets: a base that was put together elsewhere replaces all of this one, also what
 * was added here.
 */
function nameLost(
  before: readonly StoredSet[],
  after: readonly StoredSet[],
  context: Context,
): void {
  const kept = new Set(after.map(setKey));
  const lost = before.map(setKey).filter((key) => !kept.has(key));
  if (lost.length > 0)
    context.log.warn(`no longer loaded, the bundle lacks it: ${lost.join(', ')}`);
}

function changeOf(
  {
    request,
    head,
    trust,
    sets,
    before,
  }: {
    readonly request: BundleImport;
    readonly head: VerifiedBundleHead;
    readonly trust: BundleTrust | undefined;
    readonly sets: readonly StoredSet[];
    readonly before: readonly StoredSet[];
  },
  durationMs: number,
): BaseUpdateOutcome {
  const previous = new Map(before.map((set) => [setKey(set), set.recordCount]));
  const { version, createdAt, expiresAt, files } = head.manifest;
  return {
    sets: sets.map((set) => toSetStatus(set, previous.get(setKey(set)))).sort(compareSets),
    feeds: [],
    absent: [],
    unchanged: [],
    transfer: { requestCount: 0, notModifiedCount: 0, bytes: 0 },
    bytesRead: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    durationMs: Math.round(durationMs),
    bundle: {
      file: request.path,
      version,
      createdAt,
      ...(expiresAt === undefined ? {} : { expiresAt }),
      signedBy: head.signedBy,
      isVerified: trust !== undefined,
    },
  };
}

/** Returns the error for a bundle without records. */
export function emptyBundleError(path: string): AssayError {
  return new AssayError(
    'ADVISORY_DATA_IMPLAUSIBLE',
    `the bundle "${path}" holds no advisory; the old data stays`,
    { hint: 'Export it again from a base that is loaded: assay db status' },
  );
}
