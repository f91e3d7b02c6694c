/**
 * Reads a bundle from its beginning to its end, once; see `bundle-format.ts`. Memory does not grow
 * with it.
 */

import { createHash } from 'node:crypto';
import { open, stat, type FileHandle } from 'node:fs/promises';
import type { Context } from '../../../core/base/context.ts';
import { AssayError, ParseError, errnoOf } from '../../../core/base/errors.ts';
import { throwIfInterrupted } from '../../../core/base/interrupt.ts';
import { TAR_BLOCK_BYTES, parseTarHeader } from '../../../formats/archive/tar/tar-header.ts';
import { tarFileHeader } from '../../../formats/archive/tar/tar-writer.ts';
import {
  BUNDLE_MANIFEST,
  BUNDLE_SIGNATURES,
  readSignatures,
  bundleError,
  type BundledFile,
  type BundleSignature,
} from './bundle-format.ts';

/** 500 files take 80 KB. */
const MAX_MANIFEST_BYTES = 1024 * 1024;
/** 64 signatures take 13 KB. */
const MAX_SIGNATURES_BYTES = 64 * 1024;
const PORTION_BYTES = 1024 * 1024;
const END_BYTES = 2 * TAR_BLOCK_BYTES;

/** The part of a bundle that precedes its files. */
export interface BundleHead {
  /** `bundle.json` as it stands, not yet believed. */
  readonly signed: Buffer;
  readonly signatures: readonly BundleSignature[];
}

/** Takes a file piece by piece. */
export type PieceSink = (piece: Uint8Array) => void | Promise<void>;

/**
 * Returns whether it is a file that begins as a bundle does. @throws AssayError `ACCESS_DENIED`,
 * `NOT_FOUND`
 */
export async function isBundle(path: string): Promise<boolean> {
  if (await isOther(path)) return false;
  const handle = await openForReading(path);
  try {
    const name = Buffer.alloc(BUNDLE_MANIFEST.length + 1);
    const { bytesRead } = await handle.read(name, 0, name.length, 0);
    return bytesRead === name.length && name.equals(Buffer.from(`${BUNDLE_MANIFEST}\0`));
  } finally {
    await handle.close();
  }
}

/** Reads a bundle by seeking. Nothing of a file counts before its digest was compared. */
export class BundleReader implements AsyncDisposable {
  readonly #path: string;
  readonly #handle: FileHandle;
  /** Length of the archive. */
  readonly sizeBytes: number;
  readonly #context: Context;
  #offset = 0;

  private constructor(
    path: string,
    { handle, sizeBytes }: { readonly handle: FileHandle; readonly sizeBytes: number },
    context: Context,
  ) {
    this.#path = path;
    this.#handle = handle;
    this.sizeBytes = sizeBytes;
    this.#context = context;
  }

  /** Opens a bundle; the caller disposes it. @throws AssayError `NOT_FOUND`, `ACCESS_DENIED` */
  static async open(path: string, context: Context): Promise<BundleReader> {
    if (await isOther(path)) {
      throw new AssayError('ACCESS_DENIED', `cannot read "${path}": it is not a regular file`);
    }
    const handle = await openForReading(path);
    const { size } = await handle.stat();
    return new BundleReader(path, { handle, sizeBytes: size }, context);
  }

  /** Reads the head; it comes first. @throws AssayError `ADVISORY_DATA_UNVERIFIED` */
  async head(): Promise<BundleHead> {
    const signed = await this.#smallMember(BUNDLE_MANIFEST, MAX_MANIFEST_BYTES);
    const bytes = await this.#smallMember(BUNDLE_SIGNATURES, MAX_SIGNATURES_BYTES);
    return { signed, signatures: readSignatures(this.#path, bytes, signed) };
  }

  /**
   * Checks that the archive is exactly as long as these files make it. It is called after
   * {@link head}, so that a missing, added or oversized file is found before any of them is read.
   * @throws AssayError `ADVISORY_DATA_UNVERIFIED`
   */
  checkSize(files: readonly BundledFile[]): void {
    const expected = files.reduce((sum, file) => sum + memberBytes(file.sizeBytes), this.#offset);
    const sizeBytes = expected + END_BYTES;
    if (sizeBytes > this.#context.limits.maxUnpackedBytes) {
      throw bundleError(this.#path, `says that it has ${sizeBytes} bytes, more than any base has`);
    }
    if (this.sizeBytes === sizeBytes) return;
    const what = this.sizeBytes < sizeBytes ? 'is cut off' : 'holds more than it names';
    throw bundleError(this.#path, `${what}: ${this.sizeBytes} bytes instead of ${sizeBytes}`);
  }

  /**
   * Passes on the next file, which must be the one named. @throws AssayError
   * `ADVISORY_DATA_UNVERIFIED`
   */
  async file(file: BundledFile, sink: PieceSink): Promise<void> {
    await this.#expect(tarFileHeader(file.name, file.sizeBytes), file.name);
    const hash = createHash('sha256');
    for (let left = file.sizeBytes; left > 0;) {
      throwIfInterrupted(this.#context.signal);
      const piece = await this.#take(Math.min(left, PORTION_BYTES));
      hash.update(piece);
      await sink(piece);
      left -= piece.length;
      this.#showProgress();
    }
    if (hash.digest('hex') !== file.sha256) {
      throw bundleError(this.#path, `has a file "${file.name}" that does not have its digest`);
    }
    await this.#expectPadding(file.sizeBytes);
  }

  /** Reads the end; it comes last. @throws AssayError `ADVISORY_DATA_UNVERIFIED` */
  async end(): Promise<void> {
    await this.#expect(Buffer.alloc(END_BYTES), undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }

  /** Returns a member whose size only its header says. */
  async #smallMember(name: string, maxBytes: number): Promise<Buffer> {
    const block = await this.#take(TAR_BLOCK_BYTES);
    const { path, sizeBytes } = headerIn(block);
    if (path !== name) throw this.#misplaced(path, name);
    if (sizeBytes > maxBytes)
      throw bundleError(this.#path, `has a "${name}" of ${sizeBytes} bytes`);
    if (!block.equals(tarFileHeader(name, sizeBytes))) throw this.#otherForm(name);
    const body = await this.#take(sizeBytes);
    await this.#expectPadding(sizeBytes);
    return body;
  }

  /**
   * Reads exactly these bytes. `name` is the member whose header is expected; absent: the end of
   * the archive.
   */
  async #expect(bytes: Buffer, name: string | undefined): Promise<void> {
    const found = await this.#take(bytes.length);
    if (found.equals(bytes)) return;
    if (name === undefined) throw bundleError(this.#path, 'does not end where it should');
    const { path } = headerIn(found);
    throw path === name ? this.#otherForm(name) : this.#misplaced(path, name);
  }

  async #expectPadding(bodyBytes: number): Promise<void> {
    const padding = await this.#take(memberBytes(bodyBytes) - TAR_BLOCK_BYTES - bodyBytes);
    if (padding.some((byte) => byte !== 0))
      throw bundleError(this.#path, 'has bytes between its files');
  }

  async #take(lengthBytes: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(lengthBytes);
    for (let done = 0; done < lengthBytes;) {
      const at = this.#offset + done;
      const { bytesRead } = await this.#handle.read(bytes, done, lengthBytes - done, at);
      if (bytesRead === 0) throw bundleError(this.#path, `is cut off after ${at} bytes`);
      done += bytesRead;
    }
    this.#offset += lengthBytes;
    return bytes;
  }

  #showProgress(): void {
    const [doneBytes, totalBytes] = [this.#offset, this.sizeBytes];
    this.#context.progress({ kind: 'bytes', what: 'bundle', doneBytes, totalBytes });
  }

  #misplaced(found: string, expected: string): AssayError {
    const what = found === '' ? 'something else' : `"${found}"`;
    return bundleError(this.#path, `has ${what} where "${expected}" should be`);
  }

  #otherForm(name: string): AssayError {
    return bundleError(
      this.#path,
      `has a header of "${name}" that "assay db export" does not write`,
    );
  }
}

/** Returns the path and size of a header; the path is empty where the block is none. */
function headerIn(block: Buffer): { readonly path: string; readonly sizeBytes: number } {
  const none = { path: '', sizeBytes: 0 };
  try {
    const header = parseTarHeader(block, '');
    return 'refused' in header ? none : header;
  } catch (error) {
    if (error instanceof ParseError) return none;
    throw error;
  }
}

/** Returns the header, body and padding. */
export function memberBytes(bodyBytes: number): number {
  return TAR_BLOCK_BYTES + Math.ceil(bodyBytes / TAR_BLOCK_BYTES) * TAR_BLOCK_BYTES;
}

/** Returns whether it is there and no regular file: opening a pipe may wait without end. */
async function isOther(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isFile() === false;
}

async function openForReading(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    if (errno === 'ENOENT' || errno === 'ENOTDIR') {
      throw new AssayError('NOT_FOUND', `"${path}" does not exist`, {
        hint: 'Name a bundle, as assay db export writes it, or for an import also files of publishers and folders of them.',
        cause: error,
      });
    }
    throw new AssayError('ACCESS_DENIED', `cannot read "${path}": ${errno}`, { cause: error });
  }
}
