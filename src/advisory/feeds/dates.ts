/** Instants as publishers write them, in the one form that Assay keeps. */

import { instantOf } from './fields.ts';

const WITHOUT_ZONE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?$/;
const ZERO_OFFSET = /[+-]00:?00$/;

/**
 * An instant without a zone is in UTC: so says the schema of CVE records, and so are NVD's. `undefined` for anything
 * that is no instant.
 */
export function utcInstantOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return instantOf(WITHOUT_ZONE.test(value) ? `${value}Z` : value.replace(ZERO_OFFSET, 'Z'));
}
