/**
 * The installations that resolve manifests: every runtime request of the manifest is installed
 * where the ecosystem itself would find it. Installed packages are listed with their versions, so
 * nothing stays unknown.
 *
 * Source: Node.js, "Modules: loading from node_modules folders"; Python, "site"; RubyGems,
 * "Gem::Specification.dirs"; Composer, "vendor-dir"; Microsoft, "vcpkg: manifest mode".
 */

import { ancestorDirectories, directoryOf, isWithin } from '../../../core/base/artifact-path.ts';
import { appendTo } from '../../../core/base/maps.ts';
import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import type { RequestedPackage } from '../../../core/model/package/dependency-manifest.ts';
import type { Ecosystem } from '../../../core/model/package/ecosystem.ts';
import { normalizePythonName } from '../../../core/model/package/python-name.ts';
import type { MergedView } from '../../rootfs/merge-layers.ts';
import { maySatisfyRequest } from './satisfies-request.ts';
import { joinPath, type ProjectManifest } from './project-manifest.ts';
import type { VisibleResult } from '../../../core/model/layer/rootfs-content.ts';

/** Versions by name, of one directory that an installer fills. */
type Installed = Map<string, string[]>;

/** `ENVIRONMENT/lib/python3.12/site-packages`. */
const ENVIRONMENT =
  /^(?<root>.*?)\/[Ll]ib(?:64)?\/(?:(?:python|pypy)[\d.]*\/)?(?:site|dist)-packages$/;
/** `PROJECT/vendor/bundle/ruby/3.3.0`, `PROJECT/.bundle/ruby/3.3.0`. */
const BUNDLE = /^(?<root>.*?)\/(?:vendor\/bundle|\.bundle)(?:\/|$)/;
const HIDDEN_LOCK = '.package-lock.json';
const NODE_READERS: ReadonlySet<string> = new Set(['npm/node-package', 'npm/installed-lock']);
const PYTHON_READERS: ReadonlySet<string> = new Set([
  'pypi/dist-info',
  'pypi/egg-info',
  'pypi/egg',
]);

/**
 * The installed packages of an artifact. Each index is built for the first manifest of its
 * ecosystem.
 */
export class Installations {
  readonly #view: Pick<MergedView, 'cataloged' | 'resolve'>;
  readonly #isTree: boolean;
  readonly #versions = new Map<string, string | undefined>();
  #isNodeRead = false;
  readonly #homes = new Map<Ecosystem, ReadonlyMap<string, Installed>>();

  constructor(view: Pick<MergedView, 'cataloged' | 'resolve'>, kind: Artifact['kind']) {
    this.#view = view;
    // In an image every interpreter is there to run the project; a checkout has environments of its
    // own.
    this.#isTree = kind === 'directory' || kind === 'repository';
  }

  /**
   * Returns whether all runtime requests of a manifest are installed. Optional ones may be absent
   * beside others.
   */
  resolve(project: ProjectManifest, requests: readonly RequestedPackage[]): boolean {
    if (project.manifest.computed !== undefined) return false;
    const find = this.#finderOf(project);
    if (find === undefined) return false;
    const required = requests.filter(({ scope }) => scope !== 'optional');
    if (required.length > 0) return required.every(find);
    return requests.some(find) || this.#hasHiddenLock(project);
  }

  #finderOf(project: ProjectManifest): ((request: RequestedPackage) => boolean) | undefined {
    switch (project.ecosystem) {
      case 'npm':
        return (request) => this.#isInNodeModules(request, project);
      case 'pypi':
        return this.#among(project, this.#homesOf('pypi', PYTHON_READERS), environmentProject);
      case 'rubygems':
        return this.#among(project, this.#homesOf('rubygems', RUBY_READERS), bundleProject);
      case 'packagist': {
        const into = project.manifest.installsInto ?? 'vendor';
        const path = `${joinPath(project.folder, into) ?? ''}/composer/installed.json`;
        const home = this.#homesOf('packagist', PHP_READERS).get(path);
        return home && ((request) => isIn(home, request, project.ecosystem));
      }
      case 'vcpkg':
        return this.#among(project, this.#homesOf('vcpkg', VCPKG_READERS), vcpkgProject);
      default:
        return undefined;
    }
  }

  /**
   * Returns whether the package is installed. The first directory upwards that has the package
   * decides, as in Node.
   */
  #isInNodeModules(request: RequestedPackage, { folder, manifest }: ProjectManifest): boolean {
    const versions = this.#nodeVersions();
    for (const above of ancestorDirectories(folder)) {
      const named = `${above}/node_modules/${request.folder ?? request.name}/package.json`;
      const path = versions.has(named) ? named : this.#view.resolve(named);
      if (path === undefined || !versions.has(path)) continue;
      const version = versions.get(path);
      // A member of a workspace is linked, and need not have a version.
      if (version === undefined || version === '') return !path.includes('/node_modules/');
      return manifest.isOverridden === true || maySatisfyRequest('npm', request, version);
    }
    return false;
  }

  #nodeVersions(): ReadonlyMap<string, string | undefined> {
    if (this.#isNodeRead) return this.#versions;
    this.#isNodeRead = true;
    for (const { path, foundBy, result } of this.#view.cataloged) {
      if (NODE_READERS.has(foundBy)) this.#versions.set(path, result.packages[0]?.version);
    }
    return this.#versions;
  }

  /** npm has run in the directory, and left out what is not for this platform. */
  #hasHiddenLock({ ecosystem, folder }: ProjectManifest): boolean {
    if (ecosystem !== 'npm') return false;
    return this.#nodeVersions().has(`${folder}/node_modules/${HIDDEN_LOCK}`);
  }

  #among(
    { folder, ecosystem }: ProjectManifest,
    homes: ReadonlyMap<string, Installed>,
    projectOf: (home: string) => string | undefined,
  ): (request: RequestedPackage) => boolean {
    const own = [...homes]
      .filter(([home]) => !this.#isTree || isOfProject(home, folder, projectOf))
      .map(([, installed]) => installed);
    return (request) => own.some((installed) => isIn(installed, request, ecosystem));
  }

  #homesOf(ecosystem: Ecosystem, readers: ReadonlySet<string>): ReadonlyMap<string, Installed> {
    const known = this.#homes.get(ecosystem);
    if (known !== undefined) return known;
    const homes = new Map<string, Installed>();
    for (const visible of this.#view.cataloged) {
      if (readers.has(visible.foundBy))
        addTo(homes, homeOf(visible), ecosystem, visible.result.packages);
    }
    this.#homes.set(ecosystem, homes);
    return homes;
  }
}

const RUBY_READERS: ReadonlySet<string> = new Set(['rubygems/gemspec']);
const PHP_READERS: ReadonlySet<string> = new Set(['packagist/installed-json']);

const VCPKG_READERS: ReadonlySet<string> = new Set(['vcpkg/vcpkg-status']);
/** `PROJECT/vcpkg_installed/vcpkg/status`, also in the directory of a build. */
const VCPKG = /^(?<root>.*?)\/(?:[^/]+\/)?vcpkg_installed\/vcpkg(?:\/|$)/;

/**
 * Returns the directory of the installation that a record belongs to; of Composer, the record
 * itself.
 */
function homeOf({ path, foundBy }: VisibleResult): string {
  if (PHP_READERS.has(foundBy)) return path;
  if (RUBY_READERS.has(foundBy)) return path.slice(0, path.lastIndexOf('/specifications/'));
  const folder = directoryOf(path);
  // A distribution is a directory with a record, or a single file.
  return /\.(?:dist|egg)-info$|\/EGG-INFO$/i.test(folder)
    ? directoryOf(folder.replace(/\/EGG-INFO$/, ''))
    : folder;
}

function addTo(
  homes: Map<string, Installed>,
  home: string,
  ecosystem: Ecosystem,
  packages: VisibleResult['result']['packages'],
): void {
  const installed = homes.get(home) ?? new Map<string, string[]>();
  homes.set(home, installed);
  for (const { name, version } of packages) {
    appendTo(installed, normalName(ecosystem, name), version);
  }
}

function isIn(installed: Installed, request: RequestedPackage, ecosystem: Ecosystem): boolean {
  const versions = installed.get(normalName(ecosystem, request.name)) ?? [];
  return versions.some((version) => maySatisfyRequest(ecosystem, request, version));
}

/**
 * Returns whether an installation of a checkout is the project's: it lies below its directory, or
 * in one above.
 */
function isOfProject(
  home: string,
  folder: string,
  projectOf: (home: string) => string | undefined,
): boolean {
  const project = projectOf(home);
  return isWithin(home, folder) || (project !== undefined && isWithin(folder, project));
}

/** Returns the directory that an environment of Python lies in. */
function environmentProject(home: string): string | undefined {
  const root = ENVIRONMENT.exec(home)?.groups?.['root'];
  return root === undefined ? undefined : directoryOf(root);
}

function bundleProject(home: string): string | undefined {
  return BUNDLE.exec(home)?.groups?.['root'];
}

function vcpkgProject(home: string): string | undefined {
  return VCPKG.exec(home)?.groups?.['root'];
}

function normalName(ecosystem: Ecosystem, name: string): string {
  return ecosystem === 'pypi' ? normalizePythonName(name) : name.toLowerCase();
}
