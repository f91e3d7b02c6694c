/**
 * Builds the inventory from the merged root filesystem: each package once, with all its places and
 * its first layer.
 *
 * A package is identified by ecosystem, name, version, architecture and source package. An
 * installed package has precedence over one that is only declared. In the tree of a project, the
 * lockfiles above an installed copy decide its scope. In an image or a root filesystem, an
 * installed package is in use, whatever a lockfile beside it contains. If several files give a
 * scope, the strongest use counts.
 *
 * A package begins in the lowest layer from which on every state of its file has held it: databases
 * are rewritten whole by higher layers, and a package that was removed and came back begins where
 * it came back. A state that could not be read counts neither way.
 */

import { appendAll } from '../../core/base/append-all.ts';
import { compareText } from '../../core/base/compare.ts';
import { groupBy } from '../../core/base/maps.ts';
import { pluralize } from '../../core/base/pluralize.ts';
import type { Artifact, Location } from '../../core/model/artifact/artifact.ts';
import type { CatalogedPackage, CatalogResult } from '../../core/model/catalog/catalog.ts';
import { ecosystemIn } from '../../core/model/distro/distro.ts';
import { ECOSYSTEM_IDS, ECOSYSTEMS, type Ecosystem } from '../../core/model/package/ecosystem.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import type { Distro, Inventory, Package } from '../../core/model/package/package.ts';
import type { PackageOccurrence } from '../../core/model/package/package-occurrence.ts';
import { isRootProject } from '../../core/model/package/root-project.ts';
import { purlOf } from '../../core/model/purl/purl.ts';
import { resolveDependencies } from './dependencies.ts';
import { mergeOccurrences, sortOccurrences, type PackageDraft } from './merge-packages.ts';
import { removedPackages } from './removed-packages.ts';
import {
  foldUntrustedPackages,
  type InventoryOccurrence,
  type OccurrenceGroup,
} from './untrusted-packages.ts';
import type { RootfsContent, VisibleResult } from '../../core/model/layer/rootfs-content.ts';

/** Raised whenever catalogers change meaning; see {@link Inventory.inventoryVersion}. */
const INVENTORY_VERSION = 2;

/** The facts that an inventory needs beside the merged root filesystem. */
export interface InventoryOptions {
  /** The distribution that the package URLs of the system's packages name. */
  readonly distro?: Distro;
  /** The catalogers' rows by id, for the ecosystem and the presence of what they found. */
  readonly rows: ReadonlyMap<
    string,
    {
      readonly ecosystem?: Ecosystem;
      readonly presence: Package['presence'];
      readonly isClaim?: true;
      readonly isLockfile?: true;
    }
  >;
  readonly artifactKind: Artifact['kind'];
  /**
   * Further readings: exact versions of manifests that nothing resolves. Their diagnostics are
   * reported elsewhere.
   */
  readonly pins?: readonly VisibleResult[];
  /** Also packages of the system that only lower layers hold; they count as declared. */
  readonly includeRemoved?: boolean;
}

/** An inventory, and the facts of its building that it does not contain. */
export interface BuiltInventory {
  readonly inventory: Inventory;
  readonly diagnostics: readonly Diagnostic[];
  /** The occurrences that each package was merged from, by its id; the strongest first. */
  readonly entries: ReadonlyMap<string, readonly [PackageOccurrence, ...PackageOccurrence[]]>;
}

/**
 * Builds the inventory: packages in the order of the ecosystem table, then by name, version and
 * architecture. The diagnostics are those of the view and those of the building.
 */
export function buildInventory(view: RootfsContent, options: InventoryOptions): BuiltInventory {
  const diagnostics: Diagnostic[] = [...view.diagnostics];
  const isProject = options.artifactKind === 'directory' || options.artifactKind === 'repository';
  const groups = new Map<string, OccurrenceGroup>();
  let hasWeak = false;
  const projects: NonNullable<Inventory['projects']>[number][] = [];
  for (const visible of [...view.cataloged, ...(options.pins ?? [])]) {
    const location = { path: visible.path, layer: visible.layer };
    // In an image, such a file names a component of the image and not the project that is scanned.
    const told = isProject || options.artifactKind === 'sbom' ? visible.result.projects : undefined;
    for (const purl of told ?? []) projects.push({ purl, location });
    for (const claim of claimsOf(visible, options, diagnostics)) {
      hasWeak ||= claim.isWeak;
      const key = groupKey(claim);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { key, claims: [claim] });
      else group.claims.push(claim);
    }
  }
  if (hasWeak) appendAll(diagnostics, foldUntrustedPackages(groups));
  const merged = [...groups.values()]
    .map(({ claims: unsorted }) => {
      const claims = sortOccurrences(unsorted);
      return { claims, pkg: mergeOccurrences(claims, isProject) };
    })
    .sort(
      (a, b) => byNature(a.pkg, b.pkg) || compareText(wholeKey(a.claims[0]), wholeKey(b.claims[0])),
    );
  const named = withIds(
    merged.map(({ pkg }) => pkg),
    options.distro,
  );
  resolveDependencies(merged, (path) => view.resolve(path));
  const packages = named.map((pkg, index) =>
    withTold(pkg, merged[index]?.claims[0].cataloged, options.artifactKind),
  );
  const empty = packages.every((pkg) => isRootProject(pkg) || pkg.scope === 'development')
    ? emptyManifests(view, options.rows)
    : [];
  return {
    inventory: {
      inventoryVersion: INVENTORY_VERSION,
      ...(options.distro !== undefined && { distro: options.distro }),
      packages,
      ...(projects.length > 0 && { projects }),
      ...(empty.length > 0 && { emptyManifests: empty }),
    },
    diagnostics,
    entries: new Map(
      merged.map(({ claims }, index) => [packages[index]?.id ?? '', believed(claims)]),
    ),
  };
}

/** One is enough to know that something was scanned; a source tree may contain thousands. */
const MAX_EMPTY = 100;

/**
 * Returns the lockfiles without packages and manifests without requests, besides those of
 * development, that were read in full.
 */
function emptyManifests(
  { cataloged }: RootfsContent,
  rows: InventoryOptions['rows'],
): readonly Location[] {
  const found = cataloged.filter(({ path, foundBy, result }) => {
    // What came with an installed package is read for the package, and is not a project.
    if (path.includes('/node_modules/')) return false;
    const { manifest, packages, diagnostics = [] } = result;
    if (diagnostics.some(({ gap }) => gap !== undefined)) return false;
    if (manifest !== undefined) {
      return (
        manifest.computed === undefined &&
        manifest.requests.every(({ scope }) => scope === 'development')
      );
    }
    const isLockfile = rows.get(foundBy)?.isLockfile === true;
    return isLockfile && packages.every(({ relationship }) => relationship === 'root');
  });
  return found.slice(0, MAX_EMPTY).map(({ path, layer }) => ({ path, layer }));
}

const ARCHITECTURE = 'arch';

function* claimsOf(
  visible: VisibleResult,
  options: InventoryOptions,
  diagnostics: Diagnostic[],
): Generator<InventoryOccurrence> {
  const { path, layer, foundBy, result } = visible;
  const row = options.rows.get(foundBy);
  let homelessCount = 0;
  for (const cataloged of result.packages) {
    const ecosystem = cataloged.ecosystem ?? row?.ecosystem;
    if (ecosystem === undefined) {
      homelessCount += 1;
      continue;
    }
    const { introducedIn, replaced, kept } = beginning(visible, cataloged);
    // Assigning is several times as quick as spreading, and a lockfile has thousands.
    const claim: { -readonly [Key in keyof InventoryOccurrence]: InventoryOccurrence[Key] } = {
      cataloged,
      ecosystem: ecosystemIn(options.distro, ecosystem),
      presence: cataloged.presence ?? row?.presence ?? 'declared',
      location: placeOf(cataloged, path, layer),
      foundBy,
      isWeak: row?.isClaim === true,
      introducedIn,
    };
    if (replaced !== undefined) claim.replaced = replaced;
    if (kept !== undefined) claim.kept = kept;
    yield claim;
  }
  if (options.includeRemoved === true) yield* removedClaims(visible, options);
  if (homelessCount > 0) {
    diagnostics.push({
      stage: 'layers',
      message: `of no known ecosystem: ${pluralize(homelessCount, 'package')} found by "${foundBy}"`,
      location: { path, layer },
      gap: 'unreadable',
    });
  }
}

function* removedClaims(
  visible: VisibleResult,
  options: InventoryOptions,
): Generator<InventoryOccurrence> {
  const { path, foundBy } = visible;
  const ecosystem = options.rows.get(foundBy)?.ecosystem;
  if (ecosystem === undefined || ECOSYSTEMS[ecosystem].kind !== 'os') return;
  for (const { cataloged, layer } of removedPackages(visible)) {
    yield {
      cataloged,
      ecosystem: ecosystemIn(options.distro, cataloged.ecosystem ?? ecosystem),
      presence: 'declared',
      location: placeOf(cataloged, path, layer),
      foundBy,
      isWeak: false,
      introducedIn: layer,
    };
  }
}

function placeOf({ line }: CatalogedPackage, path: string, layer: number): Location {
  return line === undefined ? { path, layer } : { path, layer, line };
}

/** Returns the key of a package; most packages need fewer fields than the longest key has. */
function groupKey(claim: InventoryOccurrence): string {
  const { name, version, qualifiers, source } = claim.cataloged;
  const isOwnSource = (source?.name ?? name) === name && (source?.version ?? version) === version;
  const isPlain = isOwnSource && (qualifiers?.get(ARCHITECTURE) ?? '') === '';
  // The length keeps two names from being the same text with their versions.
  return isPlain ? `${claim.ecosystem} ${name.length} ${name} ${version}` : wholeKey(claim);
}

function wholeKey({ cataloged, ecosystem }: InventoryOccurrence): string {
  const { name, version, qualifiers, source } = cataloged;
  // A package that names no source package is its own.
  return JSON.stringify([
    ecosystem,
    name,
    version,
    qualifiers?.get(ARCHITECTURE) ?? '',
    source?.name ?? name,
    source?.version ?? version,
  ]);
}

function beginning(
  visible: VisibleResult,
  cataloged: CatalogedPackage,
): Pick<PackageOccurrence, 'introducedIn' | 'replaced' | 'kept'> {
  let introducedIn = visible.layer;
  if (visible.earlier.length === 0) return { introducedIn };
  const key = nameKey(cataloged);
  const kept: CatalogedPackage[] = [];
  for (const { layer, result } of visible.earlier) {
    const rows = rowsIn(result).get(key) ?? [];
    const same = rows.find(({ version }) => version === cataloged.version);
    if (same !== undefined) {
      introducedIn = layer;
      kept.push(same);
    } else if (!isUnreadable(result)) {
      const [replaced] = rows;
      return { introducedIn, ...(kept.length > 0 && { kept }), ...(replaced && { replaced }) };
    }
  }
  return { introducedIn, ...(kept.length > 0 && { kept }) };
}

const rowsByResult = new WeakMap<CatalogResult, ReadonlyMap<string, readonly CatalogedPackage[]>>();

function rowsIn(result: CatalogResult): ReadonlyMap<string, readonly CatalogedPackage[]> {
  const known = rowsByResult.get(result);
  if (known !== undefined) return known;
  const rows = groupBy(result.packages, (cataloged) => nameKey(cataloged));
  rowsByResult.set(result, rows);
  return rows;
}

function nameKey({ name, qualifiers }: CatalogedPackage): string {
  return JSON.stringify([name, qualifiers?.get(ARCHITECTURE) ?? '']);
}

function isUnreadable(result: CatalogResult): boolean {
  return (
    result.packages.length === 0 &&
    (result.diagnostics ?? []).some(({ gap }) => gap === 'unreadable' || gap === 'limit')
  );
}

/**
 * Returns the trusted claims. Claims from untrusted files are no copy of a package, unless there
 * are no others.
 */
function believed(
  claims: readonly [InventoryOccurrence, ...InventoryOccurrence[]],
): readonly [InventoryOccurrence, ...InventoryOccurrence[]] {
  const [first, ...others] = claims;
  return others.length === 0 || first.isWeak
    ? claims
    : [first, ...others.filter(({ isWeak }) => !isWeak)];
}

/**
 * A bill of materials that Assay wrote says what verification found; elsewhere verification itself
 * says it.
 */
function withTold(
  pkg: Package,
  told: CatalogedPackage | undefined,
  kind: Artifact['kind'],
): Package {
  if (kind !== 'sbom' || told === undefined) return pkg;
  const { ownedBy, evidencedVersion } = told;
  return {
    ...pkg,
    ...(evidencedVersion !== undefined && { evidence: { ...pkg.evidence, evidencedVersion } }),
    ...(ownedBy !== undefined && { ownedBy }),
  };
}

/** Gives each package its package URL; a later one of the same URL has a number behind it. */
function withIds(
  packages: readonly PackageDraft[],
  distro: Distro | undefined,
): readonly Package[] {
  const taken = new Map<string, number>();
  for (const pkg of packages) {
    const purl = purlOf(pkg, distro);
    const count = (taken.get(purl) ?? 0) + 1;
    taken.set(purl, count);
    pkg.id = count === 1 ? purl : `${purl}#${String(count)}`;
  }
  return packages;
}

function byNature(a: PackageDraft, b: PackageDraft): number {
  const isAlike = a.ecosystem === b.ecosystem;
  return (
    (isAlike ? 0 : ECOSYSTEM_IDS.indexOf(a.ecosystem) - ECOSYSTEM_IDS.indexOf(b.ecosystem)) ||
    compareText(a.name, b.name) ||
    compareText(a.version, b.version)
  );
}
