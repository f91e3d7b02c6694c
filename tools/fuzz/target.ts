/**
 * What a fuzzer runs: one reader of bytes that anybody may have written, and what it may answer
 * with.
 */

import { quietContext, type Context } from '../../src/core/base/context.ts';
import { AssayError } from '../../src/core/base/errors.ts';
import type { Cataloger } from '../../src/scan/catalog/cataloger.ts';
import type { ByteSource } from '../../src/formats/bytes/byte-source.ts';
import type { CatalogFile } from '../../src/core/model/catalog/catalog.ts';

export interface FuzzTarget {
  /** `format/reader`, unique; the folder of its corpus. */
  readonly id: string;
  /** Well-formed inputs to begin with. */
  seeds(): readonly Uint8Array[] | Promise<readonly Uint8Array[]>;
  /** Reads the input to its end. Whatever it throws besides the errors of Assay is a crash. */
  run(bytes: Uint8Array): Promise<void> | void;
}

const KIB = 1024;
const MIB = KIB * KIB;

/** Small bounds, so that an input of some kilobytes reaches them. */
const CONTEXT: Context = quietContext({
  limits: {
    maxFileBytes: 4 * MIB,
    maxMemoryBytes: MIB,
    maxUnpackedBytes: 16 * MIB,
    maxArchiveDepth: 3,
    maxReadFiles: 100_000,
    maxPackages: 60_000,
    maxFindings: 100_000,
    maxEntries: 5000,
  },
});

/** Runs a target once. Refusals are what readers are for; anything else goes through. */
export async function runOnce(target: FuzzTarget, bytes: Uint8Array): Promise<void> {
  try {
    await target.run(bytes);
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
  }
}

/** A file held in memory, which also serves as the file of a cataloger. */
export function fileOf(bytes: Uint8Array, path = '/fuzzed'): ByteSource & CatalogFile {
  return {
    path,
    sizeBytes: bytes.length,
    bytes: () => Promise.resolve(bytes),
    readAt: (offset, lengthBytes) => Promise.resolve(bytes.subarray(offset, offset + lengthBytes)),
  };
}

/**
 * Lets a cataloger read the input as the file at `path`; every package that it finds must have a
 * name.
 */
export async function catalogs(
  cataloger: Cataloger,
  path: string,
  bytes: Uint8Array,
): Promise<void> {
  const siblings = { get: () => undefined };
  const { packages } = await cataloger.read(fileOf(bytes, path), siblings, CONTEXT);
  for (const { name } of packages) expect(name !== '', 'a package without a name');
}

/** The input in pieces, whose lengths depend on it alone. */
export async function* piecesOf(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  let at = 0;
  let seed = bytes.length;
  while (at < bytes.length) {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    const end = Math.min(bytes.length, at + 1 + (seed % 1500));
    yield await Promise.resolve(bytes.subarray(at, end));
    at = end;
  }
}

/** Reads all of it and keeps nothing. */
export async function drain(items: AsyncIterable<unknown>): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  while ((await iterator.next()).done !== true);
}

/** Ends the run with a crash where a promise of the reader is broken. */
export function expect(isTrue: boolean, what: string): void {
  if (!isTrue) throw new TypeError(what);
}
