/**
 * Installed packages against lockfiles: the version, which has to be one, and the archive that a
 * package was made from, by its digest.
 *
 * A hostile image may contain lockfiles of its own. One that agrees makes a package consistent and
 * no more; one that disagrees counts only if it lies above the installed copy, or if a version can
 * have one digest only.
 */

import { directoryPrefix } from '../../../core/base/artifact-path.ts';
import { appendTo } from '../../../core/base/maps.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import type { Ecosystem } from '../../../core/model/package/ecosystem.ts';
import type { Package } from '../../../core/model/package/package.ts';
import type { PackageOccurrence } from '../../../core/model/package/package-occurrence.ts';
import type { ArtifactCheck } from '../check.ts';
import type { IntegrityInput, LocatedDigest, Subject } from '../input.ts';
import { contradictVersion, giveVersion, type Statement } from '../statement.ts';

/** The digests of installed packages are those of their archives, as lockfiles list them. */
const ARCHIVED: ReadonlySet<Ecosystem> = new Set(['go', 'npm']);

/**
 * One version has one digest, which Go's checksum database ensures. Registries of other ecosystems
 * may pack a version again, so two projects side by side may have two archives of it.
 */
const UNIQUE: ReadonlySet<Ecosystem> = new Set(['go']);

/** The declarations of lockfiles, by the digest of the archive. */
export type DeclaredArchives = ReadonlyMap<Digest, readonly DeclaredArchive[]>;

interface DeclaredArchive {
  readonly pkg: Package;
  readonly entry: PackageOccurrence;
}

/** Compares installed packages with the rows of lockfiles. */
export const lockfiles: ArtifactCheck = {
  id: 'lockfiles',
  needs: ['declared packages'],
  ofArtifact(input) {
    const declared = declaredArchives(input);
    return input.subjects.all.flatMap((subject) => compareWithLockfiles(subject, input, declared));
  },
};

function declaredArchives(input: IntegrityInput): DeclaredArchives {
  const archives = new Map<Digest, DeclaredArchive[]>();
  for (const pkg of input.inventory.packages) {
    if (!ARCHIVED.has(pkg.ecosystem)) continue;
    for (const entry of input.entries.get(pkg.id) ?? []) {
      if (entry.presence !== 'declared' || isOfDocument(input, entry)) continue;
      for (const digest of entry.cataloged.digests ?? []) {
        appendTo(archives, digest, { pkg, entry });
      }
    }
  }
  return archives;
}

/** A bill of materials in the tree may state digests of anything. */
function isOfDocument({ catalogers }: IntegrityInput, { foundBy }: PackageOccurrence): boolean {
  return catalogers.get(foundBy)?.isClaim === true;
}

/** Returns the statements that follow from lockfiles about one package. */
export function compareWithLockfiles(
  subject: Subject,
  input: IntegrityInput,
  declaredBy: DeclaredArchives,
): readonly Statement[] {
  const { pkg, entries } = subject;
  if (entries.length === 0) return [];
  const archives = archivesOf(subject);
  const statements = archives.flatMap((archive) => compareIdentity(subject, archive, declaredBy));
  const declared = (input.entries.get(pkg.id) ?? []).filter((it) => it.presence === 'declared');
  const [lock] = declared;
  if (lock === undefined) return statements;
  const trusted = declared.filter((entry) => !isOfDocument(input, entry));
  return [
    ...statements,
    { kind: 'agreement', subject, reason: `version: ${lock.location.path} agrees` },
    ...archives.flatMap((archive) =>
      compareArchive(subject, archive, relevantTo(subject, archive, trusted)),
    ),
  ];
}

/** Returns the rows of lockfiles that count for one installed copy. */
function relevantTo(
  { pkg }: Subject,
  archive: LocatedDigest,
  rows: readonly PackageOccurrence[],
): readonly PackageOccurrence[] {
  return rows.filter(
    ({ location }) => UNIQUE.has(pkg.ecosystem) || isAbove(location.path, archive.at.path),
  );
}

/**
 * One archive is one version of one package: if a lockfile lists it as another, the installed
 * package was renamed.
 */
function compareIdentity(
  subject: Subject,
  archive: LocatedDigest,
  declaredBy: DeclaredArchives,
): readonly Statement[] {
  const { pkg } = subject;
  const known = (declaredBy.get(archive.digest) ?? []).filter(
    (row) =>
      row.pkg.ecosystem === pkg.ecosystem && relevantTo(subject, archive, [row.entry]).length > 0,
  );
  const [other] = known;
  if (other === undefined) return [];
  if (known.some((row) => row.pkg.name === pkg.name && row.pkg.version === pkg.version)) return [];
  const { name, version } = other.pkg;
  const by = `${other.entry.location.path}, for the same archive`;
  return name === pkg.name
    ? giveVersion(subject, { found: version, by, at: archive.at })
    : [contradictVersion(subject, { found: `${name} ${version}`, by, at: archive.at })];
}

function archivesOf({ pkg, entries, archives }: Subject): readonly LocatedDigest[] {
  if (!ARCHIVED.has(pkg.ecosystem)) return archives;
  const own = entries.flatMap(({ cataloged, location }) =>
    (cataloged.digests ?? []).map((digest) => ({ digest, at: location })),
  );
  return [...archives, ...own];
}

/** Several lockfiles may list several archives of one version; it was made from one of them. */
function compareArchive(
  subject: Subject,
  { digest, at }: LocatedDigest,
  rows: readonly PackageOccurrence[],
): readonly Statement[] {
  const algorithm = digest.slice(0, digest.indexOf(':') + 1);
  const stated = rows.flatMap(({ cataloged, location }) =>
    (cataloged.digests ?? [])
      .filter((it) => it.startsWith(algorithm))
      .map((it): readonly [Digest, string] => [it, location.path]),
  );
  const [first] = stated;
  if (first === undefined) return [];
  const same = stated.find(([it]) => it === digest);
  if (same !== undefined) {
    return [{ kind: 'note', subject, reason: `archive: ${same[1]} names the same digest` }];
  }
  return [
    {
      kind: 'contradiction',
      subject,
      contradiction: {
        kind: 'reference',
        claimed: `${first[0]} by ${first[1]}`,
        found: digest,
        location: { path: at.path, layer: at.layer },
        isSevere: true,
      },
    },
  ];
}

/**
 * Returns whether a lockfile lies in a directory above the copy, and so belongs to the same
 * project.
 */
function isAbove(lockfile: string, copy: string): boolean {
  return copy.startsWith(directoryPrefix(lockfile));
}
