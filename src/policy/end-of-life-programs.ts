/**
 * Runtimes and servers that their projects no longer maintain. A note and no gap: advisories go on naming old lines, and
 * whoever maintains the rest of the image decides; see `docs/decisions/0014-end-of-life-of-runtimes.md`.
 */

import type { Diagnostic } from '../model/finding.ts';
import type { Package } from '../model/package.ts';
import { PROGRAM_RELEASE_LINES, type ProgramReleaseLine } from '../model/program-releases.ts';

const DAY_MS = 86_400_000;
/** More are told by nobody; a hostile image holds any number. */
const MAX_NOTES = 20;

/** One note a program and line, at `now` (milliseconds since the Unix epoch); what the system ships is the system's. */
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

/** The line of a version; the longest that fits. */
function lineOf(program: string, version: string): ProgramReleaseLine | undefined {
  const plain = OLD_JAVA.exec(version)?.groups?.['major'] ?? version;
  return (PROGRAM_RELEASE_LINES.get(program) ?? [])
    .filter(({ line }) => plain.startsWith(line) && !/^\d/.test(plain.slice(line.length)))
    .sort((a, b) => b.line.length - a.line.length)[0];
}
