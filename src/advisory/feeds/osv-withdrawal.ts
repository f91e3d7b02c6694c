/**
 * Whether an OSV record was taken back. Source: OSV schema 1.7.3, section "withdrawn": an instant as RFC 3339 writes it.
 * A withdrawn record matches nothing, so whatever else stands there must not make a finding go away.
 */

import type { RejectedRecord } from '../feed.ts';
import { rfc3339Of } from './dates.ts';
import type { Fields } from './fields.ts';

/** When the record was withdrawn; `undefined` where it was not, or where that cannot be read as an instant. */
export function withdrawnAtOf(record: Fields): string | undefined {
  return rfc3339Of(record['withdrawn']);
}

/** What is to be counted where "withdrawn" says something and no instant; the record is used. */
export function unreadWithdrawals(id: string, record: Fields): readonly RejectedRecord[] {
  const value = record['withdrawn'];
  if (value === undefined || value === null || withdrawnAtOf(record) !== undefined) return [];
  return [{ what: id, reason: '"withdrawn" without a date (the record is used)' }];
}
