/**
 * From all that is claimed of one package to the package. What is installed wins over what is only
 * declared. Scope is judged by where the package is, as `inventory.ts` says; where several say
 * something the strongest use counts.
 */

import { directoryOf } from '../../core/base/artifact-path.ts';
import { compareText } from '../../core/base/compare.ts';
import type { Location } from '../../core/model/artifact/artifact.ts';
import type { CatalogedPackage } from '../../core/model/catalog/catalog.ts';
import { NO_EVIDENCE, type Package } from '../../core/model/package/package.ts';
import type { InventoryOccurrence } from './untrusted-packages.ts';

/** A package under construction; its id is given when all are known. */
export type PackageDraft = { -readonly [Key in keyof Package]: Package[Key] };

/** Best first. */
const PRESENCES: readonly Package['presence'][] = ['installed', 'embedded', 'declared'];
/** Strongest first; a package without a scope is taken for one that is used. */
const SCOPES: readonly Package['scope'][] = [
  'runtime',
  undefined,
  'peer',
  'optional',
  'development',
];
/** Closest first. */
const RELATIONSHIPS: readonly Package['relationship'][] = ['root', 'direct', 'indirect', undefined];

/** Returns the occurrences, the strongest first. */
export function sortOccurrences(
  claims: readonly InventoryOccurrence[],
): readonly [InventoryOccurrence, ...InventoryOccurrence[]] {
  const [main, ...others] = claims.length < 2 ? claims : claims.toSorted(byWeight);
  if (main === undefined) throw new Error('a package that nothing claims');
  return [main, ...others];
}

/** Returns the package that claims speak of; the first counts where they differ. */
export function mergeOccurrences(
  claims: readonly [InventoryOccurrence, ...InventoryOccurrence[]],
  isProject: boolean,
): PackageDraft {
  const [main] = claims;
  if (claims.length === 1) return packageOf(main);
  const { cataloged, ecosystem, presence, foundBy } = main;
  // In the order of the fields; assigned, which is several times as quick as spreading.
  const merged: PackageDraft = {
    id: '',
    ecosystem,
    name: cataloged.name,
    version: cataloged.version,
  } as PackageDraft;
  const source = claims.find((claim) => claim.cataloged.source !== undefined)?.cataloged.source;
  if (source !== undefined) merged.source = source;
  const maintainer = claims.find((claim) => claim.cataloged.maintainer !== undefined)?.cataloged
    .maintainer;
  if (maintainer !== undefined) merged.maintainer = maintainer;
  merged.qualifiers = qualifiersOf(claims);
  merged.presence = presence;
  const scope = isProject ? scopeInProject(claims) : scopeOfPresent(claims);
  if (scope !== undefined) merged.scope = scope;
  const relationship = best(
    RELATIONSHIPS,
    claims.map((claim) => claim.cataloged.relationship),
  );
  if (relationship !== undefined) merged.relationship = relationship;
  merged.dependsOn = union(claims, (row) => row.dependsOn);
  merged.licenses = union(claims, (row) => row.licenses);
  merged.evidence = NO_EVIDENCE;
  merged.locations = locationsOf(main, claims);
  merged.digests = union(claims, (row) => row.digests);
  merged.introducedIn = claims.reduce(
    (low, claim) => Math.min(low, claim.introducedIn),
    main.introducedIn,
  );
  merged.foundBy = foundBy;
  return merged;
}

/** Merges one claim as {@link mergeOccurrences} does: most packages have no other. */
function packageOf({
  cataloged,
  ecosystem,
  presence,
  location,
  introducedIn,
  foundBy,
}: InventoryOccurrence): PackageDraft {
  const { name, version, source, maintainer, qualifiers, scope, relationship } = cataloged;
  const pkg: PackageDraft = {
    id: '',
    ecosystem,
    name,
    version,
    qualifiers: qualifiers ?? NO_QUALIFIERS,
    presence,
    dependsOn: unique(cataloged.dependsOn),
    licenses: unique(cataloged.licenses),
    evidence: NO_EVIDENCE,
    locations: [location],
    digests: unique(cataloged.digests),
    introducedIn,
    foundBy,
  };
  if (source !== undefined) pkg.source = source;
  if (maintainer !== undefined) pkg.maintainer = maintainer;
  if (scope !== undefined) pkg.scope = scope;
  if (relationship !== undefined) pkg.relationship = relationship;
  return pkg;
}

function unique<T>(values: readonly T[] = NONE): readonly T[] {
  return values.length < 2 ? values : [...new Set(values)];
}

const NONE: readonly never[] = [];

const NO_QUALIFIERS: ReadonlyMap<string, string> = new Map();

/** Returns the qualifiers, with the first value of each key. */
function qualifiersOf(claims: readonly InventoryOccurrence[]): Package['qualifiers'] {
  let qualifiers: Map<string, string> | undefined;
  for (const { cataloged } of claims) {
    if (cataloged.qualifiers === undefined) continue;
    qualifiers ??= new Map();
    for (const [key, value] of cataloged.qualifiers) {
      if (!qualifiers.has(key)) qualifiers.set(key, value);
    }
  }
  return qualifiers ?? NO_QUALIFIERS;
}

/** Returns the scope in images: installed copies decide; lockfiles only if there are none. */
function scopeOfPresent(claims: readonly InventoryOccurrence[]): Package['scope'] {
  const present = claims.filter((claim) => claim.presence !== 'declared');
  const deciding = present.length > 0 ? present : claims;
  return best(
    SCOPES,
    deciding.map((claim) => claim.cataloged.scope),
  );
}

/** Returns the scope in projects: lockfiles decide, and copies that lie below none of them. */
function scopeInProject(claims: readonly InventoryOccurrence[]): Package['scope'] {
  const declared = claims.filter((claim) => claim.presence === 'declared');
  const projects = new Set(declared.map((claim) => directoryOf(claim.location.path)));
  const stray = claims.filter(
    (claim) => claim.presence !== 'declared' && !isBelow(claim.location.path, projects),
  );
  return best(
    SCOPES,
    [...declared, ...stray].map((claim) => claim.cataloged.scope),
  );
}

function isBelow(path: string, folders: ReadonlySet<string>): boolean {
  for (let folder = path; folder !== '';) {
    folder = directoryOf(folder);
    if (folders.has(folder)) return true;
  }
  return false;
}

/** Returns the first of the order that is among the values. */
function best<T>(order: readonly T[], values: readonly T[]): T | undefined {
  return order.find((value) => values.includes(value));
}

function union<T>(
  claims: readonly InventoryOccurrence[],
  pick: (cataloged: CatalogedPackage) => readonly T[] | undefined,
): readonly T[] {
  return [...new Set(claims.flatMap((claim) => pick(claim.cataloged) ?? []))];
}

function locationsOf(
  main: InventoryOccurrence,
  claims: readonly InventoryOccurrence[],
): Package['locations'] {
  const sorted = claims.map((claim) => claim.location).sort(byPlace);
  const [first = main.location, ...others] = sorted.filter((location, at) => {
    const before = sorted[at - 1];
    return before === undefined || byPlace(before, location) !== 0;
  });
  return [first, ...others];
}

function byWeight(a: InventoryOccurrence, b: InventoryOccurrence): number {
  return (
    Number(a.isWeak) - Number(b.isWeak) ||
    PRESENCES.indexOf(a.presence) - PRESENCES.indexOf(b.presence) ||
    byPlace(a.location, b.location) ||
    compareText(a.foundBy, b.foundBy)
  );
}

function byPlace(a: Location, b: Location): number {
  return compareText(a.path, b.path) || a.layer - b.layer || (a.line ?? 0) - (b.line ?? 0);
}
