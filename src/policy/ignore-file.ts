/**
 * Reads `.trivyignore`: one id a line, `#` comments, and `exp:YYYY-MM-DD` as a later word for the day from which the
 * entry no longer counts. Other later words mean nothing, as in trivy; what follows a `#` among them is kept as the
 * reason. An entry with a date that is none does not count, and the file says so.
 *
 * Source: the documentation and behaviour of trivy, "Filtering, .trivyignore".
 */

import type { Diagnostic } from '../model/finding.ts';
import type { IgnoreEntry } from './options.ts';

export interface IgnoreFile {
  /** Those that count at the given instant, in order. */
  readonly entries: readonly IgnoreEntry[];
  /** Notes on entries that do not count: a bad date, or expired. */
  readonly diagnostics: readonly Diagnostic[];
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const EXPIRY = 'exp:';

/** `now` is in milliseconds since the Unix epoch. Never throws: a line that makes no sense only ignores nothing. */
export function parseIgnoreFile(path: string, bytes: Uint8Array, now: number): IgnoreFile {
  const entries: IgnoreEntry[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const [index, line] of new TextDecoder().decode(bytes).split('\n').entries()) {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    const entry = parseEntry(text, `${path}:${index + 1}`);
    const problem = problemOf(entry, now);
    if (problem === undefined) entries.push(entry);
    else diagnostics.push({ stage: 'policy', message: `${entry.from}: ${problem}` });
  }
  return { entries, diagnostics };
}

function parseEntry(text: string, from: string): IgnoreEntry {
  const [id = '', ...words] = text.split(/\s+/);
  const until = words.find((word) => word.startsWith(EXPIRY))?.slice(EXPIRY.length);
  const hash = text.indexOf('#', id.length);
  const reason = hash === -1 ? '' : text.slice(hash + 1).trim();
  return {
    id,
    ...(until === undefined ? {} : { until }),
    ...(reason === '' ? {} : { reason }),
    from,
  };
}

function problemOf({ id, until }: IgnoreEntry, now: number): string | undefined {
  if (until === undefined) return undefined;
  const end = startOfDay(until);
  if (end === undefined) {
    return `"${until}" is not a date as in exp:2026-01-31; the entry for "${id}" does not count`;
  }
  if (end < now) return `the entry for "${id}" expired on ${until} and does not count`;
  return undefined;
}

/** Midnight UTC at the start of a day, `undefined` for what is not a day of the calendar. */
function startOfDay(date: string): number | undefined {
  if (!DATE.test(date)) return undefined;
  const instant = Date.parse(`${date}T00:00:00Z`);
  // 30 February is read as 2 March, so the date must come back as it was.
  if (Number.isNaN(instant) || !new Date(instant).toISOString().startsWith(date)) return undefined;
  return instant;
}
