/**
 * Shared limits of the archives within one archive, so that bombs and archives of themselves end.
 */

import type { Limits } from '../../../core/base/context.ts';

const MIB = 1024 * 1024;
/**
 * Real archives within archives unpack to at most four times their packed size; small files may do
 * more.
 */
const MAX_RATIO = 20;
const ALWAYS_ALLOWED_BYTES = 64 * MIB;
/** The largest distributions known hold some 2,000 archives. */
const MAX_ARCHIVES = 20_000;
/**
 * Entries of all archives together; the largest application servers have some 300,000, and a
 * million take 700 MB.
 */
const MAX_ENTRIES = 700_000;

/**
 * The bounds of reading one archive with all archives in it. Members share the budget, so that
 * nesting does not multiply it.
 */
export class ArchiveBudget {
  readonly maxDepth: number;
  /** Limit for one member that is held in memory. */
  readonly maxMemberBytes: number;
  #bytesLeft: number;
  #entriesLeft: number;
  #archivesLeft = MAX_ARCHIVES;

  constructor(limits: Limits, fileBytes: number) {
    this.maxDepth = limits.maxArchiveDepth;
    this.maxMemberBytes = limits.maxFileBytes;
    const byRatio = Math.max(ALWAYS_ALLOWED_BYTES, fileBytes * MAX_RATIO);
    this.#bytesLeft = Math.min(limits.maxUnpackedBytes, byRatio);
    this.#entriesLeft = Math.min(limits.maxEntries, MAX_ENTRIES);
  }

  get entriesLeft(): number {
    return this.#entriesLeft;
  }

  takeEntries(count: number): void {
    this.#entriesLeft -= count;
  }

  /** Takes an archive of so many bytes; the reason where that is too much. */
  takeArchive(sizeBytes: number, depth: number): string | undefined {
    if (depth > this.maxDepth) return `archives nested more than ${this.maxDepth} deep`;
    if (this.#archivesLeft === 0) return `more than ${MAX_ARCHIVES} archives`;
    this.#archivesLeft -= 1;
    return this.takeMember(sizeBytes);
  }

  /** Takes bytes of one member that is held whole; the reason where that is too much. */
  takeMember(sizeBytes: number): string | undefined {
    if (sizeBytes > this.maxMemberBytes) return `a member of ${sizeBytes} bytes`;
    return this.takeBytes(sizeBytes);
  }

  /** Takes bytes of members one after the other; the reason where that is too much. */
  takeBytes(sizeBytes: number): string | undefined {
    if (sizeBytes > this.#bytesLeft) return 'members that unpack to more than an archive may';
    this.#bytesLeft -= sizeBytes;
    return undefined;
  }
}
