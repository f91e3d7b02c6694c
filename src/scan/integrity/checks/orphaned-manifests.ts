/** Manifests of packages whose records were deleted. */

import type { CatalogResult } from '../../../core/model/catalog/catalog.ts';
import type { RootfsFile } from '../../../core/model/layer/rootfs-view.ts';
import type { ArtifactCheck, CheckInput } from '../check.ts';
import type { IntegrityInput, Manifest, OrphanedManifest } from '../input.ts';
import type { ArtifactStatement } from '../statement.ts';

/** A hostile image can bring any number of manifests. */
const MAX_HIDDEN = 100;

/** Reports manifests of packages that no database lists, if files that they list are there. */
export const orphanedManifests: ArtifactCheck = {
  id: 'orphaned-manifests',
  needs: ['orphaned manifests'],
  ofArtifact: (input) => [...findOrphans(input), ...findNameless(input).slice(0, MAX_HIDDEN)],
};

function findOrphans(input: CheckInput): readonly ArtifactStatement[] {
  const { subjects } = input;
  // Without any package the database is gone or could not be read; both are gaps.
  const hasSystem = subjects.all.some(({ isSystem }) => isSystem);
  const found: ArtifactStatement[] = [];
  for (const orphan of subjects.orphans) {
    if (found.length >= MAX_HIDDEN) break;
    if (orphan.record === undefined ? !hasSystem : isRecorded(input, orphan.record)) continue;
    const { presentCount, example } = compareOrphan(input, orphan.manifest);
    if (example === undefined) continue;
    found.push(hidden(orphan, presentCount, example.path));
  }
  return found;
}

/**
 * Returns the records that were read and name no package any more. A record that could not be read
 * is a gap of its own.
 */
function findNameless({ readings, subjects }: CheckInput): readonly ArtifactStatement[] {
  const { nameless } = subjects;
  if (nameless.length === 0) return [];
  const empty = new Set(
    readings
      .filter(({ result }) => result.packages.length === 0 && !hasGap(result))
      .map(({ path }) => path),
  );
  return nameless.flatMap(({ claim, record, at }): readonly ArtifactStatement[] => {
    if (!empty.has(record)) return [];
    const name = claim.name ?? '';
    return [
      {
        kind: 'artifact',
        contradiction: {
          kind: 'hidden',
          claimed: `no package in ${record}`,
          found: `${name} ${claim.version} by ${claim.by} ${at.path}`,
          location: { path: record, layer: at.layer },
          isSevere: true,
        },
      },
    ];
  });
}

function hasGap({ diagnostics = [] }: CatalogResult): boolean {
  return diagnostics.some(({ gap }) => gap !== undefined);
}

/**
 * Returns whether the record exists; then it could not be read, which is a gap, or it records
 * something else.
 */
function isRecorded({ root }: IntegrityInput, path: string): boolean {
  return root.lookUp(path, true).kind !== 'nothing';
}

function hidden(
  { name, manifest }: OrphanedManifest,
  count: number,
  example: string,
): ArtifactStatement {
  const files = count === 1 ? 'a file' : `${count} files`;
  return {
    kind: 'artifact',
    contradiction: {
      kind: 'hidden',
      claimed: `no package "${name}" is installed`,
      found: `its manifest and ${files} of it, such as ${example}`,
      location: manifest.at,
      isSevere: true,
    },
  };
}

/**
 * Counts the files of a manifest that are there and belong to no other package; the example is
 * executable if one is.
 */
function compareOrphan(
  { root, depth, contents }: CheckInput,
  manifest: Manifest,
): { readonly presentCount: number; readonly example?: RootfsFile } {
  const { matched, named } = contents.owners;
  let presentCount = 0;
  let example: RootfsFile | undefined;
  for (const owned of manifest.files) {
    if (owned.kind !== 'file') continue;
    const found = root.lookUp(owned.path, true);
    if (found.kind !== 'file') continue;
    if (matched.has(found.body) || named.has(found.body)) continue;
    const isSame = owned.digest !== undefined && found.hasDigest(owned.digest);
    if (!isSame && depth === 'full') continue;
    presentCount += 1;
    if (example === undefined || (!example.isExecutable && found.isExecutable)) {
      example = found;
    }
  }
  return { presentCount, ...(example !== undefined && { example }) };
}
