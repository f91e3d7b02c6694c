/**
 * Edits of one value in a manifest. All places of the old text are tried; the one is taken with
 * which the manifest reads as it was meant to, and in every other value as before.
 */

import { isDeepStrictEqual } from 'node:util';

import { splice } from '../../formats/bytes/byte-range.ts';

/** An edit, and what the manifest must read as with it. */
export interface TextEdit {
  /** The text as it is written, without quotation marks. */
  readonly from: string;
  readonly to: string;
  /** Reads the manifest. @throws an error for text that is no manifest */
  readonly read: (bytes: Uint8Array) => unknown;
  /** The expected value of the edited manifest. */
  readonly expected: unknown;
}

/** Manifests have a version in some ten places. */
const MAX_PLACES = 500;

/** Returns the edited bytes; `undefined` if no place of the text gives the expected manifest. */
export function editText(
  bytes: Uint8Array,
  { from, to, read, expected }: TextEdit,
): Uint8Array | undefined {
  const wanted = Buffer.from(from);
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = wanted.length === 0 ? -1 : whole.indexOf(wanted);
  for (let count = 0; at >= 0 && count < MAX_PLACES; count += 1) {
    const edited = splice(bytes, [{ range: { start: at, end: at + wanted.length }, text: to }]);
    if (readsAs(edited, read, expected)) return edited;
    at = whole.indexOf(wanted, at + 1);
  }
  return undefined;
}

function readsAs(bytes: Uint8Array, read: TextEdit['read'], expected: unknown): boolean {
  try {
    return isDeepStrictEqual(read(bytes), expected);
  } catch {
    return false;
  }
}
