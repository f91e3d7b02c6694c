/**
 * What bills of materials inside an image say of packages that something better speaks of.
 *
 * Such a document may name no source package and no architecture where the package database does, so a claim of the
 * same name and version is one of the database's package. Where the database has the package of a system at other
 * versions only, the document is out of date or wrong: it is not listed beside it, and a note says so. Packages of
 * languages can lie side by side in several versions, so a claim of another version stands for itself.
 */

import { appendAll } from '../base/long-lists.ts';
import { ECOSYSTEMS, type Ecosystem } from '../model/ecosystem.ts';
import type { Diagnostic } from '../model/finding.ts';
import type { PackageEntry } from '../model/package-entry.ts';

/** One place that speaks of a package. */
export type Claim = PackageEntry & {
  readonly ecosystem: Ecosystem;
  /** What says it may have been written by anybody. */
  readonly isWeak: boolean;
};

/** What speaks of one package. */
export interface Group {
  readonly key: string;
  readonly claims: Claim[];
}

/** Moves weak claims to the groups that they belong to, and removes those that a package database contradicts. */
export function foldWeakClaims(groups: Map<string, Group>): readonly Diagnostic[] {
  const weak = [...groups.values()].filter(({ claims }) => claims.every(({ isWeak }) => isWeak));
  if (weak.length === 0) return [];
  const known = new Map<string, Group[]>();
  for (const group of groups.values()) {
    const strong = group.claims.find(({ isWeak }) => !isWeak);
    if (strong === undefined) continue;
    const key = nameKey(strong);
    known.set(key, [...(known.get(key) ?? []), group]);
  }
  const notes: Diagnostic[] = [];
  for (const group of weak) {
    const [claim] = group.claims;
    if (claim === undefined) continue;
    const others = known.get(nameKey(claim)) ?? [];
    const same = others.find(({ claims }) => claims.some((other) => isSame(other, claim)));
    if (same !== undefined) {
      // Nothing of the weak claim's own is taken where the database says it: it comes last.
      appendAll(same.claims, group.claims);
      groups.delete(group.key);
    } else if (others.length > 0 && ECOSYSTEMS[claim.ecosystem].kind === 'os') {
      groups.delete(group.key);
      notes.push(contradicted(claim, others));
    }
  }
  return notes;
}

function nameKey({ ecosystem, cataloged }: Claim): string {
  return `${ecosystem} ${cataloged.name}`;
}

/** An architecture or source package that one of the two does not name makes no difference. */
function isSame(strong: Claim, weak: Claim): boolean {
  const [a, b] = [strong.cataloged, weak.cataloged];
  const [archA, archB] = [a.qualifiers?.get('arch'), b.qualifiers?.get('arch')];
  return a.version === b.version && (archA === undefined || archB === undefined || archA === archB);
}

function contradicted({ cataloged, location }: Claim, others: readonly Group[]): Diagnostic {
  const versions = others.map(({ claims }) => claims[0]?.cataloged.version ?? '').slice(0, 3);
  return {
    stage: 'layers',
    message: `a bill of materials names ${cataloged.name} ${cataloged.version}, but the package database has ${versions.join(', ')}: the database counts`,
    location,
  };
}
