/** Hashes of texts that stand for what an answer was made of. */

import { createHash } from 'node:crypto';

/** Returns the SHA-256 of a text, in hexadecimal digits. */
export function textHash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Returns a function that is {@link textHash}, and knows the hash of the last text. */
export function lastTextHash(): (text: string) => string {
  let last: { readonly text: string; readonly hash: string } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, hash: textHash(text) };
    return last.hash;
  };
}
