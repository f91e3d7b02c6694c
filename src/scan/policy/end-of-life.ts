/**
 * Checks whether a system, runtimes and servers are still maintained free of charge. An
 * unmaintained program is a note and no gap, because advisories continue to name old lines; see
 * `docs/decisions/0014-end-of-life-of-runtimes.md`.
 */

import { advisoryNeed, distroRelease, releasesOf } from '../../core/model/distro/distro.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import type { Distro, Package } from '../../core/model/package/package.ts';
import {
  PROGRAM_RELEASE_LINES,
  type ProgramReleaseLine,
} from '../../core/model/program/program-releases.ts';

const DAY_MS = 86_400_000;

/**
 * Returns the gap of a system that is past its last day of free support at `now` (milliseconds
 * since the Unix epoch), or of an unknown release. Returns `undefined` for a maintained system, and
 * for systems without advisories, because matching reports those.
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

/** Limit of the notes; a hostile image holds any number. */
const MAX_NOTES = 20;

/**
 * Returns one note a program and line, at `now` (milliseconds since the Unix epoch); what the
 * system ships is the system's.
 */
export function endOfLifeProgramNotes(
  packages: readonly Package[],
  now: number,
): readonly Diagnostic[] {
  const notes = new Map<string, Diagnostic>();
  for (const pkg of packages) {
    if (notes.size >= MAX_NOTES) break;
    const program = programNameOf(pkg);
    const line = program === undefined ? undefined : lineOf(program, pkg.version);
    if (program === undefined || line === undefined) continue;
    if (now < Date.parse(`${line.supportedUntil}T00:00:00Z`) + DAY_MS) continue;
    const key = `${program} ${line.line}`;
    if (notes.has(key)) continue;
    notes.set(key, {
      stage: 'policy',
      message: `${key} has not been maintained by its project since ${line.supportedUntil}: found is ${pkg.version}`,
      location: pkg.locations[0],
    });
  }
  return [...notes.values()];
}

function programNameOf({ ecosystem, name, presence, ownedBy }: Package): string | undefined {
  // A program is listed only where no package of the system stands for it.
  if (ecosystem === 'program' || ecosystem === 'node') return name;
  if (ownedBy !== undefined) return undefined;
  // What `go.mod` asks for is no statement of what a program was built with.
  const isBuiltIn = ecosystem === 'go' && name === 'stdlib' && presence === 'embedded';
  return isBuiltIn ? 'go' : undefined;
}

/** Java 8 and older, `1.8.0_392`, are called by their second number. */
const OLD_JAVA = /^1\.(?<major>[1-9])\.0_/;

/** Returns the line of a version; the longest that fits. */
function lineOf(program: string, version: string): ProgramReleaseLine | undefined {
  const plain = OLD_JAVA.exec(version)?.groups?.['major'] ?? version;
  return (PROGRAM_RELEASE_LINES.get(program) ?? [])
    .filter(({ line }) => plain.startsWith(line) && !/^\d/.test(plain.slice(line.length)))
    .sort((a, b) => b.line.length - a.line.length)[0];
}
