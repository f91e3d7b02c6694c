/** The line that sets a finding aside, ready to be pasted. */

import { stripControl } from '../../base/strip-control.ts';

const DAY_MS = 86_400_000;
/** An exception without an end is forgotten. */
const DAYS = 90;

/** For `.trivyignore`: the id, the day from which it no longer counts, and room for the reason. */
export function exceptionLine(id: string, packageName: string, now: number): string {
  const until = lastDay(now);
  return `${stripControl(id)} exp:${until} # ${stripControl(packageName).slice(0, 80)}: why it may stay, and who says so`;
}

/** For `.assayignore`: the id and the package, as a malicious version needs both. */
export function namingLine(id: string, packageName: string, now: number): string {
  const name = stripControl(packageName).slice(0, 200);
  return `${stripControl(id)} package:${name} exp:${lastDay(now)} # why it may stay, and who says so`;
}

function lastDay(now: number): string {
  return new Date(now + DAYS * DAY_MS).toISOString().slice(0, 10);
}
