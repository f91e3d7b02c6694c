/** The packages of a target that are judged, and whether there is anything to judge. */

import { AssayError } from '../../core/base/errors.ts';
import { pluralize } from '../../core/base/pluralize.ts';
import type { Artifact } from '../../core/model/artifact/artifact.ts';
import { withoutDanglingDependencies } from '../../core/model/package/dependency-ids.ts';
import { ECOSYSTEMS } from '../../core/model/package/ecosystem.ts';
import type { Inventory, Package } from '../../core/model/package/package.ts';
import type { ArtifactResult } from '../../core/model/report/report.ts';
import { isRootProject } from '../../core/model/package/root-project.ts';
import { missingPackageDatabaseGaps } from './missing-package-database.ts';
import { PACKAGE_TYPES, type EvaluationRequest, type ScannedArtifact } from './request.ts';

/** Leaves out what was not asked for; a note says how much. */
export function choosePackages(
  subject: ScannedArtifact,
  request: EvaluationRequest,
): ScannedArtifact {
  const { inventory } = subject;
  const types = request.packageTypes ?? PACKAGE_TYPES;
  const chosen: Package[] = [];
  const leftOut: Package[] = [];
  let hasSystemPackage = false;
  for (const pkg of inventory.packages) {
    const type = packageType(pkg);
    hasSystemPackage ||= type === 'os';
    if (!types.includes(type)) continue;
    const isLeftOut = pkg.scope === 'development' && request.includeDevDependencies !== true;
    (isLeftOut ? leftOut : chosen).push(pkg);
  }
  const packages =
    chosen.length === inventory.packages.length ? chosen : withoutDanglingDependencies(chosen);
  // Where packages of languages were not asked for, manifests of projects hide nothing that was.
  const diagnostics = types.includes('library')
    ? [...subject.diagnostics]
    : subject.diagnostics.filter(({ gap }) => gap !== 'unpinned');
  if (leftOut.length > 0) {
    diagnostics.push({
      stage: 'catalog',
      message: `${developmentText(leftOut.length)} left out; --include-dev-deps adds ${leftOut.length === 1 ? 'it' : 'them'}`,
    });
  }
  if (inventory.distro !== undefined && !hasSystemPackage && types.includes('os')) {
    diagnostics.push(...missingPackageDatabaseGaps(subject));
  }
  return {
    ...subject,
    inventory: { ...inventory, packages },
    ...(leftOut.length > 0 && { leftOut }),
    diagnostics,
  };
}

function packageType(pkg: Package): 'os' | 'library' {
  return ECOSYSTEMS[pkg.ecosystem].kind === 'os' ? 'os' : 'library';
}

/**
 * Removes the system's end of life from a result if packages of the system were not requested: it
 * hides nothing then.
 */
export function withoutUnaskedSystem<Result extends { readonly inventory: Inventory }>(
  result: Result,
  { packageTypes = PACKAGE_TYPES }: EvaluationRequest,
): Result {
  if (packageTypes.includes('os')) return result;
  const { inventoryVersion, packages, projects, emptyManifests } = result.inventory;
  return {
    ...result,
    inventory: {
      inventoryVersion,
      packages,
      ...(projects && { projects }),
      ...(emptyManifests && { emptyManifests }),
    },
  };
}

/**
 * Refuses a target without packages, gaps, deleted records and empty manifests, which must not look
 * like a clean result.
 * @throws AssayError `NOTHING_TO_SCAN`
 */
export function refuseEmpty(
  { artifact, inventory, diagnostics, rules = [] }: ScannedArtifact,
  whole: ScannedArtifact,
): void {
  if (!isEmptyResult({ artifact, inventory, findings: rules, diagnostics })) return;
  if ((inventory.contradictions ?? []).length > 0) return;
  const found = whole.inventory.packages.filter((pkg) => !isRootProject(pkg));
  const { problem, hint } = emptyText(artifact, found);
  throw new AssayError('NOTHING_TO_SCAN', `"${artifact.reference}" ${problem}`, {
    hint: `${hint} --allow-empty accepts a target without packages.`,
  });
}

/**
 * Returns whether nothing was scanned: no rule examined the artifact, it has no package but the
 * project itself, no finding of a rule, no gap, and no manifest or lockfile that was read in full
 * and requests nothing. The subject of an SBOM is stated to be judged, so it counts as a package.
 */
export function isEmptyResult({
  artifact,
  inventory,
  findings,
  diagnostics,
  scanners,
}: Pick<
  ArtifactResult,
  'artifact' | 'inventory' | 'findings' | 'diagnostics' | 'scanners'
>): boolean {
  if (scanners !== undefined) return false;
  const { packages, emptyManifests = [] } = inventory;
  if (emptyManifests.length > 0) return false;
  if (diagnostics.some(({ gap }) => gap !== undefined)) return false;
  if (findings.some(({ kind }) => kind === 'rule')) return false;
  return artifact.kind === 'sbom' ? packages.length === 0 : packages.every(isRootProject);
}

/** Returns the reason for an empty result. */
function emptyText(
  artifact: Artifact,
  found: readonly Package[],
): { readonly problem: string; readonly hint: string } {
  if (found.length === 0) {
    return { problem: 'holds no packages that Assay can read', hint: rightTarget(artifact) };
  }
  if (found.every(({ scope }) => scope === 'development')) {
    return {
      problem: `holds nothing to assess: ${developmentText(found.length)} left out`,
      hint: `--include-dev-deps scans ${found.length === 1 ? 'it' : 'them'} too.`,
    };
  }
  return {
    problem: `holds nothing to assess: ${pluralize(found.length, 'package')} left out`,
    hint: '--pkg-types says which types are scanned, --include-dev-deps adds development dependencies.',
  };
}

function developmentText(count: number): string {
  const what = pluralize(count, 'development dependency', 'development dependencies');
  return `${what} ${count === 1 ? 'was' : 'were'}`;
}

/**
 * Returns a hint at the right command. Scanned as a single file, an image shows nothing of its
 * content.
 */
function rightTarget({ kind, reference }: Artifact): string {
  return kind === 'file'
    ? `An image in a file is scanned with assay image --input ${reference}.`
    : 'Check that this is the right target.';
}
