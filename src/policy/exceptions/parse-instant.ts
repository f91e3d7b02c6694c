/** Dates of exceptions. */

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})$/;

/**
 * Milliseconds since the Unix epoch: of a date midnight UTC at its start, of an instant (RFC 3339) itself; `undefined`
 * for what is neither, and for days that no calendar has.
 */
export function parseInstant(text: string): number | undefined {
  if (!DATE.test(text) && !INSTANT.test(text)) return undefined;
  const day = text.slice(0, 10);
  const start = Date.parse(`${day}T00:00:00Z`);
  // 30 February is read as 2 March, so the date must come back as it was.
  if (Number.isNaN(start) || !new Date(start).toISOString().startsWith(day)) return undefined;
  if (text.length === day.length) return start;
  const instant = Date.parse(text.replace(' ', 'T').toUpperCase());
  return Number.isNaN(instant) ? undefined : instant;
}
