/** Dates of exceptions. */

import { isCalendarDay } from '../../../core/base/calendar-day.ts';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})$/;

/**
 * Returns the milliseconds since the Unix epoch: of a date midnight UTC at its start, of an instant
 * (RFC 3339) itself; `undefined` for what is neither, and for days that no calendar has.
 */
export function parseInstant(text: string): number | undefined {
  if (!DATE.test(text) && !INSTANT.test(text)) return undefined;
  const day = text.slice(0, 10);
  if (!isCalendarDay(day)) return undefined;
  if (text.length === day.length) return Date.parse(`${day}T00:00:00Z`);
  const instant = Date.parse(text.replace(' ', 'T').toUpperCase());
  return Number.isNaN(instant) ? undefined : instant;
}
