/** Opens the stored advisory base for a scan. */

import type { AdvisoryBase } from './base.ts';

/**
 * The base stored in `folder`. Nothing is read until it is opened for needs, and then only the files of those needs.
 * A folder without a base opens as a reader that covers nothing.
 */
export function openAdvisoryBase(_folder: string): AdvisoryBase {
  return { open: () => Promise.reject(new Error('not written yet')) };
}
