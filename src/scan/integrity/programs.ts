/**
 * Programs that were identified by their own bytes, and which of them a package of the system
 * explains.
 *
 * A program of the system is matched as the package that contains it, because its publisher knows
 * what was patched in it; it is not listed a second time. A copy is explained by a manifest whose
 * digest agrees with its bytes, of a package with the program's name: a vendor's package may
 * contain any program, and is matched as none. A line without a digest explains a copy only if
 * there are no digests: if contents are not compared, or if the packaging records none. If the
 * lists of files are gone, a package of the same product and version explains it.
 */

import { baseName } from '../../core/base/artifact-path.ts';
import { ECOSYSTEMS } from '../../core/model/package/ecosystem.ts';
import type { Location } from '../../core/model/artifact/artifact.ts';
import type { Package } from '../../core/model/package/package.ts';
import { thirdPartyProgramOf } from '../../core/model/program/third-party-program.ts';
import type { PackageOccurrence } from '../../core/model/package/package-occurrence.ts';
import { haveCommonPart } from '../../core/model/package/related-name.ts';
import { thirdPartyVendor } from '../../core/model/distro/vendor.ts';
import type { RootfsFile } from '../../core/model/layer/rootfs-view.ts';
import type { ContentComparison } from './content.ts';
import type { FileOwners } from './file-owners.ts';
import type { IntegrityInput, Subject, Subjects } from './input.ts';
import { isProductOf } from './owner-claims.ts';
import { isInSystemDirectory } from './system-directory.ts';
import {
  isSameUpstreamVersion,
  upstreamVersionOf,
} from '../../core/model/distro/upstream-version.ts';

/** The programs of an artifact that no package of the system explains. */
export interface Programs {
  /**
   * The unexplained copies of each program, by its package's id; none if each copy is explained.
   */
  readonly places: ReadonlyMap<string, readonly Location[]>;
  /** The package's id of each unexplained program, by the number of its body. */
  readonly identified: ReadonlyMap<number, string>;
}

/** Returns whether a package is a program that was identified by its own bytes. */
export function isProgram({ ecosystem }: Package): boolean {
  return ECOSYSTEMS[ecosystem].kind === 'binary';
}

/** Finds the copies of programs that no package of the system explains. */
export function findPrograms(
  input: IntegrityInput,
  subjects: Subjects,
  { owners, countsOf }: Pick<ContentComparison, 'owners' | 'countsOf'>,
): Programs {
  const places = new Map<string, readonly Location[]>();
  const identified = new Map<number, string>();
  const programs = subjects.all.filter(({ pkg, entries }) => isProgram(pkg) && entries.length > 0);
  if (programs.length === 0) return { places, identified };
  const products = new Map(subjects.ofOwners.map(({ at, products: names }) => [at.path, names]));
  const unlisted = unlistedPackages(subjects);
  const recording = databasesWithDigests(subjects.all, countsOf);
  for (const { pkg, entries } of programs) {
    const left: Location[] = [];
    for (const entry of entries) {
      const file = fileOf(input, entry);
      const names = products.get(entry.location.path) ?? [];
      const owner =
        file === undefined ? undefined : explainerOf(file, input, { owners, recording });
      if (owner !== undefined && mayBring(owner, pkg, { file, names })) continue;
      if (names.some((name) => isSameProgram(unlisted.get(name) ?? [], pkg))) continue;
      left.push(entry.location);
      if (file !== undefined && pkg.version !== '') identified.set(file.body, pkg.id);
    }
    places.set(pkg.id, left);
  }
  return { places, identified };
}

/**
 * Returns the base names of all paths that may lead to a program through symlinks or hard links,
 * for `compareContents`.
 */
export function programBaseNames(input: IntegrityInput, subjects: Subjects): ReadonlySet<string> {
  const names = new Set(input.root.linkNames);
  for (const { pkg, entries } of subjects.all) {
    if (!isProgram(pkg)) continue;
    for (const entry of entries) {
      const file = fileOf(input, entry);
      if (file === undefined) continue;
      // A hard link shares the body of a file that has a name of its own.
      for (const path of [file.path, file.stored.path]) {
        names.add(baseName(path));
      }
    }
  }
  return names;
}

/**
 * Returns the package of a program with its unexplained copies; `undefined` if all copies are
 * explained.
 */
export function unexplainedProgram(pkg: Package, { places }: Programs): Package | undefined {
  const left = places.get(pkg.id);
  if (left === undefined || left.length === pkg.locations.length) return pkg;
  const paths = new Set(left.map(({ path }) => path));
  const [first, ...others] = pkg.locations.filter(({ path }) => paths.has(path));
  return first === undefined ? undefined : { ...pkg, locations: [first, ...others] };
}

/** Returns the ids of the catalogers that read databases of the system with digests. */
export function databasesWithDigests(
  all: readonly Subject[],
  countsOf: ContentComparison['countsOf'],
): ReadonlySet<string> {
  const databases = new Set<string>();
  for (const subject of all) {
    if (!subject.isSystem) continue;
    const { matchedCount, mismatchedCount } = countsOf(subject);
    if (matchedCount + mismatchedCount > 0) databases.add(subject.pkg.foundBy);
  }
  return databases;
}

/**
 * Returns whether a package's manifest explains a file without a digest. It does if the packaging
 * records none. In a database with digests such a line explains nothing: it was added, or its
 * digest was removed.
 */
export function isInDatabaseWithoutDigests(
  owner: Subject | undefined,
  recording: ReadonlySet<string>,
): boolean {
  return owner?.isSystem === true && !recording.has(owner.pkg.foundBy);
}

function fileOf({ root }: IntegrityInput, { location }: PackageOccurrence): RootfsFile | undefined {
  const seen = root.lookUp(location.path, true);
  return seen.kind === 'file' ? seen : undefined;
}

/** Returns the package of the system whose word counts for a file. */
function explainerOf(
  { body }: RootfsFile,
  { depth }: IntegrityInput,
  { owners, recording }: { readonly owners: FileOwners; readonly recording: ReadonlySet<string> },
): Subject | undefined {
  const matched = owners.matched.get(body);
  if (matched?.isSystem === true) return matched;
  if (owners.mismatched.has(body)) return undefined;
  const named = owners.named.get(body);
  const isEnough =
    depth === 'full' ? isInDatabaseWithoutDigests(named, recording) : named?.isSystem === true;
  return isEnough ? named : undefined;
}

/**
 * Returns whether the package of the system is what advisories name for the program. Anybody can
 * build a package with a program in it: only one that is called like the program stands for it, and
 * of another archive only one that is matched as it.
 */
function mayBring(
  { pkg }: Subject,
  { name }: Package,
  { file, names }: { readonly file: RootfsFile | undefined; readonly names: readonly string[] },
): boolean {
  if (thirdPartyVendor(pkg) !== undefined) return thirdPartyProgramOf(pkg)?.program.name === name;
  if (isProductOf(pkg, names)) return true;
  if (file === undefined || !isInSystemDirectory(file.path)) return false;
  return haveCommonPart(pkg.source?.name ?? pkg.name, name);
}

/** A real system has some packages of one source; a hostile database any number. */
const MAX_OF_PRODUCT = 100;

/**
 * Returns the packages of the system whose lists of files are gone, by the product that they are
 * built from.
 */
function unlistedPackages({ all }: Subjects): ReadonlyMap<string, readonly Subject[]> {
  const products = new Map<string, Subject[]>();
  for (const subject of all) {
    if (!subject.isSystem || subject.manifests.length > 0) continue;
    const { name, source } = subject.pkg;
    for (const product of new Set([name, source?.name ?? name])) {
      const known = products.get(product);
      if (known === undefined) products.set(product, [subject]);
      else if (known.length < MAX_OF_PRODUCT) known.push(subject);
    }
  }
  return products;
}

function isSameProgram(others: readonly Subject[], { version }: Package): boolean {
  return (
    version !== '' &&
    others.some(({ pkg }) =>
      isSameUpstreamVersion(upstreamVersionOf(pkg.ecosystem, pkg.version), version),
    )
  );
}
