/** Reads `.trivyignore`. */

import type { Diagnostic } from '../model/finding.ts';
import type { IgnoreEntry } from './options.ts';

export interface IgnoreFile {
  readonly entries: readonly IgnoreEntry[];
  /** Notes: unreadable and expired entries. */
  readonly diagnostics: readonly Diagnostic[];
}

/** `now` is in milliseconds since the Unix epoch. */
export function parseIgnoreFile(_path: string, _bytes: Uint8Array, _now: number): IgnoreFile {
  throw new Error('not written yet');
}
