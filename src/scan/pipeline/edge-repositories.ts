/** A numbered release of Alpine whose packages come from the development branch. */

import type { MergedView } from '../rootfs/merge-layers.ts';
import { advisoryNeed } from '../../core/model/distro/distro.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import type { Distro } from '../../core/model/package/package.ts';

const NUMBERED = /^\d+\.\d+$/u;
const EDGE = 'edge';

/**
 * Returns a gap where the release file names a numbered release and all repositories are those of
 * `edge`. Packages of both can be installed, and neither list of advisories describes all of them.
 * An untagged repository of a numbered release closes the gap: packages of a branch are compared
 * with its own advisories.
 */
export function edgeRepositoryGaps(
  system: Distro | undefined,
  { cataloged }: Pick<MergedView, 'cataloged'>,
): readonly Diagnostic[] {
  if (system?.id !== 'alpine') return [];
  const release = advisoryNeed(system)?.release;
  if (release === undefined || release === EDGE) return [];
  const files = cataloged.filter(({ result }) => result.repositoryReleases !== undefined);
  const named = files.flatMap(({ result }) => result.repositoryReleases ?? []);
  if (!named.includes(EDGE) || named.some((one) => NUMBERED.test(one))) return [];
  const [{ path, layer } = { path: '', layer: 0 }] = files;
  return [
    {
      stage: 'catalog',
      message: `the release file names alpine ${system.versionId}, and "${path.slice(1)}" only repositories of edge: advisories of ${release} may not describe the packages; "--distro alpine/edge" or "--distro alpine/${release}" says which ones count`,
      location: { path, layer },
      gap: 'unknownSystem',
    },
  ];
}
