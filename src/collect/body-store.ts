/**
 * Bodies that are too large to be held in memory, in one temporary file that has no name: it is gone when the process
 * ends, however it ends.
 */

import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const OWNER_ONLY = 0o600;

export class BodyStore {
  readonly #maxBytes: number;
  #folder: string | undefined;
  #file: number | undefined;
  #end = 0;
  #isUsable = true;

  /** `maxBytes` bounds what lies in the file at one time. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Where the next body begins. */
  get end(): number {
    return this.#end;
  }

  /** Writes behind what is there; false, and nothing kept, where there is no room or no place for temporary files. */
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

  /** Gives up what was written from there on. */
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

  /** Bodies in the store cannot be read any more. */
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

  /** Windows lets go of the name only once the file is closed. */
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
