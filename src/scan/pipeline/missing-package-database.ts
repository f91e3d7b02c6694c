/** A system that names itself, and has none of the packages that it must consist of. */

import type { Artifact } from '../../core/model/artifact/artifact.ts';
import { ecosystemOfSystem } from '../../core/model/distro/distro.ts';
import { ECOSYSTEMS } from '../../core/model/package/ecosystem.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import type { Inventory } from '../../core/model/package/package.ts';

/** Systems of these package URLs are nothing but packages of their database. */
const PACKAGED: ReadonlySet<string> = new Set(['deb', 'apk', 'rpm']);
const WHOLE: ReadonlySet<Artifact['kind']> = new Set<Artifact['kind']>(['image', 'rootfs']);

/**
 * Returns a gap if an image or a root filesystem names its system, holds packages of languages, and
 * none of the system: its database was deleted or is elsewhere, and its packages would hide behind
 * the rest. None where the gap is known already, as in a stored report.
 */
export function missingPackageDatabaseGaps({
  artifact,
  inventory,
  diagnostics,
}: {
  readonly artifact: Artifact;
  readonly inventory: Inventory;
  readonly diagnostics: readonly Diagnostic[];
}): readonly Diagnostic[] {
  const { distro, packages } = inventory;
  if (distro === undefined || packages.length === 0 || !WHOLE.has(artifact.kind)) return [];
  const ecosystem = ecosystemOfSystem(distro.id);
  if (ecosystem === undefined || !PACKAGED.has(ECOSYSTEMS[ecosystem].purlType)) return [];
  if (packages.some((pkg) => ECOSYSTEMS[pkg.ecosystem].kind === 'os')) return [];
  const name = `${distro.id} ${distro.versionId}`.trim();
  const message = `the system says that it is ${name}, and no database of its packages is there: what is installed of it is not known`;
  if (diagnostics.some((row) => row.message === message)) return [];
  return [{ stage: 'catalog', message, gap: 'unreadable' }];
}
