/** Readers of flag values. Each throws `USAGE` with the value and the way out. */

import { isCalendarDay } from '../../core/base/calendar-day.ts';
import { AssayError } from '../../core/base/errors.ts';
import { didYouMean } from '../../core/base/did-you-mean.ts';

const DURATION =
  /^(?:(?<d>\d{1,5})d)?(?:(?<h>\d{1,6}(?:\.\d{1,3})?)h)?(?:(?<m>\d{1,6}(?:\.\d{1,3})?)m)?(?:(?<s>\d{1,9}(?:\.\d{1,3})?)s)?$/u;

/**
 * Returns the milliseconds of a duration as Go writes it, and in days: `90s`, `5m0s`, `1h30m`,
 * `7d`.
 */
export function readDuration(flag: string, text: string): number {
  const parts = text === '' ? undefined : DURATION.exec(text)?.groups;
  if (parts === undefined) throw badValue(flag, text, 'Write it as 90s, 5m, 1h30m or 7d.');
  const count = (unit: string): number => Number(parts[unit] ?? 0);
  return (((count('d') * 24 + count('h')) * 60 + count('m')) * 60 + count('s')) * 1000;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/u;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/u;

/** Returns the milliseconds since the Unix epoch; a bare date is the start of that day in UTC. */
export function readInstant(flag: string, text: string): number {
  const millis = DAY.test(text) || INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(millis) && isCalendarDay(text.slice(0, 10))) return millis;
  throw badValue(flag, text, 'Write a date as 2025-06-01, or an instant as 2025-06-01T12:00:00Z.');
}

const SIZE = /^(?<count>\d{1,12}(?:\.\d{1,6})?) ?(?:(?<unit>[kmgtp])(?<binary>i)?)?b?$/iu;

/**
 * Returns the bytes of a size as people write it: `500MB` and `500m` by the thousand, `500MiB` by
 * 1024, `500` bytes.
 */
export function readSize(flag: string, text: string): number {
  const { count, unit = '', binary } = SIZE.exec(text)?.groups ?? {};
  const power = unit === '' ? 0 : 'kmgtp'.indexOf(unit.toLowerCase()) + 1;
  const bytes = Math.round(Number(count) * (binary === undefined ? 1000 : 1024) ** power);
  if (count !== undefined && bytes > 0 && Number.isSafeInteger(bytes)) return bytes;
  throw badValue(flag, text, 'Write it as 500MB, 2GB or 1.5GiB.');
}

const INTEGER = /^\d{1,10}$/u;

/** Returns a process exit code, 0 to 255. */
export function readExitCode(flag: string, text: string): number {
  const code = INTEGER.test(text) ? Number(text) : Number.NaN;
  if (code <= 255) return code;
  throw badValue(flag, text, 'Write a number from 0 to 255.');
}

/** Returns a whole number from 1. */
export function readCount(flag: string, text: string): number {
  const count = INTEGER.test(text) ? Number(text) : Number.NaN;
  if (count >= 1) return count;
  throw badValue(flag, text, 'Write a whole number from 1.');
}

/** Reads the number of parallel tasks; `undefined` for 0, which leaves it to Assay. */
export function readParallel(flag: string, text: string): number | undefined {
  const count = INTEGER.test(text) ? Number(text) : Number.NaN;
  if (count <= MAX_PARALLEL) return count === 0 ? undefined : count;
  throw badValue(flag, text, `Write a number from 0 to ${MAX_PARALLEL}; 0 leaves it to Assay.`);
}

/** Each layer that is read holds files in memory. */
const MAX_PARALLEL = 64;

/**
 * Reads each value with a table, ignoring case; an unknown value is named with the possible ones.
 */
export function readChoices<T>(
  flag: string,
  values: readonly string[],
  choices: ReadonlyMap<string, T>,
): readonly T[] {
  return values.map((value) => {
    const choice = choices.get(value.toLowerCase());
    if (choice !== undefined) return choice;
    const near = didYouMean(value.toLowerCase(), choices.keys());
    const guess = near === undefined ? '' : `Did you mean ${near}? `;
    throw badValue(flag, value, `${guess}Possible values: ${[...choices.keys()].join(', ')}.`);
  });
}

/** Returns the error for a value that a flag cannot have. */
export function badValue(flag: string, value: string, hint: string): AssayError {
  return new AssayError('USAGE', `--${flag} cannot be "${value}"`, { hint });
}
