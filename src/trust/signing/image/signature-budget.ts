/**
 * Limits what is read of the signatures of one image. Each document has a bound of its own, but a
 * user with write access to the repository can list one large document many thousand times.
 */

const MEBIBYTE = 1024 * 1024;
/** Bytes of documents that are kept until they are judged. */
const MAX_KEPT_BYTES = 64 * MEBIBYTE;
/** Bytes that are read in all, with those of attestations, which are not kept. */
const MAX_READ_BYTES = 1024 * MEBIBYTE;

/** Remaining bytes to read and to store for the signatures of one image. */
export class SignatureBudget {
  #read = 0;
  #kept = 0;
  #isCut = false;

  /**
   * Returns the reason why no further document is read, as a predicate; `undefined` if there is
   * room.
   */
  get problem(): string | undefined {
    if (this.#kept > MAX_KEPT_BYTES) return problemOf('signatures', MAX_KEPT_BYTES);
    if (this.#read > MAX_READ_BYTES) {
      return problemOf('signatures and attestations', MAX_READ_BYTES);
    }
    return undefined;
  }

  /** Returns whether a limit left something out. */
  get isCut(): boolean {
    return this.#isCut || this.problem !== undefined;
  }

  /** Records that a limit on the number of documents left something out. */
  leaveOut(): void {
    this.#isCut = true;
  }

  /** Counts a document that was read. */
  countRead(lengthBytes: number): void {
    this.#read += lengthBytes;
  }

  /** Counts a document that is a signature. */
  countKept(bytes: Uint8Array): void {
    this.#kept += bytes.length;
  }
}

function problemOf(what: string, maxBytes: number): string {
  return `is not read: the image has more than ${maxBytes / MEBIBYTE} MiB of ${what}`;
}
