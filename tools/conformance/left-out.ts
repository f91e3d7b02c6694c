/**
 * What the origins of the parser cases leave out on purpose and Assay lists. Such packages are not
 * compared, unless the case lists them; each rule says why Assay does otherwise.
 */

import type { CatalogedPackage } from '../../src/core/model/catalog/catalog.ts';

interface Rule {
  /** End of the area's path as the case gives it. */
  readonly area: string;
  readonly isLeftOut: (pkg: CatalogedPackage) => boolean;
}

const RULES: readonly Rule[] = [
  // Packages for development only are listed with that scope; these readers drop them.
  { area: 'nuget/config', isLeftOut: isForDevelopment },
  { area: 'c/conan', isLeftOut: isForDevelopment },
  { area: 'sbt/lockfile', isLeftOut: isForDevelopment },
  // A package whose version the file does not tell is listed without one, so that an advisory that
  // names it is a gap.
  { area: 'language/julia/manifesttoml', isLeftOut: ({ version }) => version === '' },
  { area: 'python/pip', isLeftOut: ({ version }) => version === '' },
  // The reader speaks of CRAN alone; the same file pins packages of Bioconductor.
  { area: 'language/r/renvlock', isLeftOut: ({ ecosystem }) => ecosystem === 'bioconductor' },
];

/** The packages to compare with those that a case of the area lists. */
export function withoutLeftOut(
  area: string,
  packages: readonly CatalogedPackage[],
  isListed: (pkg: CatalogedPackage) => boolean,
): readonly CatalogedPackage[] {
  const rules = RULES.filter((rule) => area === rule.area || area.endsWith(`/${rule.area}`));
  if (rules.length === 0) return packages;
  return packages.filter((pkg) => isListed(pkg) || !rules.some((rule) => rule.isLeftOut(pkg)));
}

function isForDevelopment({ scope }: CatalogedPackage): boolean {
  return scope === 'development';
}
