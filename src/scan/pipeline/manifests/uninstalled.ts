/**
 * Optional packages of npm's lockfiles that an image does not hold.
 *
 * Source: npm documentation, "package.json", `optionalDependencies`: npm leaves out an optional
 * package that does not suit the platform, or that it cannot build. "package-lock.json", "Hidden
 * Lockfiles": `node_modules/.package-lock.json` is written by an installation. An image is where
 * the project runs, so what is not installed there is not used. A checkout is installed anew
 * elsewhere, so its lockfile counts in full.
 */

import { directoryOf } from '../../../core/base/artifact-path.ts';
import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import type { Diagnostic } from '../../../core/model/finding/finding.ts';
import { pluralize } from '../../../core/base/pluralize.ts';
import type { RootfsContent } from '../../../core/model/layer/rootfs-content.ts';
import type { MergedView } from '../../rootfs/merge-layers.ts';
import type { VisibleResult } from '../../../core/model/layer/rootfs-content.ts';

const LOCKFILE = 'npm/package-lock';
const NODE_PACKAGE = 'npm/node-package';
const HIDDEN_LOCK = 'node_modules/.package-lock.json';

/** The readings that count, and a note for each lockfile of which packages are left out. */
export interface InstalledView {
  readonly view: RootfsContent;
  readonly notes: readonly Diagnostic[];
}

/**
 * Returns the view of an image or a root filesystem without optional packages that npm did not
 * install beside their lockfile.
 */
export function withoutUninstalled(view: MergedView): InstalledView {
  const folders = installedProjects(view);
  if (folders.size === 0) return { view, notes: [] };
  const installed = installedBelow(view, folders);
  const notes: Diagnostic[] = [];
  const cataloged = view.cataloged.map((visible) => {
    const versions = visible.foundBy === LOCKFILE && installed.get(directoryOf(visible.path));
    return versions === undefined || versions === false
      ? visible
      : reduced(visible, versions, notes);
  });
  if (notes.length === 0) return { view, notes };
  const { diagnostics } = view;
  return { view: { cataloged, diagnostics, resolve: (path) => view.resolve(path) }, notes };
}

const NONE: ReadonlySet<string> = new Set();

/** Returns the directories with a lockfile in which npm has run. */
function installedProjects({ cataloged }: MergedView): ReadonlySet<string> {
  const locked = cataloged.filter(({ foundBy }) => foundBy === LOCKFILE);
  if (locked.length === 0) return NONE;
  const paths = new Set(cataloged.map(({ path }) => path));
  const folders = locked.map(({ path }) => directoryOf(path));
  return new Set(folders.filter((folder) => paths.has(`${folder}/${HIDDEN_LOCK}`)));
}

/** Returns `name@version` of the entries of `node_modules`, by the directory of the project. */
function installedBelow(
  { cataloged }: MergedView,
  folders: ReadonlySet<string>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const installed = new Map([...folders].map((folder) => [folder, new Set<string>()]));
  for (const { path, foundBy, result } of cataloged) {
    if (foundBy !== NODE_PACKAGE) continue;
    for (const [folder, versions] of installed) {
      if (!path.startsWith(`${folder}/node_modules/`)) continue;
      for (const pkg of result.packages) versions.add(keyOf(pkg));
    }
  }
  return installed;
}

function reduced(
  visible: VisibleResult,
  installed: ReadonlySet<string>,
  notes: Diagnostic[],
): VisibleResult {
  const { result, path, layer } = visible;
  const packages = result.packages.filter(
    (pkg) => pkg.scope !== 'optional' || installed.has(keyOf(pkg)),
  );
  const count = result.packages.length - packages.length;
  if (count === 0) return visible;
  notes.push({
    stage: 'catalog',
    message: `${pluralize(count, 'optional package')} not installed in node_modules beside it, and left out`,
    location: { path, layer },
  });
  return { ...visible, result: { ...result, packages } };
}

function keyOf({ name, version }: Pick<CatalogedPackage, 'name' | 'version'>): string {
  return `${name}@${version}`;
}
