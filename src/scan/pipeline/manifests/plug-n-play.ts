/**
 * Archives of Yarn's cache that Node loads, and those that are only cached.
 *
 * Source: Yarn documentation, "Plug'n'Play" and the settings `enableGlobalCache` and `nodeLinker`:
 * only `.pnp.cjs` has Node load packages from archives. In a shared cache of a root without any,
 * and in the cache of a project that has its packages in `node_modules`, lie downloads that the
 * package manager has unpacked elsewhere. The loader may have another name, so in an image the
 * cache of a project without `node_modules` counts.
 */

import { directoryOf } from '../../../core/base/artifact-path.ts';
import { pluralize } from '../../../core/base/pluralize.ts';
import type { RootfsContent } from '../../../core/model/layer/rootfs-content.ts';
import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import type { Diagnostic } from '../../../core/model/finding/finding.ts';
import type { VisibleResult } from '../../../core/model/layer/rootfs-content.ts';

const ARCHIVE = 'npm/yarn-zip';
/** Archives of caches elsewhere (Yarn's setting `cacheFolder`), and of other tools. */
const OTHER_ARCHIVE = 'npm/zip';
const UNPACKED = 'npm/node-package';
const LOADER = 'npm/yarn-pnp';
const LOCKFILE = 'npm/yarn-lock';
/**
 * Catalogers of archives of Yarn's cache, and of the file by which packages are loaded from them.
 */
export const YARN_ARCHIVES: ReadonlySet<string> = new Set([LOADER, ARCHIVE]);
const SHARED = '/.yarn/berry/';

/** The readings that count, with a gap for each loader whose archives are all missing. */
export interface LoadedView {
  readonly view: RootfsContent;
  readonly gaps: readonly Diagnostic[];
}

/** Returns the view without archives that nothing loads. */
export function withLoadedArchives(view: RootfsContent, kind: Artifact['kind']): LoadedView {
  const { cataloged } = view;
  const loaders = cataloged.filter(({ foundBy }) => foundBy === LOADER);
  const archives = cataloged.filter(({ foundBy }) => foundBy === ARCHIVE);
  const folders = loaders.map(({ path }) => `${directoryOf(path)}/`);
  const named = new Set(loaders.flatMap(archivesOf));
  const isRun = kind === 'image' || kind === 'rootfs';
  const unpacked = isRun ? projectsWithPackages(cataloged) : undefined;
  const isLoaded = (path: string): boolean =>
    named.has(path) ||
    (path.includes(SHARED)
      ? loaders.length > 0
      : folders.some((folder) => path.startsWith(folder)) ||
        unpacked?.has(path.slice(0, path.lastIndexOf('/.yarn/'))) === false);
  const idle = new Set(archives.flatMap(({ path }) => (isLoaded(path) ? [] : [path])));
  const present = new Set(
    cataloged.flatMap(({ foundBy, path }) =>
      foundBy === ARCHIVE || foundBy === OTHER_ARCHIVE ? [path] : [],
    ),
  );
  const locked = new Set(
    cataloged.flatMap(({ foundBy, path }) => (foundBy === LOCKFILE ? [directoryOf(path)] : [])),
  );
  const gaps = loaders.flatMap((loader) => {
    const missing = archivesOf(loader).filter((path) => !present.has(path));
    const isResolved = !isRun || locked.has(directoryOf(loader.path));
    if (missing.length === 0 || missing.length < archivesOf(loader).length || isResolved) return [];
    return [gapOf(loader, missing)];
  });
  if (idle.size === 0) return { view, gaps };
  return {
    view: {
      cataloged: cataloged.filter(({ path, foundBy }) => foundBy !== ARCHIVE || !idle.has(path)),
      diagnostics: view.diagnostics.filter(({ location }) => !idle.has(location?.path ?? '')),
      resolve: (path) => view.resolve(path),
    },
    gaps,
  };
}

/** Returns the directories with a `node_modules` directly in them that holds packages. */
function projectsWithPackages(cataloged: readonly VisibleResult[]): ReadonlySet<string> {
  return new Set(
    cataloged.flatMap(({ foundBy, path }) => {
      const end = foundBy === UNPACKED ? path.indexOf('/node_modules/') : -1;
      return end < 0 ? [] : [path.slice(0, end)];
    }),
  );
}

function archivesOf({ result }: VisibleResult): readonly string[] {
  const paths = (result.externalClaims ?? []).flatMap(({ of }) =>
    of.kind === 'record' ? [of.path] : [],
  );
  return [...new Set(paths)];
}

function gapOf({ path, layer }: VisibleResult, missing: readonly string[]): Diagnostic {
  const [first = ''] = missing;
  return {
    stage: 'catalog',
    message: `loads ${pluralize(missing.length, 'archive')} that ${missing.length === 1 ? 'is' : 'are'} not there, such as ${JSON.stringify(first.slice(0, 200))}`,
    location: { path, layer },
    gap: 'unread',
  };
}
