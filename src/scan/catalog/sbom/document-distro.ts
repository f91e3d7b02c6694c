/** The operating system that a document is about, and the packages that are not of it. */

import { compareText } from '../../../core/base/compare.ts';
import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import { advisoryNeed } from '../../../core/model/distro/distro.ts';
import { ECOSYSTEMS, type Ecosystem } from '../../../core/model/package/ecosystem.ts';
import type { Distro } from '../../../core/model/package/package.ts';
import type { PackageUrl } from '../../../core/model/purl/purl.ts';
import { SBOM_PROPERTY } from '../../../core/model/package/sbom-properties.ts';
import type { CatalogBuilder } from '../catalog-builder.ts';
import { distroNamed, distroOfPurl } from './purl-distro.ts';
import type { SbomComponent } from './sbom-document.ts';

/** The parts of a package that identify its system. */
export interface SystemPackage {
  readonly ecosystem: Ecosystem;
  /** Absent where the name cannot be written as one. */
  readonly purl: PackageUrl | undefined;
}

/** Returns the name of a system in messages, which also serves as its key. */
function nameOf({ id, versionId }: Distro): string {
  return versionId === '' ? id : `${id} ${versionId}`;
}

/**
 * Returns the system that the document names first, else the one that most packages name;
 * `undefined` without either.
 */
export function chooseDistro(
  systems: readonly SbomComponent[],
  packages: readonly SystemPackage[],
  result: CatalogBuilder,
): Distro | undefined {
  const named = new Map(
    systems
      .map(readSystem)
      .flatMap((system) => (system.id === '' ? [] : [[nameOf(system), system]])),
  );
  const [first, ...others] = named.values();
  if (first === undefined) return mostNamed(packages);
  if (others.length > 0) {
    const names = others.slice(0, 3).map(nameOf).join(', ');
    result.gap(
      'unknownSystem',
      `the document names ${named.size} systems; it is read as one of "${nameOf(first)}", and not of ${names}`,
    );
  }
  return first;
}

/**
 * Returns whether a package is of the document's system. Only one that names a known other release
 * is not.
 */
export function isDistroPackage({ ecosystem, purl }: SystemPackage, system: Distro): boolean {
  if (ECOSYSTEMS[ecosystem].kind !== 'os') return true;
  const own = purl && distroOfPurl(purl);
  const need = own && advisoryNeed(own);
  const documentNeed = advisoryNeed(system);
  if (need === undefined || documentNeed === undefined) return true;
  return need.ecosystem === documentNeed.ecosystem && need.release === documentNeed.release;
}

/**
 * Returns the package without the qualifier that only repeats the system, which is written anew for
 * every package of it.
 */
export function withoutDistroQualifier(
  pkg: CatalogedPackage,
  purl: PackageUrl | undefined,
  system: Distro | undefined,
): CatalogedPackage {
  const own = purl && distroOfPurl(purl);
  if (own === undefined || system === undefined || nameOf(own) !== nameOf(system)) return pkg;
  const { qualifiers, ...rest } = pkg;
  const others = new Map([...(qualifiers ?? [])].filter(([key]) => key !== 'distro'));
  return others.size === 0 ? rest : { ...rest, qualifiers: others };
}

function readSystem({ name, version, properties }: SbomComponent): Distro {
  const id = properties.get('syft:distro:id') ?? name;
  const versionId = properties.get('syft:distro:versionID') ?? version;
  const codename =
    properties.get(SBOM_PROPERTY.codename) ?? properties.get('syft:distro:versionCodename');
  return distroNamed(id, versionId, codename);
}

function mostNamed(packages: readonly SystemPackage[]): Distro | undefined {
  const counts = new Map<string, { readonly system: Distro; count: number }>();
  for (const { ecosystem, purl } of packages) {
    const system = purl && ECOSYSTEMS[ecosystem].kind === 'os' ? distroOfPurl(purl) : undefined;
    if (system === undefined) continue;
    const known = counts.get(nameOf(system)) ?? { system, count: 0 };
    known.count += 1;
    counts.set(nameOf(system), known);
  }
  // Where two are named equally often the fuller name is the better one, so that the order of rows
  // does not matter.
  const ranked = [...counts].sort(([a, x], [b, y]) => y.count - x.count || compareText(b, a));
  return ranked[0]?.[1].system;
}
