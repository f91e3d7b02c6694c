/** The entry point of a scan: opens the advisory data that the request describes, and scans. */

import type { AdvisoryBase } from '../../advisories/store/advisory-base.ts';
import type { UpdatingBaseOptions } from '../../advisories/base/types.ts';
import type { Context } from '../../core/base/context.ts';
import type { Report } from '../../core/model/report/report.ts';
import type { ScanRequest } from './request.ts';
import { scan } from './scan.ts';

/** A scan whose advisory data is named by options, or opened for several scans. */
export interface RunRequest extends Omit<ScanRequest, 'advisories'> {
  /**
   * The place of stored advisory data and whether it may be fetched; absent for an inventory only.
   */
  readonly advisories?: UpdatingBaseOptions | AdvisoryBase | undefined;
}

/**
 * Scans all targets of the request into one report with one verdict.
 *
 * @throws AssayError as {@link scan}, and `CONFIG_INVALID` if the user's own advisories cannot be
 * read
 */
export async function runScan(request: RunRequest, context: Context): Promise<Report> {
  const { advisories, ...rest } = request;
  if (advisories === undefined) return scan(rest, context);
  return scan({ ...rest, advisories: await openBase(advisories, context) }, context);
}

/**
 * Returns the same request with its advisory data open: scans that share it read the user's own
 * advisories once, and warn once.
 *
 * @throws AssayError `CONFIG_INVALID` if the user's own advisories cannot be read
 */
export async function withOpenAdvisories(
  request: RunRequest,
  context: Context,
): Promise<RunRequest> {
  const { advisories } = request;
  if (advisories === undefined) return request;
  return { ...request, advisories: await openBase(advisories, context) };
}

async function openBase(
  advisories: UpdatingBaseOptions | AdvisoryBase,
  context: Context,
): Promise<AdvisoryBase> {
  if ('open' in advisories) return advisories;
  const { createUpdatingBase } = await import('../../advisories/base/updating-base.ts');
  return createUpdatingBase(advisories, context);
}
