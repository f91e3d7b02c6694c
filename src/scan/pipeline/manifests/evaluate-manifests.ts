/**
 * Decides which manifests of projects nothing resolves. A manifest names ranges; without a lockfile
 * or an installation the versions that the project uses are unknown, and so are the packages that
 * its dependencies request in turn.
 *
 * The decision needs all layers: a manifest, its lockfile and the installed packages often lie in
 * different ones. The rule and its bounds are written in `docs/manifests.md`.
 */

import { directoryOf } from '../../../core/base/artifact-path.ts';
import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import type {
  DependencyManifest,
  RequestedPackage,
} from '../../../core/model/package/dependency-manifest.ts';
import type { Diagnostic } from '../../../core/model/finding/finding.ts';
import { isUnresolvedFixture } from '../../../core/model/finding/fixture-path.ts';
import type { MergedView } from '../../rootfs/merge-layers.ts';
import { Installations } from './installed.ts';
import { Lockfiles, type LockfileResolution } from './lockfiles.ts';
import { ShippedManifests } from './shipped-manifests.ts';
import type { ManifestRows, ProjectManifest } from './project-manifest.ts';
import { PackageStores } from './package-stores.ts';
import type { VisibleResult } from '../../../core/model/layer/rootfs-content.ts';

/** The outcome for one artifact. */
export interface ManifestEvaluation {
  /**
   * Readings with the exact versions of manifests that nothing resolves, in the order of the view.
   */
  readonly pins: readonly VisibleResult[];
  /** One for each manifest that nothing resolves. */
  readonly diagnostics: readonly Diagnostic[];
}

const SOURCE_TREES: ReadonlySet<Artifact['kind']> = new Set(['directory', 'repository', 'file']);
/** Text about packages and examples; nothing is installed from there (Debian Policy 12.3). */
const DOCUMENTATION = '/usr/share/doc/';
/** Number of names that a message quotes, and their length. */
const MAX_NAMED = 3;
const MAX_QUOTED = 80;

/** Judges all manifests of an artifact. `rows` are those of the catalogers. */
export function evaluateManifests(
  view: MergedView,
  rows: ManifestRows,
  kind: Artifact['kind'],
): ManifestEvaluation {
  const projects = projectsIn(view, rows);
  const asking = projects.filter(({ manifest }) => asksForAnything(manifest));
  const owners = new ShippedManifests(
    view,
    rows,
    asking.map(({ path }) => path),
  );
  const stores = new PackageStores(view, owners);
  const roots = asking.filter(({ path }) => !stores.holds(path));
  const lockfiles = new Lockfiles(view.cataloged, rows, projects);
  const installations = new Installations(view, kind);
  const pins: VisibleResult[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const project of roots) {
    const runtime = requestsOf(project.manifest);
    if (runtime.length === 0 && project.manifest.computed === undefined) {
      pins.push(...pinsOf(project, project.manifest.requests));
      continue;
    }
    const locked = lockfiles.answer(project, runtime);
    const { open = runtime } = locked;
    const isInstallable = mayBeInstalled(project, locked, kind);
    if (locked.isResolved || (isInstallable && installations.resolve(project, open))) {
      if (SOURCE_TREES.has(kind)) pins.push(...pinsOf(project, lockfiles.unheld(project)));
      continue;
    }
    pins.push(...pinsOf(project, project.manifest.requests));
    const problem = problemOf(project.manifest, open, locked);
    if (problem === undefined) continue;
    const { path, layer } = project;
    const { ecosystem } = project;
    const isFixture = isUnresolvedFixture(path, { kind, ecosystem, presence: 'declared' });
    const isQuiet = isFixture || path.startsWith(DOCUMENTATION);
    if (!isQuiet && owners.own(path)) continue;
    diagnostics.push({
      stage: 'catalog',
      message: isQuiet ? `below a directory of tests or documentation: ${problem}` : problem,
      location: { path, layer },
      ...(!isQuiet && { gap: 'unpinned' as const }),
    });
  }
  return { pins, diagnostics };
}

/**
 * Returns whether an installation can resolve a manifest. In a source tree, the marks of a lockfile
 * cover installed copies as well.
 */
function mayBeInstalled(
  { isScript }: ProjectManifest,
  { isMarked = false }: LockfileResolution,
  kind: Artifact['kind'],
): boolean {
  return !isScript && !(isMarked && SOURCE_TREES.has(kind));
}

/** Returns the manifests of the merged root. */
function projectsIn(view: MergedView, rows: ManifestRows): readonly ProjectManifest[] {
  const projects: ProjectManifest[] = [];
  for (const visible of view.cataloged) {
    const { manifest } = visible.result;
    const row = rows.get(visible.foundBy);
    const ecosystem = manifest && row?.ecosystem;
    if (manifest === undefined || ecosystem === undefined) continue;
    const { path, layer, foundBy } = visible;
    const isScript = row?.isScript === true;
    projects.push({
      path,
      layer,
      foundBy,
      folder: directoryOf(path),
      ecosystem,
      manifest,
      isScript,
    });
  }
  return projects;
}

function asksForAnything({ requests, computed }: DependencyManifest): boolean {
  return requests.length > 0 || computed !== undefined;
}

function requestsOf({ requests }: DependencyManifest): readonly RequestedPackage[] {
  return requests.filter(({ scope }) => scope !== 'development');
}

function pinsOf(
  { path, layer, foundBy, manifest }: ProjectManifest,
  requests: readonly RequestedPackage[],
): readonly VisibleResult[] {
  if (manifest.addsPins !== true) return [];
  const packages = requests.flatMap(({ name, version, line, scope }) =>
    version === undefined
      ? []
      : [
          {
            name,
            version,
            presence: 'declared' as const,
            relationship: 'direct' as const,
            scope: scope ?? ('runtime' as const),
            ...(line !== undefined && { line }),
          },
        ],
  );
  return packages.length === 0 ? [] : [{ path, layer, foundBy, result: { packages }, earlier: [] }];
}

/** Returns the unresolved problem, or `undefined` if exact versions settle all of it. */
function problemOf(
  { computed, leavesIndirect }: DependencyManifest,
  requests: readonly RequestedPackage[],
  { stale, isMarked = false }: LockfileResolution,
): string | undefined {
  if (isMarked) {
    return `requests ${namesText(requests)} for run time, and ${JSON.stringify(stale)} has some of them for development alone`;
  }
  const ranges = requests.filter(({ version }) => version === undefined);
  if (ranges.length > 0) {
    const why = stale === undefined ? 'no lockfile pins' : `${JSON.stringify(stale)} does not pin`;
    return `requests ${namesText(ranges)}, which ${why}`;
  }
  if (computed !== undefined) return `${computed}; no lockfile pins its dependencies`;
  if (leavesIndirect !== true || requests.length === 0) return undefined;
  return `pins ${namesText(requests)}, and no lockfile pins the dependencies of ${requests.length === 1 ? 'that package' : 'those packages'}`;
}

function namesText(requests: readonly RequestedPackage[]): string {
  const names = [...new Set(requests.map(({ name }) => name))];
  const named = names.slice(0, MAX_NAMED).map((name) => JSON.stringify(name.slice(0, MAX_QUOTED)));
  const more = names.length - named.length;
  const last = more > 0 ? `${more} more` : named.pop();
  return named.length === 0 ? (last ?? '') : `${named.join(', ')} and ${last ?? ''}`;
}
