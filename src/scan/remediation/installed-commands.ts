/**
 * Commands for packages that are installed and that no lockfile names: Python packages of one
 * interpreter, Node packages of a project and global ones.
 *
 * Sources: the pip documentation, "pip install"; the npm documentation, "npm install" and
 * "folders".
 */

import { addTo } from '../../core/base/maps.ts';
import type { ArtifactResult } from '../../core/model/report/report.ts';
import { isShellSafePath } from './shell-safe.ts';
import type { CureCommand, PackageUpgrade } from './package-upgrades.ts';

/** A package and one file of its record. */
export interface InstalledPlace {
  readonly item: PackageUpgrade;
  readonly path: string;
}

const SITE_PACKAGES =
  /^(?<prefix>\/.*?)?\/lib(?:64)?\/(?<python>python\d+(?:\.\d+)?)\/site-packages\/[^/]+\//u;
const GLOBAL_NODE =
  /^\/usr(?:\/local)?\/lib\/node_modules\/(?<name>(?:@[^/]+\/)?[^/]+)\/package\.json$/u;

/** Returns one command for each interpreter and for the global packages of Node. */
export function installedCommands(
  places: readonly InstalledPlace[],
  { artifact }: ArtifactResult,
): readonly CureCommand[] {
  if (artifact.kind !== 'image' && artifact.kind !== 'rootfs') return [];
  const words = new Map<string, Set<string>>();
  for (const { item, path } of places) {
    const { pkg, version } = item;
    const [command, word] = partsOf(pkg.name, version, path) ?? [];
    if (command === undefined || word === undefined) continue;
    addTo(words, command, word);
  }
  const { kind, reference } = artifact;
  const place =
    kind === 'image'
      ? `in the image ${reference}, or as a RUN line of its Dockerfile`
      : `in the root ${reference}`;
  return [...words].map(([command, all]) => ({
    command: `${command} ${[...all].join(' ')}`,
    ...(reference !== '/' && { place }),
  }));
}

function partsOf(
  name: string,
  version: string,
  path: string,
): readonly [string, string] | undefined {
  const node = GLOBAL_NODE.exec(path)?.groups;
  if (node?.['name'] === name) return ['npm install -g', `${name}@${version}`];
  const site = SITE_PACKAGES.exec(path)?.groups;
  const prefix = site?.['prefix'] ?? '';
  if (site === undefined || !isShellSafePath(prefix)) return undefined;
  return [`${prefix}/bin/${site['python'] ?? 'python3'} -m pip install`, `${name}==${version}`];
}
