/** `db verify`: whether a bundle, or the stored base, is just what was written. Changes nothing. */

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { damagedDataError } from '../../store/damaged-data-error.ts';
import { formatManifest, readStoreManifest, type StoredSet } from '../../store/store-manifest.ts';
import { StoredFile } from '../../store/stored-file.ts';
import type { Context } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import { throwIfInterrupted } from '../../../core/base/interrupt.ts';
import { toSetStatus } from '../set-status.ts';
import { bundleError, sha256Hex } from './bundle-format.ts';
import { BundleReader, isBundle } from './bundle-reader.ts';
import { verifyBundleHead, readTrust } from './bundle-trust.ts';
import type { CheckedBase, CheckedBundle, TrustRequest } from './bundle-types.ts';
import { streamBlockFile } from './export.ts';
import { emptyBundleError, readBundledSets } from './import-bundle.ts';
import { readLastVerified } from './last-verified.ts';
import { compareSets } from '../set-order.ts';

/**
 * Reads a bundle to its end: form, signatures where keys are given, expiry, every digest.
 * @throws AssayError `USAGE`, `CONFIG_INVALID`, `NOT_FOUND`, `ACCESS_DENIED`,
 * `ADVISORY_DATA_UNVERIFIED`, `ADVISORY_DATA_STALE`, `ADVISORY_DATA_IMPLAUSIBLE`, `INTERRUPTED`
 */
export async function verifyBundle(
  request: TrustRequest & { readonly path: string },
  context: Context,
): Promise<CheckedBundle> {
  const { path } = request;
  const trust = await readTrust(request);
  if (!(await isBundle(path))) throw bundleError(path, 'is none: "assay db export" writes them');
  await using reader = await BundleReader.open(path, context);
  const { manifest, signedBy } = await verifyBundleHead(path, reader, {
    trust,
    now: context.now(),
  });
  const sets = await readBundledSets(path, reader, manifest);
  for (const file of manifest.files.slice(1)) await reader.file(file, () => undefined);
  await reader.end();
  if (sets.every((set) => set.recordCount === 0)) throw emptyBundleError(path);
  const { version, createdAt, expiresAt } = manifest;
  return {
    kind: 'bundle',
    file: path,
    sizeBytes: reader.sizeBytes,
    version,
    createdAt,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    signedBy,
    isVerified: trust !== undefined,
    sets: sets.map((set) => toSetStatus(set)).sort(compareSets),
  };
}

/**
 * Reads the whole stored base: every file against its digest, and whether it can be opened.
 * @throws AssayError `ADVISORY_DATA_MISSING`, `ADVISORY_DATA_UNVERIFIED`, `ACCESS_DENIED`,
 * `INTERRUPTED`
 */
export async function verifyBase(folder: string, context: Context): Promise<CheckedBase> {
  const stored = readStoreManifest(folder)?.sets ?? [];
  if (stored.length === 0) {
    throw new AssayError('ADVISORY_DATA_MISSING', `no advisory data in "${folder}"`, {
      hint: 'Load some: assay db update --mirror URL|DIR',
    });
  }
  for (const set of stored) await verifyFile(folder, set, context);
  const last = await readLastVerified(folder);
  const content = sha256Hex(Buffer.from(formatManifest(stored)));
  return {
    kind: 'base',
    folder,
    sizeBytes: stored.reduce((sum, set) => sum + set.sizeBytes, 0),
    sets: stored.map((set) => toSetStatus(set)).sort(compareSets),
    ...(last === undefined
      ? {}
      : {
          lastVerified: {
            version: last.version,
            keyIds: last.keyIds,
            isUnchanged: last.content === content,
          },
        }),
  };
}

async function verifyFile(
  folder: string,
  { file, sizeBytes, recordCount }: StoredSet,
  context: Context,
): Promise<void> {
  const path = join(folder, file);
  const hash = createHash('sha256');
  for await (const piece of streamBlockFile(path)) {
    throwIfInterrupted(context.signal);
    hash.update(piece);
  }
  if (`${hash.digest('hex')}.adv` !== file)
    throw damagedDataError(path, 'does not have its digest');
  const content = new StoredFile(path, sizeBytes);
  content.close();
  const found = content.directory.recordCount;
  if (found !== recordCount)
    throw damagedDataError(path, `holds ${found} records, not ${recordCount}`);
}
