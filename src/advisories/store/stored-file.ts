/** The file of a set, open for reading: its directory, and pieces of it. See `set-file.ts`. */

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { damagedDataError } from './damaged-data-error.ts';
import { unpack, type Extent } from './section.ts';
import { FORMAT_VERSION, HEAD_BYTES, MAGIC, TAIL_BYTES, type SetDirectory } from './set-file.ts';

/** No file has a larger directory or index; a larger number is damage. */
const MAX_EXTENT_BYTES = 256 * 1024 * 1024;

/** A pipe in the place of the file must not be waited for. */
const READ_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

/** Closes files of readers that were garbage collected. */
const CLOSER = new FinalizationRegistry<number>((descriptor) => closeSync(descriptor));

/** A file of the store, open for reading, with its checked directory. */
export class StoredFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly directory: SetDirectory;
  readonly #descriptor: number;
  #isOpen = true;

  /**
   * Opens the file at `path`, which must be `sizeBytes` long.
   * @throws AssayError `ADVISORY_DATA_UNVERIFIED`; a system error where there is no such file
   */
  constructor(path: string, sizeBytes: number) {
    this.path = path;
    this.sizeBytes = sizeBytes;
    this.#descriptor = openSync(path, READ_FLAGS);
    try {
      this.directory = this.#readDirectory();
    } catch (error) {
      closeSync(this.#descriptor);
      throw error;
    }
    CLOSER.register(this, this.#descriptor, this);
  }

  /** Closes the file; harmless when repeated. Afterwards only {@link directory} can be used. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    CLOSER.unregister(this);
    closeSync(this.#descriptor);
  }

  /** @throws AssayError `ADVISORY_DATA_UNVERIFIED` where they are not what was packed */
  unpackAt(extent: Extent): Buffer {
    const { offset, packedBytes, sizeBytes } = extent;
    const isPossible = isCount(sizeBytes) && sizeBytes <= MAX_EXTENT_BYTES;
    if (!isPossible) throw damagedDataError(this.path, 'has a block outside the file');
    const bytes = unpack(this.readAt(offset, packedBytes), extent);
    if (bytes === undefined) throw damagedDataError(this.path, 'has a block with a wrong checksum');
    return bytes;
  }

  /** @throws AssayError `ADVISORY_DATA_UNVERIFIED` where the file does not have so many bytes */
  readAt(offset: number, lengthBytes: number): Buffer {
    const isInside =
      isCount(offset) && isCount(lengthBytes) && offset + lengthBytes <= this.sizeBytes;
    if (!isInside) throw damagedDataError(this.path, 'has a block outside the file');
    const bytes = Buffer.allocUnsafe(lengthBytes);
    let done = 0;
    while (done < lengthBytes) {
      const count = readSync(this.#descriptor, bytes, done, lengthBytes - done, offset + done);
      if (count === 0) throw damagedDataError(this.path, 'is cut off');
      done += count;
    }
    return bytes;
  }

  parse(json: string): unknown {
    try {
      return JSON.parse(json) as unknown;
    } catch (error) {
      throw damagedDataError(this.path, 'cannot be read', error);
    }
  }

  #readDirectory(): SetDirectory {
    const actual = fstatSync(this.#descriptor).size;
    if (actual !== this.sizeBytes || actual < HEAD_BYTES + TAIL_BYTES) {
      throw damagedDataError(this.path, `is ${actual} bytes long and should be ${this.sizeBytes}`);
    }
    const head = this.readAt(0, HEAD_BYTES);
    const tail = this.readAt(actual - TAIL_BYTES, TAIL_BYTES);
    const isWhole = head.toString('latin1', 0, 8) === MAGIC && tail.toString('latin1', 8) === MAGIC;
    if (!isWhole) throw damagedDataError(this.path, 'is not a block file');
    const version = head.readUInt32LE(MAGIC.length);
    if (version !== FORMAT_VERSION) {
      throw damagedDataError(
        this.path,
        `has the format ${version}; this Assay reads ${FORMAT_VERSION}`,
      );
    }
    const lengthBytes = tail.readUInt32LE(0);
    const offset = actual - TAIL_BYTES - lengthBytes;
    if (offset < HEAD_BYTES) throw damagedDataError(this.path, 'has no directory');
    const json = this.readAt(offset, lengthBytes);
    if (crc32(json) !== tail.readUInt32LE(4))
      throw damagedDataError(this.path, 'has a damaged directory');
    return this.parse(json.toString()) as SetDirectory;
  }
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
