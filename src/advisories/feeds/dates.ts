/** Instants as publishers write them, in the one form that Assay keeps. */

import { isCalendarDay } from '../../core/base/calendar-day.ts';
import { instantOf } from './fields.ts';

const WITHOUT_ZONE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?$/;
const ZERO_OFFSET = /[+-]00:?00$/;

/**
 * Reads an instant; without a zone it is in UTC: so says the schema of CVE records, and so are
 * NVD's. `undefined` for anything that is not an instant.
 */
export function utcInstantOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return instantOf(WITHOUT_ZONE.test(value) ? `${value}Z` : value.replace(ZERO_OFFSET, 'Z'));
}

const RFC3339 =
  /^(?<day>\d{4}-\d{2}-\d{2})(?:[Tt ](?<time>\d{2}:\d{2}:\d{2}(?:\.\d+)?)(?<offset>[Zz]|[+-]\d{2}:\d{2}))?$/;

/**
 * Returns a date or instant of RFC 3339 (section 5.6) with any offset, as an instant in UTC; one in
 * UTC is kept as it is written. `undefined` for anything else, and for days that no calendar has.
 */
export function rfc3339Of(value: unknown): string | undefined {
  const groups = typeof value === 'string' ? RFC3339.exec(value)?.groups : undefined;
  const { day, time, offset } = groups ?? {};
  if (day === undefined || !isCalendarDay(day)) return undefined;
  if (time === undefined || offset === undefined) return day;
  const instant = Date.parse(`${day}T${time}${offset.toUpperCase()}`);
  if (Number.isNaN(instant)) return undefined;
  return offset.toUpperCase() === 'Z' ? `${day}T${time}Z` : new Date(instant).toISOString();
}
