/** Packages that a cure upgrades, with the artifact that holds them. */

import type { Package } from '../../core/model/package/package.ts';
import type { ArtifactResult, Verdict } from '../../core/model/report/report.ts';

type Cure = NonNullable<Verdict['cure']>;

/** A package and the version to upgrade it to. */
export interface PackageUpgrade {
  readonly pkg: Package;
  /** For a distribution's package the version of its source. */
  readonly version: string;
}

/** The upgrades of a cure in one artifact. */
export interface ArtifactUpgrades {
  readonly result: ArtifactResult;
  readonly items: readonly PackageUpgrade[];
}

/** A command, with the place to run it in where that is not the working directory. */
export type CureCommand = NonNullable<Cure['commands']>[number];

/**
 * Returns the artifacts that hold a finding which the cure clears, with the packages to upgrade.
 */
export function groupUpgradesByArtifact(
  { upgrades, clears }: Pick<Cure, 'upgrades' | 'clears'>,
  results: readonly ArtifactResult[],
): readonly ArtifactUpgrades[] {
  const versions = new Map(upgrades.map(({ packageId, version }) => [packageId, version]));
  const cleared = new Set(clears);
  return results.flatMap((result) => {
    const ids = new Set(
      result.findings.flatMap((it) =>
        it.kind === 'vulnerability' && cleared.has(it.id) ? [it.packageId] : [],
      ),
    );
    const items = result.inventory.packages.flatMap((pkg) => {
      const version = ids.has(pkg.id) ? versions.get(pkg.id) : undefined;
      return version === undefined ? [] : [{ pkg, version }];
    });
    return items.length === 0 ? [] : [{ result, items }];
  });
}
