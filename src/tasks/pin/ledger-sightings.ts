/** First sights that the ledger file stores between runs. */

import type { Context } from '../../core/base/context.ts';
import { appendTo } from '../../core/base/maps.ts';
import { changeLedger, loadSoundLedger } from '../../trust/ledger/ledger-file.ts';
import {
  LEDGER_KINDS,
  ledgerInstant,
  recordSightings,
  type LedgerReference,
  type Sighting as LedgerSighting,
} from '../../trust/ledger/ledger.ts';
import type { Sighting, Sightings } from './sightings.ts';

export { LEDGER_NAME } from '../../trust/ledger/ledger-file.ts';

/** Sightings of a run, and how they get into the file. */
export interface LedgerSightings extends Sightings {
  /** Adds what was recorded to the file. @throws AssayError `CONFIG_INVALID`, `ACCESS_DENIED` */
  save(): Promise<void>;
}

/**
 * Reads a ledger. A file that does not exist is an empty one.
 *
 * @throws AssayError `CONFIG_INVALID` for a ledger with a bad line; `ACCESS_DENIED`,
 * `LIMIT_EXCEEDED`
 */
export async function openLedgerSightings(
  path: string,
  context: Pick<Context, 'now' | 'signal'>,
): Promise<LedgerSightings> {
  const ledger = await loadSoundLedger(path);
  // The file has seconds.
  const nowMs = Math.floor(context.now() / 1000) * 1000;
  const fresh: LedgerSighting[] = [];
  const known = new Map<string, Sighting[]>();
  for (const [key, { seen }] of ledger.entries) {
    for (const { digest, firstAt } of seen) {
      appendTo(known, key, { digest, firstSeenAt: Date.parse(firstAt) });
    }
  }
  return {
    of: (key) => known.get(key) ?? [],
    record(key, digest, source) {
      const reference = referenceOf(key);
      if (reference === undefined) return;
      const from = source ?? reference.ref;
      fresh.push({ ...reference, digest, from });
      if (known.get(key)?.some((one) => one.digest === digest) === true) return;
      appendTo(known, key, { digest, firstSeenAt: nowMs });
    },
    async save() {
      const seenAt = ledgerInstant(nowMs);
      await changeLedger(path, (before) => recordSightings(before, fresh, seenAt), context);
    },
  };
}

/**
 * Returns the parts of a key, which `ledgerKey` joins by blanks; no reference and no platform
 * contains one.
 */
function referenceOf(key: string): LedgerReference | undefined {
  const [word, ref, platform] = key.split(' ');
  const kind = LEDGER_KINDS.find((one) => one === word);
  if (kind === undefined || ref === undefined) return undefined;
  return { kind, ref, ...(platform !== undefined && { platform }) };
}
