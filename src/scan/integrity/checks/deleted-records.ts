/**
 * Packages that a lower layer records and no record names any more, while their code is still that
 * of lower layers. A package manager removes the files with the record; a record that is removed
 * alone only hides findings.
 */

import { appendTo } from '../../../core/base/maps.ts';
import type { CatalogerTraits } from '../../../core/model/catalog/cataloger-traits.ts';
import type { CatalogedPackage, OwnedFiles } from '../../../core/model/catalog/catalog.ts';
import { ECOSYSTEMS, type Ecosystem } from '../../../core/model/package/ecosystem.ts';
import type { Contradiction } from '../../../core/model/package/package.ts';
import type { WhitedOutReading, Reading } from '../../../core/model/package/package-occurrence.ts';
import type { RootfsFile } from '../../../core/model/layer/rootfs-view.ts';
import type { ArtifactCheck, CheckInput } from '../check.ts';
import { classifyFile, isSharedLibrary } from '../file-class.ts';
import type { IntegrityInput } from '../input.ts';
import { packageLabel } from '../package-label.ts';
import { hasExpectedPath } from '../subjects.ts';
import type { Statement } from '../statement.ts';

/** A hostile image can lose any number of packages. */
const MAX_LOST = 100;

/** A package whose record is gone. */
interface Lost {
  readonly cataloged: CatalogedPackage;
  readonly ecosystem: Ecosystem;
  /** The file that recorded it. */
  readonly path: string;
  /** The lowest layer without the record. */
  readonly lostIn: number;
}

/** A package whose record is gone, and the files of it that are left. */
interface Remains {
  readonly lost: Lost;
  readonly files: readonly [RootfsFile, ...RootfsFile[]];
}

/** Reports each package whose record is gone, or a whole database that is gone. */
export const deletedRecords: ArtifactCheck = {
  id: 'deleted-records',
  needs: ['erased files', 'earlier readings'],
  ofArtifact: findDeletedRecords,
};

function findDeletedRecords(input: CheckInput): readonly Statement[] {
  if (input.depth !== 'full') return [];
  // `orphaned-manifests` reports packages of which a list of files is still there.
  const known = new Set(input.subjects.orphans.map(({ name }) => name));
  const lists = new FileLists(input);
  const remains = new Map<string, [Remains, ...Remains[]]>();
  for (const lost of lostPackages(input)) {
    if (known.has(lost.cataloged.name)) continue;
    const [first, ...others] = leftOf(input, lists.of(lost), lost.lostIn);
    if (first === undefined) continue;
    const remain: Remains = { lost, files: [first, ...others] };
    appendTo(remains, lost.path, remain);
  }
  const present = new Set(input.readings.map(({ path }) => path));
  return [...remains]
    .flatMap(([path, rows]) =>
      rows.length > 1 && !present.has(path) ? [databaseGone(rows)] : rows.map(packageGone),
    )
    .slice(0, MAX_LOST)
    .map((contradiction) => ({ kind: 'artifact', contradiction }));
}

function packageGone({ lost, files }: Remains): Contradiction {
  const { cataloged, path, lostIn } = lost;
  const [example] = files;
  const count =
    files.length === 1 ? 'a program or library' : `${files.length} programs and libraries`;
  return {
    kind: 'hidden',
    claimed: `no package "${cataloged.name}" is installed`,
    found: `${count} of ${packageLabel(cataloged)}, which the layers below record, such as ${example.path}`,
    location: { path, layer: lostIn },
    isSevere: true,
  };
}

function databaseGone(rows: readonly [Remains, ...Remains[]]): Contradiction {
  const [{ lost, files }] = rows;
  const { cataloged, path, lostIn } = lost;
  return {
    kind: 'hidden',
    claimed: `no ${path}`,
    found: `programs and libraries of ${rows.length} packages that it recorded in the layers below, such as ${files[0].path} of ${packageLabel(cataloged)}`,
    location: { path, layer: lostIn },
    isSevere: true,
  };
}

function* lostPackages(input: CheckInput): Generator<Lost> {
  const { all } = input.subjects;
  const found = new Map(all.map(({ pkg }) => [pkg.foundBy, pkg.ecosystem]));
  const there = new Set<string>();
  for (const { pkg, entries } of all) {
    if (entries.length === 0) continue;
    there.add(placeKey(pkg.ecosystem, pkg.name, ''));
    for (const { location } of entries) there.add(placeKey(pkg.ecosystem, pkg.name, location.path));
  }
  for (const { path, lostIn, foundBy, result } of pastStates(input)) {
    const ecosystem = found.get(foundBy) ?? ecosystemOfLost(input.catalogers.get(foundBy));
    if (ecosystem === undefined) continue;
    // Packages of a language can be installed in several directories; the system has one of each
    // name.
    const place = ECOSYSTEMS[ecosystem].kind === 'os' ? '' : path;
    for (const cataloged of result.packages) {
      const key = placeKey(ecosystem, cataloged.name, place);
      if (cataloged.presence === 'declared' || there.has(key)) continue;
      there.add(key);
      yield { cataloged, ecosystem, path, lostIn };
    }
  }
}

/** Returns the ecosystem of a cataloger that has no package left. */
function ecosystemOfLost(cataloger: CatalogerTraits | undefined): Ecosystem | undefined {
  return cataloger?.detectsLastDeletion === true ? cataloger.ecosystem : undefined;
}

function placeKey(ecosystem: Ecosystem, name: string, path: string): string {
  const { purlType } = ECOSYSTEMS[ecosystem];
  return JSON.stringify([purlType, name, path]);
}

/**
 * Yields former states of files with the layer that replaced them, the newest of each file first.
 */
function* pastStates({
  readings,
  erased = [],
}: IntegrityInput): Generator<
  Pick<WhitedOutReading, 'path' | 'foundBy' | 'result'> & { lostIn: number }
> {
  for (const { path, layer, foundBy, earlier = [] } of readings) {
    let lostIn = layer;
    for (const state of earlier) {
      yield { path, foundBy, result: state.result, lostIn };
      lostIn = state.layer;
    }
  }
  for (const { path, foundBy, result, erasedIn } of erased) {
    yield { path, foundBy, result, lostIn: erasedIn };
  }
}

/**
 * The files of packages of past states: by their own records, and by lists in files of their own.
 */
class FileLists {
  readonly #byName = new Map<string, OwnedFiles>();
  readonly #byRecord = new Map<string, OwnedFiles>();

  constructor({ readings, erased = [] }: IntegrityInput) {
    const add = ({ result }: Pick<Reading, 'result'>): void => {
      for (const { of, ownedFiles } of result.externalClaims ?? []) {
        if (ownedFiles === undefined || of.kind === 'owner' || hasExpectedPath(of)) continue;
        const map = of.kind === 'name' ? this.#byName : this.#byRecord;
        const key = of.kind === 'name' ? of.name : of.path;
        if (!map.has(key)) map.set(key, ownedFiles);
      }
    };
    for (const reading of readings) {
      add(reading);
      for (const state of reading.earlier ?? []) add(state);
    }
    for (const reading of erased) add(reading);
  }

  of({ cataloged, ecosystem, path }: Lost): OwnedFiles {
    const { ownedFiles = [] } = cataloged;
    if ([...ownedFiles].some(({ kind }) => kind === 'file')) return ownedFiles;
    const recorded = this.#byRecord.get(path);
    if (recorded !== undefined) return recorded;
    return ECOSYSTEMS[ecosystem].kind === 'os' ? (this.#byName.get(cataloged.name) ?? []) : [];
  }
}

/**
 * Returns the code that lies there as the layers below stored it, and that no other package has
 * inherited.
 */
function leftOf(
  { root, moreDigests, contents }: CheckInput,
  files: OwnedFiles,
  lostIn: number,
): readonly RootfsFile[] {
  const left: RootfsFile[] = [];
  for (const owned of files) {
    const { digest, kind, path } = owned;
    if (kind !== 'file' || digest === undefined) continue;
    const found = root.lookUp(path, true);
    if (found.kind !== 'file' || found.layer >= lostIn) continue;
    if (classifyFile(owned, found) !== 'code') continue;
    if (!found.hasDigest(digest) && moreDigests?.get(found.fact)?.includes(digest) !== true) {
      continue;
    }
    if (!isInherited(found, lostIn, contents)) left.push(found);
  }
  return left;
}

/**
 * Returns whether another package owns a file as package managers allow: it did so before, or it
 * was installed in the place of the lost one, and the layer left out what is equal in both. Builds
 * give no two libraries an equal time, and a package of which nothing was stored was not installed.
 */
function isInherited(
  { body, path }: RootfsFile,
  lostIn: number,
  { owners, countsOf }: CheckInput['contents'],
): boolean {
  const owner = owners.matched.get(body);
  if (owner === undefined) return false;
  if (owner.entries.some(({ introducedIn }) => introducedIn < lostIn)) return true;
  return (countsOf(owner).newestCode ?? 0) >= lostIn && !isSharedLibrary(path);
}
