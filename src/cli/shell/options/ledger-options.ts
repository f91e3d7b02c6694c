/** `--ledger`: digests that a run sees are recorded in a file. */

import { resolve } from 'node:path';

import type { Flag } from '../../../config/flag.ts';
import type { Report } from '../../../model/report.ts';
import type { Session } from '../../commands/command.ts';

/** `--ledger`, of commands that see digests. */
export const LEDGER_FLAG: Flag = {
  name: 'ledger',
  value: 'FILE',
  valueIfBare: 'assay.lock',
  group: 'Target',
  help: 'record every digest that is seen in this file (without a value: assay.lock)',
};

/** Records what a scan saw, if it was asked to, and warns of what contradicts the ledger. */
export async function recordScan({ flags, io, context }: Session, report: Report): Promise<void> {
  const path = flags.text('ledger');
  if (path === undefined) return;
  const { recordInLedger, sightingsOf } = await import('../../../pin/scan-sightings.ts');
  const sightings = sightingsOf(report);
  const moved = await recordInLedger(resolve(io.cwd, path), sightings, context);
  const references = new Set(sightings.map(({ kind, ref }) => `${kind} ${ref}`)).size;
  context.log.info(`recorded ${references} references in ${path}`);
  for (const { ref, digest, from } of moved) {
    context.log.warn(
      `${ref} has ${digest} in ${from}, which is not what ${path} saw first: assay ledger verify`,
    );
  }
}
