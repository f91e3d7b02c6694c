/** The table of ecosystems: one row each, and everything else follows from it. */

/** Order of versions; each has a file in `version/`. */
export type SchemeId =
  | 'deb'
  | 'apk'
  | 'rpm'
  | 'alpm'
  | 'gentoo'
  | 'semver'
  | 'npm'
  | 'pypi'
  | 'go'
  | 'maven'
  | 'gem'
  | 'composer'
  | 'nuget'
  | 'pub'
  | 'cran'
  | 'hackage'
  | 'conan'
  | 'nginx'
  | 'program';

/** One row per ecosystem: its package-URL type, its OSV name, its version scheme. */
export interface EcosystemRow {
  /** Type of a package URL (ECMA-427). */
  readonly purlType: string;
  /**
   * Name in the OSV schema, "Defined ecosystems", without the release suffix; absent where OSV has
   * none.
   */
  readonly osv?: string;
  readonly scheme: SchemeId;
  /** `os` packages are matched by release. */
  readonly kind: 'os' | 'language' | 'binary';
  /**
   * For `os`: advisories name packages. Without this, they name the source packages that packages
   * are built from. The reason for each distribution is in `docs/feeds.md`.
   */
  readonly isAdvisedByPackage?: boolean;
  /** For `os`: some advisories name source packages and others packages, so both are looked up. */
  readonly isAdvisedByBoth?: boolean;
  /** Whether no loaded feed covers it; records of it can be imported. */
  readonly isWithoutFeed?: boolean;
  /** Ids of the optional feeds that speak of it; `assay db update --with` loads them. */
  readonly optionalFeeds?: readonly string[];
  /** For people, as in `Node.js`. */
  readonly label: string;
}

/** The table of ecosystems. The keys are the names that reports and flags use. */
export const ECOSYSTEMS = {
  debian: { purlType: 'deb', osv: 'Debian', scheme: 'deb', kind: 'os', label: 'Debian' },
  alpine: { purlType: 'apk', osv: 'Alpine', scheme: 'apk', kind: 'os', label: 'Alpine' },
  npm: { purlType: 'npm', osv: 'npm', scheme: 'npm', kind: 'language', label: 'Node.js' },
  pypi: { purlType: 'pypi', osv: 'PyPI', scheme: 'pypi', kind: 'language', label: 'Python' },
  go: { purlType: 'golang', osv: 'Go', scheme: 'go', kind: 'language', label: 'Go' },
  maven: {
    purlType: 'maven',
    osv: 'Maven',
    scheme: 'maven',
    kind: 'language',
    label: 'Java (Maven)',
  },
  rubygems: { purlType: 'gem', osv: 'RubyGems', scheme: 'gem', kind: 'language', label: 'Ruby' },
  cargo: { purlType: 'cargo', osv: 'crates.io', scheme: 'semver', kind: 'language', label: 'Rust' },
  packagist: {
    purlType: 'composer',
    osv: 'Packagist',
    scheme: 'composer',
    kind: 'language',
    label: 'PHP',
  },
  nuget: { purlType: 'nuget', osv: 'NuGet', scheme: 'nuget', kind: 'language', label: '.NET' },
  hex: {
    purlType: 'hex',
    osv: 'Hex',
    scheme: 'semver',
    kind: 'language',
    label: 'Erlang and Elixir',
  },
  pub: { purlType: 'pub', osv: 'Pub', scheme: 'pub', kind: 'language', label: 'Dart' },
  swift: { purlType: 'swift', osv: 'SwiftURL', scheme: 'semver', kind: 'language', label: 'Swift' },
  cocoapods: {
    purlType: 'cocoapods',
    scheme: 'gem',
    kind: 'language',
    isWithoutFeed: true,
    label: 'CocoaPods',
  },
  conan: {
    purlType: 'conan',
    osv: 'ConanCenter',
    scheme: 'conan',
    kind: 'language',
    label: 'Conan (C and C++)',
  },
  cran: { purlType: 'cran', osv: 'CRAN', scheme: 'cran', kind: 'language', label: 'R' },
  bioconductor: {
    purlType: 'bioconductor',
    osv: 'Bioconductor',
    scheme: 'cran',
    kind: 'language',
    label: 'Bioconductor (R)',
  },
  julia: { purlType: 'julia', osv: 'Julia', scheme: 'semver', kind: 'language', label: 'Julia' },
  hackage: {
    purlType: 'hackage',
    osv: 'Hackage',
    scheme: 'hackage',
    kind: 'language',
    label: 'Haskell',
  },
  luarocks: {
    purlType: 'luarocks',
    scheme: 'gem',
    kind: 'language',
    isWithoutFeed: true,
    label: 'Lua',
  },
  cpan: {
    purlType: 'cpan',
    scheme: 'gem',
    kind: 'language',
    isWithoutFeed: true,
    label: 'Perl',
  },
  githubactions: {
    purlType: 'githubactions',
    osv: 'GitHub Actions',
    scheme: 'semver',
    kind: 'language',
    label: 'GitHub Actions',
  },
  vcpkg: {
    purlType: 'vcpkg',
    scheme: 'conan',
    kind: 'language',
    isWithoutFeed: true,
    label: 'vcpkg (C and C++)',
  },
  terraform: {
    purlType: 'terraform',
    scheme: 'semver',
    kind: 'language',
    isWithoutFeed: true,
    label: 'Terraform providers',
  },
  vscode: {
    purlType: 'vscode-extension',
    osv: 'VSCode',
    scheme: 'semver',
    kind: 'language',
    label: 'Visual Studio Code extensions',
  },
  wordpress: {
    purlType: 'wordpress',
    scheme: 'composer',
    kind: 'language',
    isWithoutFeed: true,
    label: 'WordPress plugins',
  },
  conda: {
    purlType: 'conda',
    scheme: 'pypi',
    kind: 'language',
    isWithoutFeed: true,
    label: 'Conda',
  },
  pear: {
    purlType: 'pear',
    scheme: 'composer',
    kind: 'language',
    isWithoutFeed: true,
    label: 'PEAR and PECL (PHP)',
  },
  homebrew: {
    purlType: 'brew',
    scheme: 'program',
    kind: 'language',
    isWithoutFeed: true,
    label: 'Homebrew',
  },
  snap: {
    purlType: 'snap',
    scheme: 'program',
    kind: 'language',
    isWithoutFeed: true,
    label: 'Snap',
  },
  flatpak: {
    purlType: 'flatpak',
    scheme: 'program',
    kind: 'language',
    isWithoutFeed: true,
    label: 'Flatpak',
  },
  swipl: {
    purlType: 'swiplpack',
    scheme: 'program',
    kind: 'language',
    isWithoutFeed: true,
    label: 'SWI-Prolog',
  },
  opam: { purlType: 'opam', scheme: 'deb', kind: 'language', isWithoutFeed: true, label: 'OCaml' },
  nix: { purlType: 'nix', scheme: 'program', kind: 'language', isWithoutFeed: true, label: 'Nix' },
  nim: { purlType: 'nim', scheme: 'program', kind: 'language', isWithoutFeed: true, label: 'Nim' },
  ubuntu: { purlType: 'deb', osv: 'Ubuntu', scheme: 'deb', kind: 'os', label: 'Ubuntu' },
  echo: { purlType: 'deb', osv: 'Echo', scheme: 'deb', kind: 'os', label: 'Echo' },
  wolfi: { purlType: 'apk', osv: 'Wolfi', scheme: 'apk', kind: 'os', label: 'Wolfi' },
  chainguard: {
    purlType: 'apk',
    osv: 'Chainguard',
    scheme: 'apk',
    kind: 'os',
    label: 'Chainguard',
  },
  minimos: { purlType: 'apk', osv: 'MinimOS', scheme: 'apk', kind: 'os', label: 'MinimOS' },
  /** First of those with RPM: the ecosystem of an RPM database whose system is unknown. */
  redhat: {
    purlType: 'rpm',
    osv: 'Red Hat',
    scheme: 'rpm',
    kind: 'os',
    isAdvisedByPackage: true,
    label: 'Red Hat',
  },
  almalinux: {
    purlType: 'rpm',
    osv: 'AlmaLinux',
    scheme: 'rpm',
    kind: 'os',
    isAdvisedByPackage: true,
    label: 'AlmaLinux',
  },
  rocky: {
    purlType: 'rpm',
    osv: 'Rocky Linux',
    scheme: 'rpm',
    kind: 'os',
    isAdvisedByBoth: true,
    label: 'Rocky Linux',
  },
  oracle: {
    purlType: 'rpm',
    scheme: 'rpm',
    kind: 'os',
    isAdvisedByPackage: true,
    isWithoutFeed: true,
    label: 'Oracle Linux',
  },
  amazon: {
    purlType: 'rpm',
    scheme: 'rpm',
    kind: 'os',
    isAdvisedByPackage: true,
    isWithoutFeed: true,
    label: 'Amazon Linux',
  },
  fedora: {
    purlType: 'rpm',
    scheme: 'rpm',
    kind: 'os',
    isAdvisedByBoth: true,
    isWithoutFeed: true,
    label: 'Fedora',
  },
  suse: {
    purlType: 'rpm',
    osv: 'SUSE',
    scheme: 'rpm',
    kind: 'os',
    isAdvisedByBoth: true,
    label: 'SUSE Linux Enterprise',
  },
  opensuse: {
    purlType: 'rpm',
    osv: 'openSUSE',
    scheme: 'rpm',
    kind: 'os',
    isAdvisedByBoth: true,
    label: 'openSUSE',
  },
  azurelinux: {
    purlType: 'rpm',
    osv: 'Azure Linux',
    scheme: 'rpm',
    kind: 'os',
    label: 'Azure Linux',
  },
  photon: {
    purlType: 'rpm',
    osv: 'Photon OS',
    scheme: 'rpm',
    kind: 'os',
    isAdvisedByBoth: true,
    label: 'Photon OS',
  },
  openeuler: { purlType: 'rpm', osv: 'openEuler', scheme: 'rpm', kind: 'os', label: 'openEuler' },
  mageia: { purlType: 'rpm', osv: 'Mageia', scheme: 'rpm', kind: 'os', label: 'Mageia' },
  bottlerocket: {
    purlType: 'rpm',
    scheme: 'rpm',
    kind: 'os',
    isAdvisedByPackage: true,
    isWithoutFeed: true,
    label: 'Bottlerocket',
  },
  arch: {
    purlType: 'alpm',
    scheme: 'alpm',
    kind: 'os',
    isAdvisedByPackage: true,
    isWithoutFeed: true,
    label: 'Arch Linux',
  },
  gentoo: {
    purlType: 'ebuild',
    scheme: 'gentoo',
    kind: 'os',
    isAdvisedByPackage: true,
    isWithoutFeed: true,
    label: 'Gentoo',
  },
  cos: {
    purlType: 'cos',
    scheme: 'gentoo',
    kind: 'os',
    isAdvisedByPackage: true,
    isWithoutFeed: true,
    label: 'Container-Optimized OS',
  },
  openwrt: {
    purlType: 'opkg',
    scheme: 'deb',
    kind: 'os',
    isAdvisedByPackage: true,
    isWithoutFeed: true,
    label: 'OpenWrt',
  },
  /** Bitnami's packages of upstream projects; its records use the upstream versions. */
  bitnami: {
    purlType: 'bitnami',
    osv: 'Bitnami',
    scheme: 'program',
    kind: 'language',
    label: 'Bitnami',
  },
  /** Programs that no package manager installed; `program.ts` names them. */
  program: {
    purlType: 'generic',
    scheme: 'program',
    kind: 'binary',
    optionalFeeds: ['cve', 'nvd'],
    label: 'Programs',
  },
  /** The runtime itself, which is not a package of a registry. */
  node: { purlType: 'generic', scheme: 'npm', kind: 'binary', label: 'Node.js runtime' },
} as const satisfies Record<string, EcosystemRow>;

/** The name of an ecosystem in reports and flags. */
export type Ecosystem = keyof typeof ECOSYSTEMS;

/** Ecosystems that are packages of an operating system. */
export type SystemEcosystem = {
  [Id in Ecosystem]: (typeof ECOSYSTEMS)[Id]['kind'] extends 'os' ? Id : never;
}[Ecosystem];

/** All ecosystems, in the order of the table. */
export const ECOSYSTEM_IDS = Object.keys(ECOSYSTEMS) as readonly Ecosystem[];

/** Returns whether a text is the name of an ecosystem. */
export function isEcosystem(name: string): name is Ecosystem {
  return Object.hasOwn(ECOSYSTEMS, name);
}

/** Returns the row of an ecosystem, with its optional fields. */
export function ecosystemRow(ecosystem: Ecosystem): EcosystemRow {
  return ECOSYSTEMS[ecosystem];
}

/** Returns the OSV schema's name of an ecosystem; `undefined` if it has none. */
export function osvNameOf(ecosystem: Ecosystem): string | undefined {
  return ecosystemRow(ecosystem).osv;
}
