/**
 * What is installed against lockfiles: the version by being one package, the archive that it was made from by its digest.
 *
 * A hostile image may bring lockfiles of its own. One that agrees makes a package consistent and no more; one that
 * disagrees is believed only where it speaks of this copy, or where a digest can only be one.
 */

import { directoryPrefix } from '../base/artifact-path.ts';
import { appendTo } from '../base/maps.ts';
import type { Digest } from '../model/artifact.ts';
import type { Ecosystem } from '../model/ecosystem.ts';
import type { Package } from '../model/package.ts';
import type { PackageOccurrence } from '../model/package-occurrence.ts';
import { contradictVersion } from './version-claims.ts';
import type { IntegrityInput, LocatedDigest, Subject } from './input.ts';

/** Digests of what is installed are those of the archive that it was made from, as lockfiles name them. */
const ARCHIVED: ReadonlySet<Ecosystem> = new Set(['go', 'npm']);

/**
 * One version has one digest, whoever asks for it: Go's checksum database sees to that. Registries of other ecosystems
 * may pack a version anew, so two projects side by side may have two archives of it.
 */
const UNIQUE: ReadonlySet<Ecosystem> = new Set(['go']);

/** An SBOM in the tree may state digests of anything. */
const DOCUMENTS = 'sbom/';

/** What lockfiles declare, by the digest of the archive. */
export type DeclaredArchives = ReadonlyMap<Digest, readonly DeclaredArchive[]>;

interface DeclaredArchive {
  readonly pkg: Package;
  readonly entry: PackageOccurrence;
}

export function declaredArchives({ inventory, entries }: IntegrityInput): DeclaredArchives {
  const archives = new Map<Digest, DeclaredArchive[]>();
  for (const pkg of inventory.packages) {
    if (!ARCHIVED.has(pkg.ecosystem)) continue;
    for (const entry of entries.get(pkg.id) ?? []) {
      if (entry.presence !== 'declared' || entry.foundBy.startsWith(DOCUMENTS)) continue;
      for (const digest of entry.cataloged.digests ?? []) {
        appendTo(archives, digest, { pkg, entry });
      }
    }
  }
  return archives;
}

/** Weighs what lockfiles say of one package. */
export function compareWithLockfiles(
  subject: Subject,
  input: IntegrityInput,
  declaredBy: DeclaredArchives,
): void {
  const { pkg, entries, findings } = subject;
  if (entries.length === 0) return;
  const archives = archivesOf(subject);
  for (const archive of archives) compareIdentity(subject, archive, declaredBy);
  const declared = (input.entries.get(pkg.id) ?? []).filter((it) => it.presence === 'declared');
  const [lock] = declared;
  if (lock === undefined) return;
  findings.agreeing += 1;
  findings.reasons.push(`version: ${lock.location.path} agrees`);
  const lockfiles = declared.filter(({ foundBy }) => !foundBy.startsWith(DOCUMENTS));
  for (const archive of archives)
    compareArchive(subject, archive, heardBy(subject, archive, lockfiles));
}

function heardBy(
  { pkg }: Subject,
  archive: LocatedDigest,
  lockfiles: readonly PackageOccurrence[],
): readonly PackageOccurrence[] {
  return lockfiles.filter(
    ({ location }) => UNIQUE.has(pkg.ecosystem) || isAbove(location.path, archive.at.path),
  );
}

/** One archive is one version of one package: where a lockfile knows it as another, what is installed was renamed. */
function compareIdentity(
  subject: Subject,
  archive: LocatedDigest,
  declaredBy: DeclaredArchives,
): void {
  const { pkg, findings } = subject;
  const known = (declaredBy.get(archive.digest) ?? []).filter(
    (row) =>
      row.pkg.ecosystem === pkg.ecosystem && heardBy(subject, archive, [row.entry]).length > 0,
  );
  const [other] = known;
  if (other === undefined) return;
  if (known.some((row) => row.pkg.name === pkg.name && row.pkg.version === pkg.version)) return;
  const { name, version } = other.pkg;
  contradictVersion(subject, {
    found: name === pkg.name ? version : `${name} ${version}`,
    by: `${other.entry.location.path}, for the same archive`,
    at: archive.at,
  });
  if (name === pkg.name) findings.evidenced.push(version);
}

function archivesOf({ pkg, entries, archives }: Subject): readonly LocatedDigest[] {
  if (!ARCHIVED.has(pkg.ecosystem)) return archives;
  const own = entries.flatMap(({ cataloged, location }) =>
    (cataloged.digests ?? []).map((digest) => ({ digest, at: location })),
  );
  return [...archives, ...own];
}

/** Several lockfiles may name several archives of one version; it was made from one of them. */
function compareArchive(
  { findings }: Subject,
  { digest, at }: LocatedDigest,
  lockfiles: readonly PackageOccurrence[],
): void {
  const algorithm = digest.slice(0, digest.indexOf(':') + 1);
  const stated = lockfiles.flatMap(({ cataloged, location }) =>
    (cataloged.digests ?? [])
      .filter((it) => it.startsWith(algorithm))
      .map((it): readonly [Digest, string] => [it, location.path]),
  );
  const [first] = stated;
  if (first === undefined) return;
  const same = stated.find(([it]) => it === digest);
  if (same !== undefined) {
    findings.reasons.push(`archive: ${same[1]} names the same digest`);
    return;
  }
  findings.contradictions.push({
    kind: 'reference',
    claimed: `${first[0]} by ${first[1]}`,
    found: digest,
    location: { path: at.path, layer: at.layer },
    isSevere: true,
  });
  findings.isContradicted = true;
}

/** Whether a lockfile lies in a folder above the copy: it is of the same project. */
function isAbove(lockfile: string, copy: string): boolean {
  return copy.startsWith(directoryPrefix(lockfile));
}
