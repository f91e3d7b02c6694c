/**
 * Stores bodies that are too large for memory in one temporary file without a name, which
 * disappears with the process even if that is killed.
 */

import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const OWNER_ONLY = 0o600;

/** The temporary file of one layer. It is made when the first body is written. */
export class BodyStore {
  readonly #maxBytes: number;
  #folder: string | undefined;
  #file: number | undefined;
  #end = 0;
  #isUsable = true;

  /** `maxBytes` limits the size of the file. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Returns the offset at which the next body begins. */
  get end(): number {
    return this.#end;
  }

  /**
   * Writes at the end. Returns false, with nothing written, when there is no room or no place for
   * temporary files.
   */
  append(piece: Uint8Array): boolean {
    if (!this.#isUsable || this.#end + piece.length > this.#maxBytes) return false;
    try {
      this.#file ??= this.#open();
      for (let done = 0; done < piece.length;) {
        done += writeSync(this.#file, piece, done, piece.length - done, this.#end + done);
      }
    } catch {
      this.#isUsable = false;
      return false;
    }
    this.#end += piece.length;
    return true;
  }

  /** Releases everything from an offset on. */
  cutBackTo(offset: number): void {
    this.#end = Math.min(this.#end, offset);
  }

  read(offset: number, lengthBytes: number): Uint8Array {
    const bytes = new Uint8Array(lengthBytes);
    if (this.#file === undefined) throw new Error('the store of bodies is closed');
    for (let done = 0; done < lengthBytes;) {
      const count = readSync(this.#file, bytes, done, lengthBytes - done, offset + done);
      if (count === 0) throw new Error('the store of bodies was cut off');
      done += count;
    }
    return bytes;
  }

  /** Releases the file. Bodies in it cannot be read afterwards. */
  close(): void {
    this.#isUsable = false;
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    this.#removeName();
  }

  #open(): number {
    this.#folder = mkdtempSync(join(tmpdir(), 'assay-'));
    const file = openSync(join(this.#folder, 'bodies'), 'wx+', OWNER_ONLY);
    this.#removeName();
    return file;
  }

  /** Removes the name of the file, which Windows allows only after it is closed. */
  #removeName(): void {
    if (this.#folder === undefined) return;
    try {
      rmSync(this.#folder, { recursive: true, force: true });
      this.#folder = undefined;
    } catch {
      // Tried again when the store is closed.
    }
  }
}
