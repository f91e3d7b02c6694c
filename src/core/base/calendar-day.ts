/** Days as ISO 8601 writes them. */

/**
 * Returns whether a text such as `2025-02-28` names a day that exists. `Date.parse` takes 30
 * February for 2 March.
 */
export function isCalendarDay(day: string): boolean {
  const start = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(start) && new Date(start).toISOString().startsWith(day);
}
