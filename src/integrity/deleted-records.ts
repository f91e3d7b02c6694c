/**
 * Packages that a lower layer had and no record names any more, while their code is still the one that lower layers
 * brought. A package manager removes the files with the record; whoever only wants a finding to go away removes the record.
 */

import { appendTo } from '../base/maps.ts';
import { ECOSYSTEMS, type Ecosystem } from '../model/ecosystem.ts';
import type { CatalogedPackage, OwnedFiles } from '../model/catalog.ts';
import type { Contradiction } from '../model/package.ts';
import type { WhitedOutReading, Reading } from '../model/package-occurrence.ts';
import type { RootfsFile } from '../model/rootfs-view.ts';
import type { FileOwners } from './file-owners.ts';
import { classifyFile, isSharedLibrary } from './file-class.ts';
import type { IntegrityInput, Subject, Subjects } from './input.ts';
import { packageLabel } from './package-label.ts';
import { hasExpectedPath } from './subjects.ts';

/** A hostile image can lose any number of packages. */
const MAX_LOST = 100;

/** A package that is gone. */
interface Lost {
  readonly cataloged: CatalogedPackage;
  readonly ecosystem: Ecosystem;
  /** The file that recorded it. */
  readonly path: string;
  /** The layer that has it no more. */
  readonly lostIn: number;
}

/** A package that is gone, and what of it is left. */
interface Remains {
  readonly lost: Lost;
  readonly files: readonly [RootfsFile, ...RootfsFile[]];
}

/** One contradiction for each, or for all of a database that is gone. */
export function findDeletedRecords(
  input: IntegrityInput,
  subjects: Subjects,
  owners: FileOwners,
): readonly Contradiction[] {
  if (input.depth !== 'full') return [];
  // Those of which a list of files is still there were found by it.
  const known = new Set(subjects.orphans.map(({ name }) => name));
  const lists = new FileLists(input);
  const remains = new Map<string, [Remains, ...Remains[]]>();
  for (const lost of lostPackages(input, subjects)) {
    if (known.has(lost.cataloged.name)) continue;
    const [first, ...others] = leftOf(input, owners, lists.of(lost), lost.lostIn);
    if (first === undefined) continue;
    const remain: Remains = { lost, files: [first, ...others] };
    appendTo(remains, lost.path, remain);
  }
  const present = new Set(input.readings.map(({ path }) => path));
  return [...remains]
    .flatMap(([path, rows]) =>
      rows.length > 1 && !present.has(path) ? [databaseGone(rows)] : rows.map(packageGone),
    )
    .slice(0, MAX_LOST);
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

function* lostPackages(input: IntegrityInput, { all }: Subjects): Generator<Lost> {
  const finders = new Map(all.map(({ pkg }) => [pkg.foundBy, pkg.ecosystem]));
  const there = new Set<string>();
  for (const { pkg, entries } of all) {
    if (entries.length === 0) continue;
    there.add(placeKey(pkg.ecosystem, pkg.name, ''));
    for (const { location } of entries) there.add(placeKey(pkg.ecosystem, pkg.name, location.path));
  }
  for (const { path, lostIn, foundBy, result } of pastStates(input)) {
    const ecosystem = finders.get(foundBy) ?? ECOSYSTEM_OF.get(foundBy);
    if (ecosystem === undefined) continue;
    // Packages of a language lie side by side in several places; the system has one of each name.
    const place = ECOSYSTEMS[ecosystem].kind === 'os' ? '' : path;
    for (const cataloged of result.packages) {
      const key = placeKey(ecosystem, cataloged.name, place);
      if (cataloged.presence === 'declared' || there.has(key)) continue;
      there.add(key);
      yield { cataloged, ecosystem, path, lostIn };
    }
  }
}

/** Of whose packages there may be none left. */
const ECOSYSTEM_OF: ReadonlyMap<string, Ecosystem> = new Map([
  ['debian/dpkg-status', 'debian'],
  ['debian/dpkg-status-d', 'debian'],
  ['alpine/apk-installed', 'alpine'],
  ['rpm/rpmdb', 'redhat'],
  ['pypi/dist-info', 'pypi'],
  ['conda/conda-meta', 'conda'],
  ['rubygems/gemspec', 'rubygems'],
]);

function placeKey(ecosystem: Ecosystem, name: string, path: string): string {
  const { purlType } = ECOSYSTEMS[ecosystem];
  return JSON.stringify([purlType, name, path]);
}

/** States of files that are not the present one, with the layer that ended them; the newest of each file first. */
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

/** What files the packages of past states had: by their own records, and by lists that lie beside these. */
class FileLists {
  readonly #byName = new Map<string, OwnedFiles>();
  readonly #byRecord = new Map<string, OwnedFiles>();

  constructor({ readings, erased = [] }: IntegrityInput) {
    const add = ({ result }: Pick<Reading, 'result'>): void => {
      for (const { of, ownedFiles: ownedFiles } of result.externalClaims ?? []) {
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
    const { ownedFiles: ownedFiles = [] } = cataloged;
    if ([...ownedFiles].some(({ kind }) => kind === 'file')) return ownedFiles;
    const recorded = this.#byRecord.get(path);
    if (recorded !== undefined) return recorded;
    return ECOSYSTEMS[ecosystem].kind === 'os' ? (this.#byName.get(cataloged.name) ?? []) : [];
  }
}

/** Code that lies there as the layers below brought it, and that no other package has inherited. */
function leftOf(
  { root, moreDigests }: IntegrityInput,
  owners: FileOwners,
  files: OwnedFiles,
  lostIn: number,
): readonly RootfsFile[] {
  const left: RootfsFile[] = [];
  for (const owned of files) {
    const { digest, kind, path } = owned;
    if (kind !== 'file' || digest === undefined) continue;
    const seen = root.lookUp(path, true);
    if (seen.kind !== 'file' || seen.layer >= lostIn || classifyFile(owned, seen) !== 'code')
      continue;
    if (!seen.hasDigest(digest) && moreDigests?.get(seen.fact)?.includes(digest) !== true) continue;
    if (!isInherited(owners.matched.get(seen.body), seen, lostIn)) left.push(seen);
  }
  return left;
}

/**
 * Whether another package owns it now as package managers let it: it did so before, or it was installed in the place of
 * the lost one, and the layer left out what is equal in both. Builds give no two libraries an equal time, and a package of
 * which nothing was stored was not installed.
 */
function isInherited(owner: Subject | undefined, { path }: RootfsFile, lostIn: number): boolean {
  if (owner === undefined) return false;
  if (owner.entries.some(({ introducedIn }) => introducedIn < lostIn)) return true;
  return (owner.findings.files.newestCode ?? 0) >= lostIn && !isSharedLibrary(path);
}
