/** The entry point of a scan: opens the advisory data that the request describes, and scans. */

import type { UpdatingBaseOptions } from '../advisory-db/types.ts';
import type { Context } from '../base/context.ts';
import type { Report } from '../model/report.ts';
import type { ScanRequest } from './request.ts';
import { scan } from './scan.ts';

/** A scan whose advisory data is named by options, and not yet open. */
export interface RunRequest extends Omit<ScanRequest, 'advisories'> {
  /** Where advisory data is stored and whether it may be fetched; absent for an inventory only. */
  readonly advisories?: UpdatingBaseOptions;
}

/**
 * Scans all targets of the request into one report with one verdict.
 *
 * @throws AssayError as {@link scan}, and `CONFIG_INVALID` if the user's own advisories cannot be read
 */
export async function runScan(request: RunRequest, context: Context): Promise<Report> {
  const { advisories, ...rest } = request;
  if (advisories === undefined) return scan(rest, context);
  const { createUpdatingBase } = await import('../advisory-db/updating-base.ts');
  return scan({ ...rest, advisories: await createUpdatingBase(advisories, context) }, context);
}
