/**
 * Vulnerabilities in packages of languages that packages of the system ship.
 *
 * Ownership alone changes nothing. Where the distribution built the owner, its advisories decide
 * about what they name, and the rest is reported with its owner. A claim never removes a finding
 * that was not judged: see `docs/ownership.md`.
 */

import { appendTo } from '../../core/base/maps.ts';
import type { Advisory } from '../../core/model/advisory/advisory.ts';
import { advisoryPackageOf } from '../../core/model/advisory/advisory-name.ts';
import { ECOSYSTEMS } from '../../core/model/package/ecosystem.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import type { Inventory, Package } from '../../core/model/package/package.ts';
import { upstreamVersionOf } from '../../core/model/distro/upstream-version.ts';
import { compareVersions } from '../../core/version/index.ts';
import type { VulnerabilityIndex } from './aliases.ts';
import { isDistributionBuilt, isNamesake } from './distribution-built.ts';
import { fixedVersionsOf } from './fixed-versions.ts';
import { listNames } from './gaps.ts';

/** Records that name the owners of packages, by the owner's id. */
export type OwnerAdvisories = ReadonlyMap<string, readonly Advisory[]>;

/** Owners of the packages of one inventory, as far as the distribution built them. */
export class PackageOwners {
  readonly #byId: ReadonlyMap<string, Package>;
  readonly #records: OwnerAdvisories;

  constructor({ packages }: Pick<Inventory, 'packages'>, records: OwnerAdvisories) {
    const ids = new Set(packages.flatMap(({ ownedBy }) => ownedBy ?? []));
    this.#byId = new Map(packages.flatMap((pkg) => (ids.has(pkg.id) ? [[pkg.id, pkg]] : [])));
    this.#records = records;
  }

  /** Returns the system's package that ships a package, independent of its builder. */
  anyOf({ ownedBy = '' }: Package): Package | undefined {
    return this.#byId.get(ownedBy);
  }

  /** Returns the owner that the distribution built; `undefined` where there is none. */
  distributionOf(pkg: Package): Package | undefined {
    const owner = this.anyOf(pkg);
    if (owner === undefined || ECOSYSTEMS[owner.ecosystem].kind !== 'os') return undefined;
    return isDistributionBuilt(owner, pkg, this.recordsOf(owner).length > 0) ? owner : undefined;
  }

  /** Returns the distribution's records for this release about the owner's source package. */
  recordsOf({ id }: Package): readonly Advisory[] {
    return this.#records.get(id) ?? [];
  }
}

/** The decision about a vulnerability in a package. */
export type OwnershipDecision =
  /** An ordinary finding. */
  | { readonly kind: 'counts' }
  /** The distribution's entry for the owner stands for it. */
  | { readonly kind: 'judged' }
  /**
   * A finding that only conditions with `owned` count; the distribution's fix of the owner, where
   * it has one.
   */
  | { readonly kind: 'owned'; readonly owner: Package; readonly fixedVersions: readonly string[] };

const COUNTS: OwnershipDecision = { kind: 'counts' };

/** Answers for each vulnerability of each package. */
export function decideOwnership(
  owners: PackageOwners,
  indexOf: VulnerabilityIndex,
  /** Whether the owner has a finding of the same vulnerability. */
  isReported: (owner: Package, vulnerability: string) => boolean,
): (pkg: Package, vulnerability: string) => OwnershipDecision {
  const naming = new Map<string, ReadonlyMap<string, readonly Advisory[]>>();
  const recordsNaming = (owner: Package, vulnerability: string): readonly Advisory[] => {
    const known = naming.get(owner.id) ?? byVulnerability(owners.recordsOf(owner), indexOf);
    naming.set(owner.id, known);
    return known.get(vulnerability) ?? [];
  };
  return (pkg, vulnerability) => {
    if (pkg.ownedBy === undefined) return COUNTS;
    const owner = owners.distributionOf(pkg);
    if (owner === undefined) return COUNTS;
    const records = recordsNaming(owner, vulnerability);
    const isJudged = isReported(owner, vulnerability) || !isOlderThanOwner(pkg, owner);
    if (records.length > 0 && isJudged) return { kind: 'judged' };
    return { kind: 'owned', owner, fixedVersions: fixesOf(owner, records) };
  };
}

function byVulnerability(
  records: readonly Advisory[],
  indexOf: VulnerabilityIndex,
): ReadonlyMap<string, readonly Advisory[]> {
  const naming = new Map<string, Advisory[]>();
  for (const record of records) {
    for (const id of new Set([...indexOf(record), record.id, ...(record.related ?? [])])) {
      appendTo(naming, id, record);
    }
  }
  return naming;
}

/**
 * Returns whether a package that bears its owner's name is of an older release than the owner
 * claims. Then the owner's version does not describe it, and a fix in that version is none here.
 */
function isOlderThanOwner(pkg: Package, owner: Package): boolean {
  if (!isNamesake(owner, pkg)) return false;
  const claimed = upstreamVersionOf(owner.ecosystem, advisoryPackageOf(owner).version);
  return compareVersions(ECOSYSTEMS[pkg.ecosystem].scheme, pkg.version, claimed) === -1;
}

function fixesOf(owner: Package, records: readonly Advisory[]): readonly string[] {
  const { name, version } = advisoryPackageOf(owner);
  const entries = records.flatMap(({ affected }) =>
    affected.filter((entry) => entry.ecosystem === owner.ecosystem && entry.name === name),
  );
  return fixedVersionsOf(ECOSYSTEMS[owner.ecosystem].scheme, version, entries).slice(0, 1);
}

/**
 * Returns notes about the shippers of language packages: the distribution, and others whose
 * ownership changes nothing.
 */
export function ownershipNotes(
  packages: readonly Package[],
  owners: PackageOwners,
): readonly Diagnostic[] {
  const owned = packages.filter((pkg) => owners.anyOf(pkg) !== undefined);
  const others = owned.filter((pkg) => owners.distributionOf(pkg) === undefined);
  const own = owned.length - others.length;
  const messages: string[] = [];
  if (own > 0) {
    messages.push(
      `${languagePackages(own)} shipped by packages of the distribution: its advisories decide about vulnerabilities that they name for these, and others are marked as owned`,
    );
  }
  if (others.length > 0) {
    const names = others.flatMap((pkg) => owners.anyOf(pkg)?.name ?? []);
    messages.push(
      `${languagePackages(others.length)} shipped by ${listNames(names)}, which the distribution is not known to have built: matched by ${others.length === 1 ? 'itself' : 'themselves'}`,
    );
  }
  return messages.map((message) => ({ stage: 'match', message }));
}

function languagePackages(count: number): string {
  return count === 1 ? '1 package of a language is' : `${count} packages of languages are`;
}
