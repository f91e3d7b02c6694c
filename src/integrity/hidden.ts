/** Contradictions that belong to no package: records that were deleted, and a release file that the packages deny. */

import type { Contradiction } from '../model/package.ts';
import type { Reading } from '../model/package-entry.ts';
import { compareOrphan, type Owners } from './content.ts';
import type { IntegrityInput, Orphan, Subjects } from './input.ts';

/** A hostile image can bring any number of manifests. */
const MAX_HIDDEN = 100;

/** Manifests of packages that no database has, where files that they name are there. */
export function findHidden(
  input: IntegrityInput,
  subjects: Subjects,
  owners: Owners,
): readonly Contradiction[] {
  // Without any package the database is gone or unreadable, which is a gap of its own.
  const hasSystem = subjects.all.some(({ isSystem }) => isSystem);
  const found: Contradiction[] = [];
  for (const orphan of subjects.orphans) {
    if (found.length >= MAX_HIDDEN) break;
    if (orphan.record === undefined ? !hasSystem : isRecorded(input, orphan.record)) continue;
    const { presentCount, example } = compareOrphan(input, orphan.manifest, owners);
    if (example === undefined) continue;
    found.push(hidden(orphan, presentCount, example.path));
  }
  return found;
}

/** The record is there; then it could not be read, which is a gap, or it says something else. */
function isRecorded({ root }: IntegrityInput, path: string): boolean {
  return root.lookUp(path, true).kind !== 'nothing';
}

function hidden({ name, manifest }: Orphan, count: number, example: string): Contradiction {
  const files = count === 1 ? 'a file' : `${count} files`;
  return {
    kind: 'hidden',
    claimed: `no package "${name}" is installed`,
    found: `its manifest and ${files} of it, such as ${example}`,
    location: manifest.at,
    isSevere: true,
  };
}

const MAJOR = /^(?:\d+:)?(?<major>\d+)/u;
const MINOR = /^(?<branch>\d+\.\d+)/u;

/**
 * The release that the system names against the one that its packages are of. The release chooses the advisories, and on
 * Alpine no manifest covers the file.
 */
export function compareRelease(
  input: IntegrityInput,
  subjects: Subjects,
): readonly Contradiction[] {
  const { distro } = input.inventory;
  if (distro === undefined || distro.versionId === '') return [];
  const rule = RELEASE_PACKAGES.get(distro.id);
  if (rule === undefined) return [];
  const witness = subjects.all.find(({ pkg, entries }) => {
    return pkg.name === rule.name && entries.length > 0;
  });
  if (witness === undefined) return [];
  const said = rule.release.exec(distro.versionId)?.[1];
  const meant = rule.release.exec(witness.pkg.version)?.[1];
  if (said === undefined || meant === undefined || said === meant) return [];
  return [
    {
      kind: 'version',
      claimed: `${distro.id} ${distro.versionId}`,
      found: `${witness.pkg.name} ${witness.pkg.version}, which is of ${distro.id} ${meant}`,
      location: placeOfRelease(input.readings) ?? witness.pkg.locations[0],
      isSevere: true,
    },
  ];
}

/** The package whose version is that of the release, and the part of it that names the release. */
const RELEASE_PACKAGES: ReadonlyMap<string, { readonly name: string; readonly release: RegExp }> =
  new Map([
    ['debian', { name: 'base-files', release: MAJOR }],
    ['alpine', { name: 'alpine-release', release: MINOR }],
  ]);

function placeOfRelease(readings: readonly Reading[]): Contradiction['location'] | undefined {
  const reading = readings.find(({ result }) => result.distro !== undefined);
  return reading === undefined ? undefined : { path: reading.path, layer: reading.layer };
}
