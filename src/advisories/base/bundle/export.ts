/** `db export`: writes the whole base as one file; see `bundle-format.ts`. */

import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { damagedDataError } from '../../store/damaged-data-error.ts';
import {
  MANIFEST_NAME,
  formatManifest,
  readStoreManifest,
  type StoredSet,
} from '../../store/store-manifest.ts';
import {
  createTemporary,
  removeStrayFiles,
  type TemporaryFile,
} from '../../../core/base/cache-directory.ts';
import { compareText } from '../../../core/base/compare.ts';
import type { Context } from '../../../core/base/context.ts';
import { AssayError, errnoOf } from '../../../core/base/errors.ts';
import { throwIfInterrupted } from '../../../core/base/interrupt.ts';
import { tarFileHeader } from '../../../formats/archive/tar/tar-writer.ts';
import { TAR_BLOCK_BYTES } from '../../../formats/archive/tar/tar-header.ts';
import { readSigningKey, type SigningKey } from '../../../trust/signing/ed25519-key.ts';
import { toSetStatus } from '../set-status.ts';
import {
  BUNDLE_MANIFEST,
  BUNDLE_SIGNATURES,
  MAX_SIGNATURES,
  formatBundleManifest,
  formatSignatures,
  sha256Hex,
  type BundledFile,
  type BundleManifest,
} from './bundle-format.ts';
import { memberBytes } from './bundle-reader.ts';
import type { Expiry, ExportRequest, WrittenBundle } from './bundle-types.ts';
import { compareSets } from '../set-order.ts';

const PORTION_BYTES = 1024 * 1024;

/**
 * Writes the base as it is now. The same base, version, expiry and keys give the same bytes.
 * @throws AssayError `CONFIG_INVALID` (a key), `ADVISORY_DATA_MISSING`, `ADVISORY_DATA_UNVERIFIED`
 * (the base is damaged), `ADVISORY_DATA_STALE` (it would have expired already), `NOT_FOUND`,
 * `ACCESS_DENIED`, `LIMIT_EXCEEDED` (the disk is full), `INTERRUPTED`
 */
export async function exportBase(request: ExportRequest, context: Context): Promise<WrittenBundle> {
  const { folder, file, passphrase } = request;
  const keys = await readSigningKeys(request.signKeys, passphrase);
  const sets = readStoreManifest(folder)?.sets ?? [];
  if (sets.length === 0) throw nothingToExport(folder);

  const baseManifest = Buffer.from(formatManifest(sets));
  const manifest = describe(request, sets, baseManifest, context.now());
  const signed = formatBundleManifest(manifest);
  const signatures = keys.map((key) => ({ keyId: key.id, signature: key.sign(signed) }));

  const output = await createOutput(file);
  try {
    const archive = new ArchiveWriter(output);
    await archive.add(BUNDLE_MANIFEST, signed);
    await archive.add(BUNDLE_SIGNATURES, formatSignatures(signed, signatures));
    await archive.add(MANIFEST_NAME, baseManifest);
    for (const block of manifest.files.slice(1))
      await addBlockFile(archive, folder, block, context);
    const sizeBytes = await archive.finish();
    await output.keepAs(file);
    const { version, createdAt, expiresAt } = manifest;
    return {
      file,
      sizeBytes,
      version,
      createdAt,
      ...(expiresAt === undefined ? {} : { expiresAt }),
      signedBy: keys.map(({ id }) => id),
      isVerified: true,
      sets: sets.map((set) => toSetStatus(set)).sort(compareSets),
    };
  } catch (error) {
    throw withoutCacheHint(error);
  } finally {
    await output.discard();
  }
}

/** Reads the signing keys, sorted by id, each key once. */
async function readSigningKeys(
  paths: readonly string[],
  passphrase: string | undefined,
): Promise<readonly SigningKey[]> {
  const keys = new Map<string, SigningKey>();
  for (const path of paths) {
    const key = await readSigningKey(path, passphrase);
    keys.set(key.id, key);
  }
  if (keys.size > MAX_SIGNATURES) {
    throw new AssayError('USAGE', `a bundle takes at most ${MAX_SIGNATURES} signatures`);
  }
  return [...keys.values()].sort((a, b) => compareText(a.id, b.id));
}

function describe(
  { version, expires }: ExportRequest,
  sets: readonly StoredSet[],
  baseManifest: Buffer,
  now: number,
): BundleManifest {
  const createdAt = new Date(
    Math.max(...sets.map((set) => Date.parse(set.fetchedAt))),
  ).toISOString();
  const expiresAt = expires === undefined ? undefined : expiryOf(createdAt, expires);
  if (expiresAt !== undefined && Date.parse(expiresAt) <= now) {
    throw new AssayError(
      'ADVISORY_DATA_STALE',
      `the bundle would have expired on ${expiresAt}: its newest data was loaded on ${createdAt}`,
      { hint: 'Load newer data with "assay db update", or set another end with --expires.' },
    );
  }
  return {
    version: version ?? versionAt(createdAt),
    createdAt,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    files: [
      { name: MANIFEST_NAME, sha256: sha256Hex(baseManifest), sizeBytes: baseManifest.length },
      ...blockFilesOf(sets),
    ],
  };
}

/** Returns the block files; two releases with equal data share a file. */
function blockFilesOf(sets: readonly StoredSet[]): readonly BundledFile[] {
  const sizes = new Map(sets.map(({ file, sizeBytes }) => [file, sizeBytes]));
  return [...sizes]
    .map(([name, sizeBytes]) => ({ name, sha256: name.slice(0, 64), sizeBytes }))
    .sort((a, b) => compareText(a.name, b.name));
}

function expiryOf(createdAt: string, expires: Expiry): string {
  const at = 'at' in expires ? Date.parse(expires.at) : Date.parse(createdAt) + expires.afterMs;
  return new Date(at).toISOString();
}

/** Returns the second as a number that can be read: 20260131120000. */
function versionAt(createdAt: string): number {
  return Number(createdAt.slice(0, 19).replaceAll(/\D/g, ''));
}

async function addBlockFile(
  archive: ArchiveWriter,
  folder: string,
  { name, sha256, sizeBytes }: BundledFile,
  context: Context,
): Promise<void> {
  const path = join(folder, name);
  const hash = createHash('sha256');
  await archive.begin(name, sizeBytes);
  let doneBytes = 0;
  for await (const piece of streamBlockFile(path)) {
    throwIfInterrupted(context.signal);
    doneBytes += piece.length;
    if (doneBytes > sizeBytes) break;
    hash.update(piece);
    await archive.write(piece);
    context.progress({
      kind: 'bytes',
      what: 'export',
      doneBytes: archive.doneBytes,
      totalBytes: undefined,
    });
  }
  if (doneBytes !== sizeBytes) throw damagedDataError(path, `is not ${sizeBytes} bytes long`);
  if (hash.digest('hex') !== sha256) throw damagedDataError(path, 'does not have its digest');
  await archive.end(sizeBytes);
}

/**
 * Yields the pieces of a block file. @throws AssayError `ADVISORY_DATA_UNVERIFIED`, `ACCESS_DENIED`
 */
export async function* streamBlockFile(path: string): AsyncIterable<Uint8Array> {
  try {
    const handle = await open(path, 'r');
    try {
      for (;;) {
        const buffer = Buffer.allocUnsafe(PORTION_BYTES);
        const { bytesRead } = await handle.read(buffer, 0, buffer.length);
        if (bytesRead === 0) return;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT') throw damagedDataError(path, 'is gone', error);
    if (errno === undefined) throw error;
    throw new AssayError('ACCESS_DENIED', `cannot read "${path}": ${errno}`, { cause: error });
  }
}

class ArchiveWriter {
  readonly #output: TemporaryFile;
  /** Bytes written so far. */
  doneBytes = 0;

  constructor(output: TemporaryFile) {
    this.#output = output;
  }

  async add(name: string, body: Uint8Array): Promise<void> {
    await this.begin(name, body.length);
    await this.write(body);
    await this.end(body.length);
  }

  begin(name: string, sizeBytes: number): Promise<void> {
    return this.write(tarFileHeader(name, sizeBytes));
  }

  async write(piece: Uint8Array): Promise<void> {
    await this.#output.write(piece);
    this.doneBytes += piece.length;
  }

  end(sizeBytes: number): Promise<void> {
    return this.write(Buffer.alloc(memberBytes(sizeBytes) - TAR_BLOCK_BYTES - sizeBytes));
  }

  async finish(): Promise<number> {
    await this.write(Buffer.alloc(2 * TAR_BLOCK_BYTES));
    return this.doneBytes;
  }
}

/** Creates the output; the bundle appears under its name when it is complete. */
async function createOutput(file: string): Promise<TemporaryFile> {
  const folder = dirname(file);
  const [parent, existing] = await Promise.all([kindOf(folder), kindOf(file)]);
  if (parent !== 'folder') throw new AssayError('NOT_FOUND', `there is no folder "${folder}"`);
  if (existing === 'folder') throw new AssayError('ACCESS_DENIED', `"${file}" is a folder`);
  try {
    await removeStrayFiles(folder);
    return await createTemporary(folder);
  } catch (error) {
    throw withoutCacheHint(error);
  }
}

async function kindOf(path: string): Promise<'folder' | 'file' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch {
    return undefined;
  }
}

/**
 * Removes the hint at the cache from an error: writing to the cache directory and writing to a
 * directory of the user fail alike, and have different remedies.
 */
function withoutCacheHint(error: unknown): unknown {
  const isOfOutput =
    error instanceof AssayError &&
    (error.code === 'ACCESS_DENIED' || error.code === 'LIMIT_EXCEEDED') &&
    error.hint !== undefined;
  if (!isOfOutput) return error;
  return new AssayError(error.code, error.message, {
    hint: 'Name a file in a folder that you may write to and that has room.',
    cause: error.cause,
  });
}

function nothingToExport(folder: string): AssayError {
  return new AssayError('ADVISORY_DATA_MISSING', `no advisory data in "${folder}"`, {
    hint: 'Load some: assay db update --mirror URL|DIR',
  });
}
