/**
 * Installed packages and package stores. A manifest below one of them describes what was installed,
 * not a project.
 *
 * The name of a directory is not enough: a project in a directory named `vendor` is still a
 * project. Each rule therefore requires what the installer leaves there, such as the record of the
 * package or the list of the store.
 */

import { directoryOf } from '../../../core/base/artifact-path.ts';
import type { MergedView } from '../../rootfs/merge-layers.ts';
import type { ShippedManifests } from './shipped-manifests.ts';
import type { VisibleResult } from '../../../core/model/layer/rootfs-content.ts';

/**
 * A kind of store: the directory of one package in it, and the proof that the installer wrote it.
 */
interface StoreRule {
  /** Found at each place of a path; `home` is the store, `name` the package in it. */
  readonly layout: RegExp;
  readonly isProven: (place: StorePlace, facts: StoreFacts) => boolean;
}

/** A place of a path that has the layout of a store. */
interface StorePlace {
  readonly home: string;
  readonly name: string;
  /** The manifest. */
  readonly path: string;
}

/** Facts that the proofs use. */
interface StoreFacts {
  /** Returns whether some reader of the row read a file at the path. */
  readonly isRead: (path: string) => boolean;
  /** Returns whether the file at the path names the package. */
  readonly lists: (path: string, name: string) => boolean;
  /** Returns whether a file is known to be at the path. */
  readonly hasFile: (path: string) => boolean;
  /** Returns whether an installed distribution is recorded directly in the directory. */
  readonly hasDistributions: (folder: string) => boolean;
  /** Returns whether an installed package ships the manifest. */
  readonly isOwned: (path: string) => boolean;
}

const RULES: readonly StoreRule[] = [
  {
    // npm, pnpm, Yarn: the package is the directory below `node_modules`, and has a manifest of its
    // own.
    layout: /^(?<home>.*\/node_modules)\/(?<name>(?:@[^/]+\/)?[^/.@][^/]*)(?=\/)/,
    isProven: ({ home, name }, { isRead }) => isRead(`${home}/${name}/package.json`),
  },
  {
    // pip, apt: distributions are recorded beside their files.
    layout:
      /^(?<home>.*\/[Ll]ib(?:64)?\/(?:(?:python|pypy)[\d.]*\/)?(?:site|dist)-packages)\/(?<name>[^/]+)(?=\/)/,
    isProven: ({ home }, { hasDistributions }) => hasDistributions(home),
  },
  {
    layout: /^(?<home>.*)\/gems\/(?<name>[^/]+)(?=\/)/,
    isProven: ({ home, name }, { isRead }) =>
      isRead(`${home}/specifications/${name}.gemspec`) ||
      isRead(`${home}/specifications/default/${name}.gemspec`),
  },
  {
    // Gems from git repositories, in the home of Bundler.
    layout: /^(?<home>.*)\/bundler\/gems\/(?<name>[^/]+)-[0-9a-f]{7,40}(?=\/)/,
    isProven: ({ home }, { hasDistributions }) => hasDistributions(`${home}/specifications`),
  },
  {
    layout: /^(?<home>.*\/vendor)\/(?<name>[^/]+\/[^/]+)(?=\/)/,
    isProven: ({ home, name }, { lists }) => lists(`${home}/composer/installed.json`, name),
  },
  {
    // Composer's `vendor-dir` of another name.
    layout: /^(?<home>.*)\/(?<name>[^/]+\/[^/]+)(?=\/)/,
    isProven: ({ home, name }, { lists }) => lists(`${home}/composer/installed.json`, name),
  },
  {
    // The module cache of Go; a host has a dot.
    layout: /^(?<home>.*\/pkg\/mod)\/(?<name>[^/]+\.[^/]+(?:\/[^/@]+)*@v\d+\.\d+\.\d+[^/]*)(?=\/)/,
    isProven: () => true,
  },
  {
    layout: /^(?<home>.*\/vendor)\/(?<name>[^/]+\.[^/]+)(?=\/)/,
    isProven: ({ home }, { hasFile }) => hasFile(`${home}/modules.txt`),
  },
  {
    // The sources that Cargo unpacks, by the hash of their registry.
    layout: /^(?<home>.*\/registry\/src\/[^/]+-[0-9a-f]{16})\/(?<name>[^/]+-\d[^/]*)(?=\/)/,
    isProven: () => true,
  },
  {
    layout: /^(?<home>.*)\/git\/checkouts\/(?<name>[^/]+-[0-9a-f]{16}\/[0-9a-f]{7,40})(?=\/)/,
    isProven: () => true,
  },
  {
    // `cargo vendor`.
    layout: /^(?<home>.*)\/(?<name>[^/]+)(?=\/)/,
    isProven: ({ home, name }, { hasFile }) =>
      hasFile(`${home}/${name}/.cargo-checksum.json`) && hasFile(`${home}/${name}/Cargo.toml`),
  },
  {
    layout: /^(?<home>.*\/Pods)\/(?<name>[^/]+)(?=\/)/,
    isProven: ({ home }, { hasFile }) => hasFile(`${home}/Manifest.lock`),
  },
  {
    layout: /^(?<home>.*)\/deps\/(?<name>[^/]+)(?=\/)/,
    isProven: ({ home, name }, { lists }) =>
      lists(`${home}/mix.lock`, name) || lists(`${home}/rebar.lock`, name),
  },
  {
    layout: /^(?<home>.*\/bower_components)\/(?<name>[^/]+)(?=\/)/,
    isProven: ({ home, name }, { hasFile }) => hasFile(`${home}/${name}/.bower.json`),
  },
  {
    layout: /^(?<home>.*)\/\.build\/checkouts\/(?<name>[^/]+)(?=\/)/,
    isProven: ({ home }, { isRead }) => isRead(`${home}/Package.resolved`),
  },
  {
    // Xcode's checkouts of packages.
    layout: /^(?<home>.*\/SourcePackages)\/checkouts\/(?<name>[^/]+)(?=\/)/,
    isProven: ({ home }, { hasFile }) => hasFile(`${home}/workspace-state.json`),
  },
  {
    // What Cargo packs and builds; it marks the directory as a cache.
    layout: /^(?<home>.*\/target)\/(?<name>package|debug|release)(?=\/)/,
    isProven: ({ home }, { hasFile }) => hasFile(`${home}/CACHEDIR.TAG`),
  },
  {
    // Mix, Rebar3 and Gleam unpack packages of Hex with their metadata.
    layout:
      /^(?<home>.*\/(?:deps|build\/packages|_build\/[^/]+\/(?:lib|plugins)))\/(?<name>[^/]+)(?=\/)/,
    isProven: ({ home, name }, { hasFile }) => hasFile(`${home}/${name}/hex_metadata.config`),
  },
  {
    // Dependencies that Rebar3 builds.
    layout: /^(?<home>.*)\/_build\/[^/]+\/lib\/(?<name>[^/]+)(?=\/)/,
    isProven: ({ home, name }, { lists }) => lists(`${home}/rebar.lock`, name),
  },
  {
    // The cache of Pub; a host has a dot.
    layout:
      /^(?<home>.*\/(?:\.pub-cache|Pub\/Cache))\/(?<name>hosted\/[^/]+\.[^/]+\/[^/]+-\d[^/]*|git\/[^/]+-[0-9a-f]{40})(?=\/)/,
    isProven: () => true,
  },
  {
    // The global packages of NuGet: names in lower case, then versions.
    layout: /^(?<home>.*\/\.nuget\/packages)\/(?<name>[^/A-Z]+\/\d[^/]*)(?=\/)/,
    isProven: () => true,
  },
  {
    // Packages of Julia, by the hash of their content.
    layout: /^(?<home>.*\/\.julia)\/(?<name>packages\/[^/]+\/[A-Za-z0-9]{5})(?=\/)/,
    isProven: () => true,
  },
  {
    // The caches of Conan 2 and 1.
    layout:
      /^(?<home>.*)\/(?<name>\.conan2\/p\/(?:b\/)?[^/]+[0-9a-f]{12}|\.conan\/data\/[^/]+\/[^/]+\/[^/]+\/[^/]+)(?=\/)/,
    isProven: () => true,
  },
  {
    // Packages of Haskell that Cabal fetches.
    layout:
      /^(?<home>.*)\/(?<name>dist-newstyle\/src\/[^/]+-[0-9a-f]{6,64}|\.(?:cabal|cache\/cabal)\/packages\/[^/]+\/[^/]+\/[\d.]+)(?=\/)/,
    isProven: () => true,
  },
  {
    // The local repository of Maven: `GROUP/ARTIFACT/VERSION/ARTIFACT-VERSION.jar`.
    layout: /^(?<home>.*\/repository\/.+)\/(?<name>[^/]+\/[^/]+)(?=\/)/,
    isProven: ({ home, name }, { hasFile }) =>
      hasFile(`${home}/${name}/${name.replace('/', '-')}.jar`),
  },
  {
    // Debian's Node.js looks for the packages of the system here (Debian JavaScript policy).
    layout:
      /^(?<home>\/usr\/(?:share|lib(?:\/[a-z0-9_]+-linux-[a-z0-9]+)?)\/nodejs)\/(?<name>(?:@[^/]+\/)?[^/]+)(?=\/)/,
    isProven: ({ path }, { isOwned }) => isOwned(path),
  },
  {
    // Data files of Python distributions, such as extensions of JupyterLab.
    layout: /^(?<home>.*)\/(?<name>share|etc)(?=\/)/,
    isProven: ({ path }, { isOwned }) => !path.startsWith('/usr/share/') && isOwned(path),
  },
];

/** All stores of an artifact. */
export class PackageStores {
  readonly #view: MergedView;
  readonly #known = new Map<string, boolean>();
  #facts: StoreFacts | undefined;

  readonly #owners: ShippedManifests;

  constructor(view: MergedView, owners: ShippedManifests) {
    this.#view = view;
    this.#owners = owners;
  }

  /**
   * Returns whether a manifest lies below an installed package or a store, and is not the project's
   * own.
   */
  holds(path: string): boolean {
    const folder = directoryOf(path);
    const known = this.#known.get(folder);
    if (known !== undefined) return known;
    const found = RULES.some((rule) => this.#applies(rule, path));
    this.#known.set(folder, found);
    return found;
  }

  /** Tries the innermost place first, and then those above it. */
  #applies({ layout, isProven }: StoreRule, path: string): boolean {
    let rest = path;
    for (;;) {
      const groups = layout.exec(rest)?.groups;
      if (groups === undefined) return false;
      const { home = '', name = '' } = groups;
      if (isProven({ home, name, path }, (this.#facts ??= factsOf(this.#view, this.#owners))))
        return true;
      rest = `${home}/`;
      if (home === '' || rest.length >= path.length) return false;
    }
  }
}

/** Readers that record an installed distribution, in a directory of its own or as one file. */
const DISTRIBUTIONS: ReadonlySet<string> = new Set([
  'pypi/dist-info',
  'pypi/egg-info',
  'pypi/egg',
  'rubygems/gemspec',
]);
const RECORD_FOLDER = /\.(?:dist|egg)-info$/;

function factsOf(view: MergedView, owners: ShippedManifests): StoreFacts {
  const read = new Map<string, VisibleResult['result']>();
  const recorded = new Set<string>();
  for (const { path, foundBy, result } of view.cataloged) {
    if (!read.has(path) || result.packages.length > 0) read.set(path, result);
    if (!DISTRIBUTIONS.has(foundBy) || result.packages.length === 0) continue;
    const folder = directoryOf(path);
    recorded.add(RECORD_FOLDER.test(folder) ? directoryOf(folder) : folder);
  }
  return {
    isRead: (path) => read.has(path),
    lists: (path, name) =>
      read.get(path)?.packages.some((pkg) => pkg.name === name.toLowerCase()) === true,
    hasFile: (path) => view.root.lookUp(path, true).kind === 'file',
    hasDistributions: (folder) => recorded.has(folder),
    isOwned: (path) => owners.own(path),
  };
}
