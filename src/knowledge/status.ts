/** `db status`: what is loaded, and how old it is. */

import type { Context } from '../base/context.ts';
import type { BaseStatus } from './types.ts';

/** @throws AssayError `ADVISORY_DATA_UNVERIFIED` where the base's manifest is damaged */
export function baseStatus(_folder: string, _context: Context): Promise<BaseStatus> {
  return Promise.reject(new Error('not written yet'));
}
