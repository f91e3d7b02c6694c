/** Reports with other packages than were found, to be matched again by the same rules. */

import type { Diagnostic } from '../../core/model/finding/finding.ts';
import type { Package } from '../../core/model/package/package.ts';
import type { ArtifactResult, Report } from '../../core/model/report/report.ts';

/** Returns the report with other packages in place of all that it has. */
export function compositeReport(report: Report, packages: readonly Package[]): Report {
  const [first] = report.results;
  if (first === undefined) return report;
  return { ...report, results: [{ ...first, inventory: { ...first.inventory, packages } }] };
}

/**
 * Returns the report with the packages of some files replaced by those of a scan of their new
 * content. Packages that other files have too keep these.
 */
export function withFilesReplaced(
  report: Report,
  paths: ReadonlySet<string>,
  fresh: readonly Pick<ArtifactResult, 'inventory' | 'diagnostics'>[],
): Report {
  const [first] = report.results;
  if (first === undefined) return report;
  const isReplaced = (path: string): boolean => paths.has(path.replace(/^\//u, ''));
  const packages = new Map<string, Package>();
  for (const pkg of first.inventory.packages) {
    // Large lockfiles are usually the only ones that have their packages.
    if (pkg.locations.every(({ path }) => isReplaced(path))) continue;
    const [location, ...others] = pkg.locations.filter(({ path }) => !isReplaced(path));
    if (location !== undefined) packages.set(pkg.id, { ...pkg, locations: [location, ...others] });
  }
  for (const pkg of fresh.flatMap(({ inventory }) => inventory.packages)) {
    const known = packages.get(pkg.id);
    packages.set(
      pkg.id,
      known === undefined ? pkg : { ...known, locations: [...known.locations, ...pkg.locations] },
    );
  }
  const all = [...packages.values()].map((pkg) =>
    pkg.dependsOn.every((id) => packages.has(id))
      ? pkg
      : { ...pkg, dependsOn: pkg.dependsOn.filter((id) => packages.has(id)) },
  );
  const diagnostics: readonly Diagnostic[] = [
    ...first.diagnostics.filter(
      ({ location }) => location === undefined || !isReplaced(location.path),
    ),
    ...fresh.flatMap((one) => one.diagnostics.filter(({ location }) => location !== undefined)),
  ];
  return {
    ...report,
    results: [{ ...first, diagnostics, inventory: { ...first.inventory, packages: all } }],
  };
}
