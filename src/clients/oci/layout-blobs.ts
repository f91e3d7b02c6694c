/**
 * The blobs of an OCI layout on the disk. A file gets the name of a digest only after its bytes
 * were compared with the digest, so that a run that is killed leaves no blob in part.
 *
 * Source: OCI image specification, "Image Layout", "Blobs".
 */

import { createReadStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';

import { leadsOut, readBoundedFile } from '../../core/base/bounded-file.ts';
import { createTemporary } from '../../core/base/cache-directory.ts';
import { AssayError, errnoOf } from '../../core/base/errors.ts';
import { makeDirectory } from '../../core/base/make-directory.ts';
import {
  contentMismatch,
  createDigestCheck,
  parseDigest,
} from '../../formats/crypto/digest/digest-check.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';
import type { Descriptor } from './manifest.ts';

/** Folders of blobs, by the algorithms of digests. */
const FOLDERS = ['blobs', 'blobs/sha256', 'blobs/sha512'];

/** Blobs of one layout, each found by its digest. */
export class LayoutBlobs {
  readonly #folder: string;

  /** `folder` is that of the layout; absolute. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Checks that the blobs are in the layout. What a symlink brings from another place is not there
   * where the layout is copied to.
   *
   * @throws AssayError `USAGE`
   */
  async checkFolders(): Promise<void> {
    for (const name of FOLDERS) {
      const folder = path.join(this.#folder, name);
      const found = await lstat(folder).catch(() => undefined);
      if (found === undefined || isInside(folder, this.#folder)) continue;
      throw new AssayError('USAGE', `"${folder}" is a symlink that leads out of the layout`, {
        hint: 'Name a layout that contains its blobs, an empty folder, or one that does not exist yet.',
      });
    }
  }

  /**
   * Returns whether the layout has a blob. A file with other bytes than its name says counts as
   * absent, and so does a symlink.
   */
  async has(digest: Digest): Promise<boolean> {
    const file = this.#pathOf(digest);
    const found = await lstat(file).catch(() => undefined);
    if (found?.isFile() !== true) return false;
    const check = createDigestCheck(digest, `blob ${digest}`);
    try {
      for await (const piece of createReadStream(file)) check.update(piece as Buffer);
      check.verify();
      return true;
    } catch {
      return false;
    }
  }

  /**
   * Reads a blob.
   *
   * @throws AssayError `NOT_FOUND`, `CONTENT_MISMATCH`, `ACCESS_DENIED`; `LIMIT_EXCEEDED` above
   * `maxBytes`
   */
  async read(digest: Digest, maxBytes: number): Promise<Buffer> {
    let bytes: Buffer;
    try {
      bytes = await readBoundedFile(this.#pathOf(digest), { maxBytes, within: this.#folder });
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') {
        throw new AssayError('NOT_FOUND', `"${this.#folder}" has no blob ${digest}`);
      }
      if (error instanceof AssayError && error.code === 'LIMIT_EXCEEDED') {
        throw blobTooLarge(digest, maxBytes);
      }
      throw error;
    }
    const check = createDigestCheck(digest, `blob ${digest} of "${this.#folder}"`);
    check.update(bytes);
    check.verify();
    return bytes;
  }

  /**
   * Returns the digests of the blobs of at most `maxBytes`, sorted. Symlinks are left out.
   *
   * @throws AssayError `LIMIT_EXCEEDED` if there are more than `maxCount`
   */
  async small(maxBytes: number, maxCount: number): Promise<readonly Digest[]> {
    const folder = path.join(this.#folder, 'blobs/sha256');
    if (!isInside(folder, this.#folder)) return [];
    const found: Digest[] = [];
    for (const name of (await readdir(folder).catch(() => [])).sort()) {
      const digest = parseDigest(`sha256:${name}`);
      const file = await lstat(path.join(folder, name)).catch(() => undefined);
      if (digest === undefined || file?.isFile() !== true || file.size > maxBytes) continue;
      found.push(digest);
      if (found.length <= maxCount) continue;
      throw new AssayError(
        'LIMIT_EXCEEDED',
        `"${this.#folder}" has more than ${maxCount} blobs that can be manifests`,
      );
    }
    return found;
  }

  /**
   * Stores a blob, in place of what has its name.
   *
   * @throws AssayError `CONTENT_MISMATCH` for other bytes than those of the digest;
   * `ACCESS_DENIED`, `LIMIT_EXCEEDED`; as {@link checkFolders}
   */
  async write(
    { digest, sizeBytes }: Pick<Descriptor, 'digest' | 'sizeBytes'>,
    chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<void> {
    await this.checkFolders();
    const what = `blob ${digest}`;
    const check = createDigestCheck(digest, what);
    // Beside `blobs`, where nothing has to be named by a digest.
    const file = await writing(this.#folder, () => createTemporary(this.#folder));
    try {
      let doneBytes = 0;
      for await (const chunk of chunks) {
        check.update(chunk);
        doneBytes += chunk.length;
        await writing(this.#folder, () => file.write(chunk));
      }
      if (sizeBytes !== undefined && sizeBytes !== doneBytes) {
        throw contentMismatch(what, `${sizeBytes} bytes`, `${doneBytes} bytes`);
      }
      check.verify();
      const target = this.#pathOf(digest);
      await writing(this.#folder, async () => {
        await makeDirectory(path.dirname(target));
        await file.keepAs(target);
      });
    } finally {
      await file.discard();
    }
  }

  #pathOf(digest: Digest): string {
    const [algorithm = '', hex = ''] = digest.split(':');
    return path.join(this.#folder, 'blobs', algorithm, hex);
  }
}

/** A symlink to what is not there leads nowhere, and not into the layout. */
function isInside(folder: string, layout: string): boolean {
  try {
    return !leadsOut(folder, layout);
  } catch {
    return false;
  }
}

/** Returns the error for a blob that is larger than its reader allows. */
export function blobTooLarge(digest: Digest, maxBytes: number): AssayError {
  return new AssayError('LIMIT_EXCEEDED', `blob ${digest} is larger than ${maxBytes} bytes`);
}

/** Changes files of a layout. Errors of the disk get the way out for layouts. @throws AssayError */
export async function writing<T>(folder: string, change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    const isOfDisk = error instanceof AssayError && errnoOf(error.cause) !== undefined;
    if (!isOfDisk) throw error;
    throw new AssayError(error.code, error.message, {
      hint: `Make room in "${folder}" and allow writing there, or choose another folder for the layout.`,
      cause: error,
    });
  }
}
