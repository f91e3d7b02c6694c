/**
 * What bills of materials inside an image say of packages that something better speaks of.
 *
 * Such a document may name no source package and no architecture where the package database does, so a claim of the
 * same name and version is one of the database's package. Where the database has the package of a system at other
 * versions only, the document is out of date or wrong: it is not listed beside it, and a note says so. Packages of
 * languages can lie side by side in several versions, so a claim of another version stands for itself.
 */

import { appendAll } from '../base/append-all.ts';
import type { CatalogedPackage } from '../model/catalog.ts';
import { ECOSYSTEMS, type Ecosystem } from '../model/ecosystem.ts';
import type { Diagnostic } from '../model/finding.ts';
import type { PackageOccurrence } from '../model/package-occurrence.ts';

/** One place that speaks of a package. */
export type InventoryOccurrence = PackageOccurrence & {
  readonly ecosystem: Ecosystem;
  /** What says it may have been written by anybody. */
  readonly isWeak: boolean;
};

/** What speaks of one package. */
export interface OccurrenceGroup {
  readonly key: string;
  readonly claims: InventoryOccurrence[];
}

/** Moves weak claims to the groups that they belong to, and removes those that a package database contradicts. */
export function foldUntrustedPackages(groups: Map<string, OccurrenceGroup>): readonly Diagnostic[] {
  const weak = [...groups.values()].filter(({ claims }) => claims.every(({ isWeak }) => isWeak));
  if (weak.length === 0) return [];
  const known = new Map<string, KnownName>();
  for (const group of groups.values()) {
    const strong = group.claims.find(({ isWeak }) => !isWeak);
    if (strong === undefined) continue;
    const name = known.get(nameKey(strong)) ?? new KnownName();
    name.add(group);
    known.set(nameKey(strong), name);
  }
  const notes: Diagnostic[] = [];
  for (const group of weak) {
    const [claim] = group.claims;
    const others = claim && known.get(nameKey(claim));
    if (claim === undefined || others === undefined) continue;
    const same = others.groupOf(claim);
    if (same !== undefined) {
      // Nothing of the weak claim's own is taken where the database says it: it comes last.
      appendAll(same.claims, group.claims);
      groups.delete(group.key);
    } else if (ECOSYSTEMS[claim.ecosystem].kind === 'os') {
      groups.delete(group.key);
      notes.push(contradicted(claim, others.groups));
    }
  }
  return notes;
}

/** All that is known under one name, of which there may be thousands. */
class KnownName {
  readonly groups: OccurrenceGroup[] = [];
  /** The first group of each version, and of each version and architecture, by its place. */
  readonly #places = new Map<string, number>();

  add(group: OccurrenceGroup): void {
    const place = this.groups.push(group) - 1;
    for (const { cataloged } of group.claims) {
      for (const key of [cataloged.version, keyOf(cataloged)]) {
        if (!this.#places.has(key)) this.#places.set(key, place);
      }
    }
  }

  /** An architecture or source package that one of the two does not name makes no difference. */
  groupOf({ cataloged }: InventoryOccurrence): OccurrenceGroup | undefined {
    const { version, qualifiers } = cataloged;
    const keys = qualifiers?.has('arch') ? [keyOf(cataloged), keyOf({ version })] : [version];
    const places = keys.flatMap((key) => this.#places.get(key) ?? []);
    return this.groups[Math.min(...places)];
  }
}

function nameKey({ ecosystem, cataloged }: InventoryOccurrence): string {
  return `${ecosystem} ${cataloged.name}`;
}

function keyOf({ version, qualifiers }: Pick<CatalogedPackage, 'version' | 'qualifiers'>): string {
  return `${version}\0${qualifiers?.get('arch') ?? ''}`;
}

function contradicted(
  { cataloged, location }: InventoryOccurrence,
  others: readonly OccurrenceGroup[],
): Diagnostic {
  const first = others.slice(0, 3);
  const versions = first.map(({ claims }) => claims[0]?.cataloged.version ?? '');
  return {
    stage: 'layers',
    message: `a bill of materials names ${cataloged.name} ${cataloged.version}, but the package database has ${versions.join(', ')}: the database counts`,
    location,
  };
}
