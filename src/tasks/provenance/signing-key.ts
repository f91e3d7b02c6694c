/** The key that made a signature, and who may use it. */

import type { Validity } from '../../trust/trust-file/trust-file.ts';

/** Kinds of signatures on commits. */
export type SignatureKind = 'ssh' | 'ssh-certificate' | 'openpgp' | 'x509' | 'gitsign';

/** An entry of the trust file that a key belongs to. */
export interface KeyHolder extends Validity {
  /** Its name in the trust file. */
  readonly name: string;
  /** Returns whether the holder may commit under an address, which is in lower case. */
  readonly mayUse: (email: string) => boolean;
  /** Set for a forge, with the kinds of merges that it may make; absent for people and machines. */
  readonly merges?: readonly MergeKind[];
}

/** A forge's way of merging a branch. */
export type MergeKind = 'merge' | 'squash' | 'rebase';

/** A key that made a signature over an object. That it may do so is not said. */
export interface SigningKey {
  readonly kind: SignatureKind;
  /** The fingerprint, in the form of its kind's tools. */
  readonly fingerprint: string;
  /** Entries of the trust file; empty for a key that none names. */
  readonly holders: readonly KeyHolder[];
  /** Entries that revoke the key, or one that vouches for it. */
  readonly revokedBy: readonly KeyHolder[];
  /**
   * Returns the reason why the key itself does not count at an instant, as a predicate; `undefined`
   * if it does.
   */
  readonly problemAt: (instant: number) => string | undefined;
  /**
   * When the signature says that it was made; absent: it does not say it. In milliseconds since the
   * Unix epoch.
   */
  readonly signedAt?: number;
}

/** The key of a signature, or why none made it; `problem` is a predicate. */
export type SignatureReading =
  | { readonly key: SigningKey }
  | { readonly kind?: SignatureKind; readonly fingerprint?: string; readonly problem: string };

/**
 * An address is bound only if it is one. U+FFFD stands for bytes that are no UTF-8, and so for many
 * of them.
 */
const EMAIL = /^[^\s@<>\ufffd]+@[^\s@<>\ufffd]+$/u;

/**
 * Returns an address in the form in which it is compared; `undefined` for a text that is not an
 * address. Only letters of ASCII are put in lower case: the sign for Kelvin becomes a "k" in
 * Unicode.
 */
export function comparableEmail(text: string): string | undefined {
  return EMAIL.test(text) ? text.replaceAll(/[A-Z]+/gu, (part) => part.toLowerCase()) : undefined;
}

/** Returns why a period does not contain an instant, as a predicate; `undefined` if it does. */
export function periodProblem(
  { from, until }: { readonly from?: number | undefined; readonly until?: number | undefined },
  instant: number,
): string | undefined {
  if (from !== undefined && instant < from) return `is valid only from ${isoOf(from)} on`;
  if (until !== undefined && instant >= until) return `expired at ${isoOf(until)}`;
  return undefined;
}

/** Returns an instant for people; dates beyond the calendar are possible in keys. */
export function isoOf(millis: number): string {
  const date = new Date(millis);
  return Number.isNaN(date.getTime())
    ? 'a date beyond the calendar'
    : date.toISOString().replace('.000Z', 'Z');
}
