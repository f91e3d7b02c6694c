/** Manifests of packages whose records were deleted. */

import type { CatalogResult } from '../model/catalog.ts';
import type { Contradiction } from '../model/package.ts';
import type { RootfsFile } from '../model/rootfs-view.ts';
import type { IntegrityInput, Manifest, OrphanedManifest, Subjects } from './input.ts';
import type { FileOwners } from './file-owners.ts';

/** A hostile image can bring any number of manifests. */
const MAX_HIDDEN = 100;

/** Manifests of packages that no database has, where files that they name are there. */
export function findOrphanedManifests(
  input: IntegrityInput,
  subjects: Subjects,
  owners: FileOwners,
): readonly Contradiction[] {
  // Without any package the database is gone, which is a gap, or could not be read, which is one as well.
  const hasSystem = subjects.all.some(({ isSystem }) => isSystem);
  const found: Contradiction[] = [];
  for (const orphan of subjects.orphans) {
    if (found.length >= MAX_HIDDEN) break;
    if (orphan.record === undefined ? !hasSystem : isRecorded(input, orphan.record)) continue;
    const { presentCount, example } = compareOrphan(input, orphan.manifest, owners);
    if (example === undefined) continue;
    found.push(hidden(orphan, presentCount, example.path));
  }
  found.push(...findNameless(input, subjects).slice(0, MAX_HIDDEN));
  return found;
}

/** Records that were read, and name no package any more. One that could not be read is a gap of its own. */
function findNameless(
  { readings }: IntegrityInput,
  { nameless }: Subjects,
): readonly Contradiction[] {
  if (nameless.length === 0) return [];
  const empty = new Set(
    readings
      .filter(({ result }) => result.packages.length === 0 && !hasGap(result))
      .map(({ path }) => path),
  );
  return nameless.flatMap(({ claim, record, at }) => {
    if (!empty.has(record)) return [];
    const name = claim.name ?? '';
    return [
      {
        kind: 'hidden' as const,
        claimed: `no package in ${record}`,
        found: `${name} ${claim.version} by ${claim.by} ${at.path}`,
        location: { path: record, layer: at.layer },
        isSevere: true,
      },
    ];
  });
}

function hasGap({ diagnostics = [] }: CatalogResult): boolean {
  return diagnostics.some(({ gap }) => gap !== undefined);
}

/** The record is there; then it could not be read, which is a gap, or it says something else. */
function isRecorded({ root }: IntegrityInput, path: string): boolean {
  return root.lookUp(path, true).kind !== 'nothing';
}

function hidden(
  { name, manifest }: OrphanedManifest,
  count: number,
  example: string,
): Contradiction {
  const files = count === 1 ? 'a file' : `${count} files`;
  return {
    kind: 'hidden',
    claimed: `no package "${name}" is installed`,
    found: `its manifest and ${files} of it, such as ${example}`,
    location: manifest.at,
    isSevere: true,
  };
}

/** What a manifest would say of the root if its package were there, without a trace in the package's findings. */
function compareOrphan(
  input: IntegrityInput,
  manifest: Manifest,
  owners: FileOwners,
): { readonly presentCount: number; readonly example?: RootfsFile } {
  let presentCount = 0;
  let example: RootfsFile | undefined;
  for (const owned of manifest.files) {
    if (owned.kind !== 'file') continue;
    const seen = input.root.lookUp(owned.path, true);
    if (seen.kind !== 'file') continue;
    if (owners.matched.has(seen.body) || owners.named.has(seen.body)) continue;
    const isSame = owned.digest !== undefined && seen.hasDigest(owned.digest);
    if (!isSame && input.depth === 'full') continue;
    presentCount += 1;
    if (example === undefined || (!example.isExecutable && seen.isExecutable)) {
      example = seen;
    }
  }
  return { presentCount, ...(example !== undefined && { example }) };
}
