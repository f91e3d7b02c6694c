/**
 * Decides whether an entry counts: its dates, and the requirements of the policy. The same for all
 * forms of files.
 */

import { parseInstant } from './parse-instant.ts';
import type { ExceptionProblem, ExceptionRules, IgnoreEntry } from './exception.ts';

const DAY_MS = 86_400_000;
const DAY_LENGTH = 'YYYY-MM-DD'.length;

/** The instant to judge by, and how the form at hand writes an expiry. */
export interface ExceptionCheckOptions {
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** For messages: `exp:2026-01-31`, `expired_at: 2026-01-31`. */
  readonly dateExample: string;
  /** A day and no instant is wanted. */
  readonly isDayOnly?: true;
}

/** Returns the problem with the date of an entry, or `undefined` if the entry counts. */
export function dateProblem(
  entry: IgnoreEntry,
  judging: ExceptionCheckOptions,
): ExceptionProblem | undefined {
  const { until, from } = entry;
  if (until === undefined) return undefined;
  const isDay = judging.isDayOnly !== true || until.length === DAY_LENGTH;
  const end = isDay ? parseInstant(until) : undefined;
  const what = entryName(entry);
  if (end === undefined) {
    const message = `"${until}" is not a date as in ${judging.dateExample}; the entry for ${what} does not count`;
    return { kind: 'unusable', from, entry, message };
  }
  if (end >= judging.now) return undefined;
  return {
    kind: 'expired',
    from,
    entry,
    message: `the entry for ${what} expired on ${until} and does not count`,
  };
}

/**
 * Returns the requirement of a policy that an entry does not meet, or `undefined` if it meets all.
 * The dates of the entry are known to be dates. `now` is in milliseconds since the Unix epoch.
 */
export function ruleProblem(
  entry: IgnoreEntry,
  { requiredFields, maxDays }: ExceptionRules,
  now: number,
): ExceptionProblem | undefined {
  const what = entryName(entry);
  const { from, until, reason, owner } = entry;
  const no = (message: string): ExceptionProblem => ({
    kind: 'unusable',
    from,
    entry,
    message: `the entry for ${what} ${message}; it does not count`,
  });
  const fields = { reason, owner, expiry: until };
  const missing = requiredFields.find((field) => (fields[field] ?? '') === '');
  if (missing !== undefined) return no(`has no ${missing}, which the policy asks for`);
  if (maxDays === undefined) return undefined;
  if (until === undefined) return no(`has no expiry, and the policy allows ${maxDays} days`);
  const end = parseInstant(until) ?? Number.POSITIVE_INFINITY;
  if (end - now <= maxDays * DAY_MS) return undefined;
  return no(`counts until ${until}, and the policy allows ${maxDays} days from now`);
}

/** Returns the quoted subject of an entry: its id, else its package, package URL or path. */
export function entryName({ id, scope }: IgnoreEntry): string {
  const [purl] = scope?.purls ?? [];
  const [path] = scope?.paths ?? [];
  const name = purl && [purl.namespace, purl.name].filter((part) => part !== undefined).join('/');
  const first = [id, scope?.package, name, path, scope?.ecosystem, scope?.fixState].find(
    (one) => one !== undefined,
  );
  return `"${first ?? ''}"`;
}
