/** Whether a scan looked at anything, for the exit code of an empty target. */

import { isRootProject } from '../model/root-project.ts';
import type { ArtifactResult } from '../model/report.ts';

/**
 * Whether nothing was scanned: no package but the project itself, no gap, and no manifest or lockfile that was read in full
 * and requests nothing. The subject of an SBOM is stated to be judged, so it counts as a package.
 */
export function isEmptyResult({
  artifact,
  inventory,
  diagnostics,
}: Pick<ArtifactResult, 'artifact' | 'inventory' | 'diagnostics'>): boolean {
  const { packages, emptyManifests = [] } = inventory;
  if (emptyManifests.length > 0) return false;
  if (diagnostics.some(({ gap }) => gap !== undefined)) return false;
  return artifact.kind === 'sbom' ? packages.length === 0 : packages.every(isRootProject);
}
