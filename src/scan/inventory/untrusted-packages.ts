/**
 * Merges packages of bills of materials inside an image into those of better sources, such as the
 * package database.
 *
 * A bill of materials may omit the source package and the architecture that the database has, so a
 * package of the same name and version is the package of the database. If the database has a system
 * package in other versions only, the bill of materials is out of date or wrong: its package is
 * left out, with a note. Several versions of a package of a language can be installed side by side,
 * so such a package stays when its version differs.
 */

import { appendAll } from '../../core/base/append-all.ts';
import type { CatalogedPackage } from '../../core/model/catalog/catalog.ts';
import { ECOSYSTEMS, type Ecosystem } from '../../core/model/package/ecosystem.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import type { PackageOccurrence } from '../../core/model/package/package-occurrence.ts';

/** An occurrence of a package, with the trust in its source. */
export type InventoryOccurrence = PackageOccurrence & {
  readonly ecosystem: Ecosystem;
  /** Whether the source is a bill of materials, which anyone may have written. */
  readonly isWeak: boolean;
};

/** The occurrences of one package. */
export interface OccurrenceGroup {
  readonly key: string;
  readonly claims: InventoryOccurrence[];
}

/**
 * Moves weak occurrences to the groups that they belong to, and removes those that a package
 * database contradicts.
 */
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
      // The database comes first, so that its facts have precedence.
      appendAll(same.claims, group.claims);
      groups.delete(group.key);
    } else if (ECOSYSTEMS[claim.ecosystem].kind === 'os') {
      groups.delete(group.key);
      notes.push(contradicted(claim, others.groups));
    }
  }
  return notes;
}

/** The groups of one name. There may be thousands. */
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

  /**
   * Returns the group of the same version. An architecture that one of the two does not name is
   * ignored.
   */
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
