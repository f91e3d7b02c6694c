/** Whether a system is still maintained free of charge. */

import { advisoryNeed, distroRelease, releasesOf } from '../model/distro.ts';
import type { Diagnostic } from '../model/finding.ts';
import type { Distro } from '../model/package.ts';

const DAY_MS = 86_400_000;

/**
 * The gap of a system that is past its last day of free support at `now` (milliseconds since the Unix epoch), or of a
 * release that nobody told us about; `undefined` for a maintained one, and for systems whose advisories are not known
 * at all, because matching says that already.
 */
export function endOfLifeDiagnostic(distro: Distro, now: number): Diagnostic | undefined {
  const need = advisoryNeed(distro);
  if (need?.release === undefined) return undefined;
  const name = `${distro.id} ${need.release}`;
  const row = distroRelease(distro);
  if (row === undefined) {
    if (isOlderThanAll(need.release, releasesOf(distro))) {
      return endOfLife(`${name} has not been maintained for many years`);
    }
    return {
      stage: 'policy',
      gap: 'unknownSystem',
      message: `this version of assay does not know until when ${name} is maintained`,
    };
  }
  if (row.supportedUntil === undefined) return undefined;
  const end = Date.parse(`${row.supportedUntil}T00:00:00Z`) + DAY_MS;
  if (now < end) return undefined;
  return endOfLife(`${name} has not been maintained since ${row.supportedUntil}`);
}

function endOfLife(what: string): Diagnostic {
  return {
    stage: 'policy',
    gap: 'endOfLife',
    message: `${what}: new vulnerabilities in it are not recorded any more`,
  };
}

function isOlderThanAll(release: string, table: readonly { readonly release: string }[]): boolean {
  const own = numbersOf(release);
  return table.every((row) => {
    const other = numbersOf(row.release);
    if (other.some(Number.isNaN)) return true;
    const [major = 0, minor = 0] = own;
    const [otherMajor = 0, otherMinor = 0] = other;
    return major < otherMajor || (major === otherMajor && minor < otherMinor);
  });
}

function numbersOf(release: string): readonly number[] {
  return release.split('.').map(Number);
}
