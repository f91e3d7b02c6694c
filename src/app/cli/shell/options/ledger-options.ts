/** `--ledger`: records the digests of a run in a file. */

import { resolve } from 'node:path';

import { pluralize } from '../../../../core/base/pluralize.ts';
import type { Flag } from '../../../config/flag.ts';
import type { Report } from '../../../../core/model/report/report.ts';
import type { Session } from '../../commands/command.ts';

/** `--ledger`, of commands that resolve or read digests. */
export const LEDGER_FLAG: Flag = {
  name: 'ledger',
  value: 'FILE',
  valueIfBare: 'assay.lock',
  group: 'Target',
  help: 'record every resolved digest in this ledger (without a value: assay.lock)',
};

/**
 * Records the digests of a scan if `--ledger` is set, and warns of those that contradict the
 * ledger.
 */
export async function recordScan({ flags, io, context }: Session, report: Report): Promise<void> {
  const path = flags.text('ledger');
  if (path === undefined) return;
  const { recordInLedger, sightingsOf } = await import('../../../../tasks/pin/scan-sightings.ts');
  const sightings = sightingsOf(report);
  const moved = await recordInLedger(resolve(io.cwd, path), sightings, context);
  const references = new Set(sightings.map(({ kind, ref }) => `${kind} ${ref}`)).size;
  context.log.info(`recorded ${pluralize(references, 'reference')} in ${path}`);
  for (const { ref, digest, from } of moved) {
    context.log.warn(
      `${ref} has ${digest} in ${from}, and ${path} recorded another digest first; to compare them: assay ledger verify`,
    );
  }
}
