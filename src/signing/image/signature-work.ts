/**
 * Limits the verification of the attestations of one image. An envelope can list any number of signatures, and each is over the
 * whole statement, so a limit on what is read does not limit this work.
 */

const MEBIBYTE = 1024 * 1024;
const MAX_SIGNATURES_OF_ONE = 100;
/** Bytes of statements under all signatures but the first one of each envelope. */
const MAX_FURTHER_BYTES = 512 * MEBIBYTE;

/** What is left to verify. */
export class SignatureWork {
  #furtherBytes = 0;

  /** Adds the signatures over one statement. Returns why they are not verified, as a predicate; `undefined` if there is room. */
  add(count: number, { length }: Uint8Array): string | undefined {
    if (count > MAX_SIGNATURES_OF_ONE) {
      return `has ${count} signatures, and at most ${MAX_SIGNATURES_OF_ONE} are verified`;
    }
    const furtherBytes = this.#furtherBytes + (count - 1) * length;
    if (furtherBytes > MAX_FURTHER_BYTES) {
      return `has ${count} signatures, and they are over more than ${MAX_FURTHER_BYTES / MEBIBYTE} MiB in all`;
    }
    this.#furtherBytes = furtherBytes;
    return undefined;
  }
}
