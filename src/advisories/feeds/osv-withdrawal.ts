/**
 * Detection of withdrawn OSV records. Source: OSV schema 1.7.3, section "withdrawn": an instant in
 * the form of RFC 3339. A withdrawn record matches nothing, so any other value there must not make
 * a finding disappear.
 */

import type { RejectedRecord } from './feed.ts';
import { rfc3339Of } from './dates.ts';
import type { Fields } from './fields.ts';

/**
 * Returns the time of withdrawal; `undefined` if the record was not withdrawn, or if the time
 * cannot be read as an instant.
 */
export function withdrawnAtOf(record: Fields): string | undefined {
  return rfc3339Of(record['withdrawn']);
}

/**
 * Returns the rejections to count where "withdrawn" has a value that is no instant; the record is
 * used.
 */
export function unreadWithdrawals(id: string, record: Fields): readonly RejectedRecord[] {
  const value = record['withdrawn'];
  if (value === undefined || value === null || withdrawnAtOf(record) !== undefined) return [];
  return [{ what: id, reason: '"withdrawn" without a date (the record is used)' }];
}
