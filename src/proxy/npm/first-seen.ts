/**
 * The digests under which each version was seen first. A version whose digest has changed keeps its first one: its old manifest is
 * served if it is still known, and otherwise the version is left out.
 */

import { createHash } from 'node:crypto';
import { join } from 'node:path';

import { readBoundedFile } from '../../base/bounded-file.ts';
import { createTemporary, removeStrayFiles } from '../../base/cache-directory.ts';
import { AssayError } from '../../base/errors.ts';
import { isMissing } from '../../base/exists.ts';
import { formatLedger, readLedger } from '../../ledger/ledger-text.ts';
import {
  compareDigest,
  EMPTY_LEDGER,
  ledgerInstant,
  ledgerKey,
  recordSightings,
  type Ledger,
  type LedgerReference,
  type Sighting,
} from '../../ledger/ledger.ts';
import { purlOf } from '../../model/purl.ts';
import type { Packument, PackumentVersion } from './packument.ts';

/** A version whose digest is not the one that was seen first. */
export interface MovedVersion {
  readonly version: string;
  readonly was: string;
  readonly now: string;
}

/** 16 MiB hold the lines of 60,000 versions. */
const MAX_LEDGER_BYTES = 16 * 1024 * 1024;

/** Ledgers in a directory, one for each package. */
export interface FirstSeen {
  /** Compares a document with the earlier ones, and records the versions that are new. */
  compare(packument: Packument, from: string, now: number): Promise<readonly MovedVersion[]>;
  removeStrays(): Promise<void>;
}

/** Opens the ledgers of a directory. */
export function openFirstSeen(folder: string): FirstSeen {
  return {
    compare: async (packument, from, now) => {
      const path = join(
        folder,
        `${createHash('sha256').update(packument.name).digest('hex')}.lock`,
      );
      const ledger = await load(path);
      const moved: MovedVersion[] = [];
      const sightings: Sighting[] = [];
      for (const row of packument.versions.values()) {
        const reference = referenceOf(packument.name, row.version);
        const change = changeOf(row, reference, ledger);
        if (change === undefined) {
          const known = ledger.entries.get(ledgerKey(reference));
          if (known !== undefined) continue;
          for (const digest of firstOfEach(row.digests)) {
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
    removeStrays: () => removeStrayFiles(folder),
  };
}

function referenceOf(name: string, version: string): LedgerReference {
  const ref = purlOf({ ecosystem: 'npm', name, version, qualifiers: new Map() });
  return { kind: 'package', ref };
}

function changeOf(
  { version, digests }: PackumentVersion,
  reference: LedgerReference,
  ledger: Ledger,
): MovedVersion | undefined {
  const entry = ledger.entries.get(ledgerKey(reference));
  if (entry === undefined) return undefined;
  const results = firstOfEach(digests).map((digest) => compareDigest(digest, entry));
  if (results.includes('same') && !results.includes('moved')) return undefined;
  const was = entry.seen[0]?.digest ?? 'no digest';
  return { version, was, now: digests[0] ?? 'no digest' };
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

/** Returns one digest of each algorithm; the others of an `integrity` are alternatives. */
function firstOfEach(digests: PackumentVersion['digests']): PackumentVersion['digests'] {
  const algorithms = new Set<string>();
  return digests.filter((digest) => {
    const [algorithm = ''] = digest.split(':', 1);
    const isFirst = !algorithms.has(algorithm);
    algorithms.add(algorithm);
    return isFirst;
  });
}
