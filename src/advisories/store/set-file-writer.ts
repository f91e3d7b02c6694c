/** Writes the file of a set from its head to its tail; see `set-file.ts`. */

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { createTemporary, type TemporaryFile } from '../../core/base/cache-directory.ts';
import { pack, type Extent } from './section.ts';
import { FORMAT_VERSION, HEAD_BYTES, MAGIC, TAIL_BYTES, type SetDirectory } from './set-file.ts';

/** A file that was written to the store. */
export interface WrittenFile {
  /** Name within the folder: the digest of the content. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly recordCount: number;
  /** 0 where the file holds facts by id. */
  readonly packageCount: number;
}

/** Pieces are written in portions of this size. */
const WRITE_BYTES = 1024 * 1024;

/**
 * Writes a file of the store under a temporary name, and renames it to the digest of its content.
 */
export class SetFileWriter {
  readonly #folder: string;
  readonly #file: TemporaryFile;
  readonly #hash = createHash('sha256');
  #pending = Buffer.allocUnsafeSlow(WRITE_BYTES * 2);
  #pendingBytes = 0;
  #writtenBytes = 0;

  private constructor(folder: string, file: TemporaryFile) {
    this.#folder = folder;
    this.#file = file;
    const head = Buffer.alloc(HEAD_BYTES);
    head.write(MAGIC, 'latin1');
    head.writeUInt32LE(FORMAT_VERSION, MAGIC.length);
    this.append(head);
  }

  /** Begins a file in `folder`. The caller ends it with {@link finish} or {@link discard}. */
  static async create(folder: string): Promise<SetFileWriter> {
    return new SetFileWriter(folder, await createTemporary(folder));
  }

  /** Takes a copy. Answers where in the file the bytes will be. */
  append(bytes: Uint8Array): number {
    const end = this.#pendingBytes + bytes.length;
    if (end > this.#pending.length) {
      const larger = Buffer.allocUnsafeSlow(end * 2);
      this.#pending.copy(larger, 0, 0, this.#pendingBytes);
      this.#pending = larger;
    }
    this.#pending.set(bytes, this.#pendingBytes);
    const offset = this.#writtenBytes + this.#pendingBytes;
    this.#pendingBytes = end;
    return offset;
  }

  /** Packs the bytes and appends them. */
  pack(bytes: Uint8Array): Extent {
    const { packed, extent } = pack(bytes, this.#writtenBytes + this.#pendingBytes);
    this.append(packed);
    return extent;
  }

  packJson(value: unknown): Extent {
    return this.pack(Buffer.from(JSON.stringify(value)));
  }

  /**
   * Writes what has gathered; called now and then, so that memory stays bounded. Nothing is
   * appended meanwhile.
   */
  async flush(): Promise<void> {
    if (this.#pendingBytes >= WRITE_BYTES) await this.#write();
  }

  /** Completes the file under its digest. It is complete on disk and not yet referenced. */
  async finish(directory: SetDirectory): Promise<WrittenFile> {
    const json = Buffer.from(JSON.stringify(directory));
    const tail = Buffer.alloc(TAIL_BYTES);
    tail.writeUInt32LE(json.length, 0);
    tail.writeUInt32LE(crc32(json), 4);
    tail.write(MAGIC, 8, 'latin1');
    this.append(json);
    this.append(tail);
    await this.#write();
    const name = `${this.#hash.digest('hex')}.adv`;
    await this.#file.keepAs(join(this.#folder, name));
    const { recordCount, packageCount } = directory;
    return { name, sizeBytes: this.#writtenBytes, recordCount, packageCount };
  }

  /** Leaves nothing behind; harmless after {@link finish}. */
  discard(): Promise<void> {
    return this.#file.discard();
  }

  async #write(): Promise<void> {
    const bytes = this.#pending.subarray(0, this.#pendingBytes);
    this.#hash.update(bytes);
    await this.#file.write(bytes);
    this.#writtenBytes += this.#pendingBytes;
    this.#pendingBytes = 0;
  }
}
