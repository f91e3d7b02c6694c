/**
 * Manifests of the system's packages against their own past. A changed program whose line in the
 * manifest was corrected leaves no trace in one layer; but a package manager that installs the same
 * version again writes all files of the package anew. If a manifest differs from the one of a lower
 * layer, the version does not, and a file on which both agree is still that of the lower layer, the
 * manifest was edited.
 */

import { appendAll } from '../../../core/base/append-all.ts';
import type { OwnedFile, ExternalClaim } from '../../../core/model/catalog/catalog.ts';
import type { PackageOccurrence, Reading } from '../../../core/model/package/package-occurrence.ts';
import type { RootfsView } from '../../../core/model/layer/rootfs-view.ts';
import type { ArtifactCheck, CheckInput } from '../check.ts';
import { classifyFile } from '../file-class.ts';
import type { IntegrityInput, Subject } from '../input.ts';
import { isAtExpectedPath } from '../subjects.ts';
import { contradictContent, giveVersion, type Statement } from '../statement.ts';

/**
 * Contradicts packages whose manifests were edited in a layer above the one that installed them.
 */
export const manifestHistory: ArtifactCheck = {
  id: 'manifest-history',
  needs: ['earlier readings'],
  ofArtifact: compareManifestHistory,
};

function compareManifestHistory(input: CheckInput): readonly Statement[] {
  const byName = new Map(
    input.subjects.all
      .filter(({ isSystem }) => isSystem)
      .map((subject) => [subject.pkg.name, subject]),
  );
  const statements: Statement[] = [];
  for (const reading of input.readings) {
    const { earlier = [] } = reading;
    const now = earlier.length === 0 ? undefined : manifestOf(reading.result.externalClaims);
    if (now === undefined || !isOfSystem(reading, input.root)) continue;
    const subject = byName.get(now.name);
    const [entry] = subject?.entries ?? [];
    if (subject === undefined || entry === undefined) continue;
    for (const before of earlier) {
      const past = manifestOf(before.result.externalClaims);
      if (past === undefined) continue;
      const states = { reading, now: now.ownedFiles, past: past.ownedFiles };
      if (entry.introducedIn <= before.layer) {
        appendAll(statements, compareManifests(input, subject, states));
      } else {
        appendAll(statements, compareChangelogs(subject, entry, states));
        break;
      }
    }
  }
  return statements;
}

function isOfSystem({ result, path }: Reading, root: RootfsView): boolean {
  return (result.externalClaims ?? []).every((claim) => isAtExpectedPath(claim, path, root));
}

interface States {
  readonly reading: Reading;
  readonly now: readonly OwnedFile[];
  readonly past: readonly OwnedFile[];
}

function manifestOf(
  externalClaims: readonly ExternalClaim[] = [],
): { readonly name: string; readonly ownedFiles: readonly OwnedFile[] } | undefined {
  const [first, ...others] = externalClaims;
  if (first?.of.kind !== 'name' || first.ownedFiles === undefined || others.length > 0)
    return undefined;
  return { name: first.of.name, ownedFiles: [...first.ownedFiles] };
}

/** Compares two manifests of one version. */
function compareManifests(
  { root }: IntegrityInput,
  subject: Subject,
  { reading, now, past }: States,
): readonly Statement[] {
  const before = new Map(past.map(({ path, digest }) => [path, digest]));
  const changed = now.filter(({ path, digest }) => before.get(path) !== digest);
  const named = new Set(now.map(({ path }) => path));
  const removed = past.filter((owned) => {
    if (named.has(owned.path)) return false;
    const found = root.lookUp(owned.path, true);
    return found.kind === 'file' && classifyFile(owned, found) === 'code';
  });
  const isOldFileThere = now.some(({ path, digest }) => {
    if (digest === undefined || before.get(path) !== digest) return false;
    const found = root.lookUp(path, true);
    return found.kind === 'file' && found.layer < reading.layer;
  });
  // A package that was built and installed again may bring less, but then the file is gone.
  const edited = [
    ...(isOldFileThere ? changed : []).map(({ path, digest = 'no digest' }) => ({ path, digest })),
    ...removed.map(({ path }) => ({ path, digest: 'no line' })),
  ];
  return edited.map(({ path, digest }) =>
    contradictContent(subject, {
      claimed: `${before.get(path) ?? 'nothing'} for ${path} by the manifest below, of the same version`,
      found: digest,
      location: { path: reading.path, layer: reading.layer },
      isSevere: true,
    }),
  );
}

/** The changelog of a package names its version, so that two versions never have the same one. */
function compareChangelogs(
  subject: Subject,
  { replaced }: PackageOccurrence,
  { reading, now, past }: States,
): readonly Statement[] {
  const { name } = subject.pkg;
  if (replaced === undefined) return [];
  const isChangelog = ({ path }: OwnedFile): boolean =>
    path.startsWith(`/usr/share/doc/${name}/changelog.`);
  const [before, after] = [past.filter(isChangelog), now.filter(isChangelog)];
  const isSame = after.every(({ path, digest }) =>
    before.some((row) => row.path === path && row.digest === digest),
  );
  if (after.length === 0 || after.length !== before.length || !isSame) return [];
  return giveVersion(subject, {
    found: replaced.version,
    by: 'the layers below: the list of files names the changelog of the other version',
    at: { path: reading.path, layer: reading.layer },
  });
}
