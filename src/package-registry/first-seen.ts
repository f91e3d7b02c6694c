/**
 * The digests under which each file was seen first. A file whose digest has changed keeps its first
 * one: what the registry stated about it before is served if it is still known, and otherwise the
 * file is left out.
 */

import { createHash } from 'node:crypto';
import { join } from 'node:path';

import { readBoundedFile } from '../core/base/bounded-file.ts';
import { createTemporary, removeStrayFiles } from '../core/base/cache-directory.ts';
import { AssayError } from '../core/base/errors.ts';
import { isMissing } from '../core/base/exists.ts';
import { formatLedger, readLedger } from '../trust/ledger/ledger-text.ts';
import {
  compareDigest,
  EMPTY_LEDGER,
  ledgerInstant,
  ledgerKey,
  recordSightings,
  type Ledger,
  type LedgerReference,
  type Sighting,
} from '../trust/ledger/ledger.ts';
import type { Digest } from '../core/model/artifact/artifact.ts';

/**
 * A file whose digests are compared: the file of a version of npm, or one of the files of a Python
 * project.
 */
export interface SeenItem {
  /** Unique among the items of a document. */
  readonly id: string;
  /** A package URL that names the file. */
  readonly purl: string;
  readonly digests: readonly Digest[];
}

/** A file whose digest is not the one that was seen first. */
export interface MovedItem {
  /** As in {@link SeenItem}. */
  readonly id: string;
  readonly was: string;
  readonly now: string;
}

/** 16 MiB hold the lines of 60,000 versions. */
const MAX_LEDGER_BYTES = 16 * 1024 * 1024;

/** Ledgers in a directory, one for each package. */
export interface FirstSeen {
  /** Compares the files of a package with what was seen before, and records those that are new. */
  compare(of: SeenPackage, from: string, now: number): Promise<readonly MovedItem[]>;
  removeStrays(): Promise<void>;
}

/** A package with its files. */
export interface SeenPackage {
  readonly name: string;
  readonly items: readonly SeenItem[];
}

/** Opens the ledgers of a directory. */
export function openFirstSeen(folder: string): FirstSeen {
  return {
    compare: async ({ name, items }, from, now) => {
      const path = join(folder, `${createHash('sha256').update(name).digest('hex')}.lock`);
      const ledger = await load(path);
      const moved: MovedItem[] = [];
      const sightings: Sighting[] = [];
      for (const item of items) {
        const reference: LedgerReference = { kind: 'package', ref: item.purl };
        const change = changeOf(item, reference, ledger);
        if (change === undefined) {
          const known = ledger.entries.get(ledgerKey(reference));
          if (known !== undefined) continue;
          for (const digest of firstOfEach(item.digests)) {
            sightings.push({ ...reference, digest, from });
          }
        } else moved.push(change);
      }
      if (sightings.length > 0) {
        const text = formatLedger(recordSightings(ledger, sightings, ledgerInstant(now)));
        await write(folder, path, text);
      }
      return moved;
    },
    removeStrays: () => removeStrayFiles(folder, true),
  };
}

function changeOf(
  { id, digests }: SeenItem,
  reference: LedgerReference,
  ledger: Ledger,
): MovedItem | undefined {
  const entry = ledger.entries.get(ledgerKey(reference));
  if (entry === undefined) return undefined;
  const results = firstOfEach(digests).map((digest) => compareDigest(digest, entry));
  if (results.includes('same') && !results.includes('moved')) return undefined;
  const was = entry.seen[0]?.digest ?? 'no digest';
  return { id, was, now: digests[0] ?? 'no digest' };
}

async function load(path: string): Promise<Ledger> {
  try {
    const bytes = await readBoundedFile(path, { maxBytes: MAX_LEDGER_BYTES });
    const { ledger, problems } = readLedger(bytes.toString('utf8'));
    const [first] = problems;
    if (first === undefined) return ledger;
    throw new AssayError('DAMAGED', `${path}:${first.line}: ${first.message}`, {
      hint: 'Restore the file from a backup. Without it, versions that were changed meanwhile count as new.',
    });
  } catch (error) {
    if (isMissing(error)) return EMPTY_LEDGER;
    throw error;
  }
}

/** A file of one line for each version, each with a checksum, so that it is not synced. */
async function write(folder: string, path: string, text: string): Promise<void> {
  const file = await createTemporary(folder);
  try {
    await file.write(Buffer.from(text));
    await file.keepAs(path, 'unsynced');
  } finally {
    await file.discard();
  }
}

/** One digest of each algorithm; the others of an `integrity` are alternatives. */
function firstOfEach(digests: readonly Digest[]): readonly Digest[] {
  const algorithms = new Set<string>();
  return digests.filter((digest) => {
    const [algorithm = ''] = digest.split(':', 1);
    const isFirst = !algorithms.has(algorithm);
    algorithms.add(algorithm);
    return isFirst;
  });
}
