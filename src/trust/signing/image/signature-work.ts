/**
 * Limits the verification of the attestations of one image. An envelope can list any number of
 * signatures, and each is over the whole statement, so a limit on what is read does not limit this
 * work.
 */

const MEBIBYTE = 1024 * 1024;
const MAX_SIGNATURES_OF_ONE = 100;
/** Bytes of statements under all signatures but the first one of each envelope. */
const MAX_FURTHER_BYTES = 512 * MEBIBYTE;

/** The reason for unverified signatures. */
interface WorkProblem {
  /** The problem, as a predicate. */
  readonly problem: string;
  /** Whether the other attestations of the image used the work up, and not this one alone. */
  readonly isOfAll: boolean;
}

/** Remaining work of verification. */
export class SignatureWork {
  #furtherBytes = 0;

  /**
   * Adds the signatures over one statement. Returns why they are not verified; `undefined` if there
   * is room.
   */
  add(count: number, { length }: Uint8Array): WorkProblem | undefined {
    if (count > MAX_SIGNATURES_OF_ONE) {
      return {
        problem: `has ${count} signatures, and at most ${MAX_SIGNATURES_OF_ONE} are verified`,
        isOfAll: false,
      };
    }
    const furtherBytes = this.#furtherBytes + (count - 1) * length;
    if (furtherBytes > MAX_FURTHER_BYTES) {
      return {
        problem: `has ${count} signatures, and they are over more than ${MAX_FURTHER_BYTES / MEBIBYTE} MiB in all`,
        isOfAll: true,
      };
    }
    this.#furtherBytes = furtherBytes;
    return undefined;
  }
}
