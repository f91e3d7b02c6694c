/** Which row of the list of catalogers reads the cases of an area. */

/**
 * Which row reads a file of an area, `undefined` where nobody asks for its format; the file's name
 * and first bytes tell rows of one area apart.
 */
export type RowChoice = (path: string, bytes: Uint8Array) => string | undefined;

const pythonRow: RowChoice = (path, bytes) => {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return 'pypi/egg';
  return /metadata|distinfo|dist-info/i.test(path) ? 'pypi/dist-info' : 'pypi/egg-info';
};
const caskRow: RowChoice = (path) => (path.includes('/Caskroom/') ? 'homebrew/cask' : undefined);
const kegRow: RowChoice = (path) =>
  path.endsWith('/INSTALL_RECEIPT.json') ? 'homebrew/keg' : 'homebrew/keg-folder';
const dpkgRow: RowChoice = (path) =>
  path.includes('/status.d/') ? 'debian/dpkg-status-d' : 'debian/dpkg-status';

const vcpkgRow: RowChoice = (path) =>
  path.endsWith('/vcpkg.json') ? 'vcpkg/vcpkg-json' : 'vcpkg/vcpkg-status';
const nimRow: RowChoice = (path) =>
  path.endsWith('/nimble.lock') ? 'nim/nimble-lock' : 'nim/nimble-package';
const nixRow: RowChoice = (path) =>
  path.endsWith('.sqlite') ? 'nix/store-database' : 'nix/store-path';

const BYTES = Buffer.from('x');
const ZIP = Buffer.from('PK');

/** Paths and first bytes by which rows that share an area are told apart. */
export const PROBES: readonly (readonly [path: string, bytes: Uint8Array])[] = [
  ['/x', BYTES],
  ['/x.dist-info/METADATA', BYTES],
  ['/x.egg', ZIP],
  ['/var/lib/dpkg/status.d/x', BYTES],
  ['/homebrew/Caskroom/x/1/x', BYTES],
  ['/homebrew/Cellar/x/1/INSTALL_RECEIPT.json', BYTES],
  ['/x/vcpkg.json', BYTES],
  ['/x/nimble.lock', BYTES],
  ['/nix/var/nix/db/db.sqlite', BYTES],
];

/**
 * By the ends of an area's path, so that both origins' spellings fall on the same row. The recorded
 * cases have these.
 */
export const AREAS: ReadonlyMap<string, RowChoice> = new Map([
  ['nodejs/npm', () => 'npm/package-lock'],
  ['javascript/packagelockjson', () => 'npm/package-lock'],
  ['javascript/yarnlock', () => 'npm/yarn-lock'],
  ['javascript/pnpmlock', () => 'npm/pnpm-lock'],
  ['nodejs/pnpm', () => 'npm/pnpm-lock'],
  ['javascript/bunlock', () => 'npm/bun-lock'],
  ['javascript/vsix', () => 'npm/vsix'],
  ['nodejs/packagejson', () => 'npm/node-package'],
  ['javascript/packagejson', () => 'npm/node-package'],
  ['python/packaging', pythonRow],
  ['python/wheelegg', pythonRow],
  ['python/pdmlock', () => 'pypi/pdm-lock'],
  ['python/pipfilelock', () => 'pypi/pipfile-lock'],
  ['python/poetrylock', () => 'pypi/poetry-lock'],
  ['python/poetry', () => 'pypi/poetry-lock'],
  ['python/pylock', () => 'pypi/pylock'],
  ['python/uvlock', () => 'pypi/uv-lock'],
  ['python/pyprojecttoml', () => 'pypi/pyproject'],
  ['python/requirements', () => 'pypi/requirements'],
  ['python/pip', () => 'pypi/requirements'],
  ['python/setup', () => 'pypi/setup-file'],
  ['os/dpkg', dpkgRow],
  ['pkg/dpkg', dpkgRow],
  ['os/apk', () => 'alpine/apk-installed'],
  ['pkg/apk', () => 'alpine/apk-installed'],
  ['golang/mod', () => 'go/go-mod'],
  ['golang/gomod', () => 'go/go-mod'],
  ['golang/vendormodules', () => 'go/vendor-modules'],
  ['golang/gobinary', () => 'go/binary'],
  ['golang/binary', () => 'go/binary'],
  ['rust/binary', () => 'cargo/auditable'],
  ['rust/cargoauditable', () => 'cargo/auditable'],
  ['rust/cargo', () => 'cargo/cargo-lock'],
  ['rust/cargolock', () => 'cargo/cargo-lock'],
  ['rust/cargotoml', () => 'cargo/cargo-toml'],
  ['wordpress/plugins', () => 'wordpress/plugin'],
  ['misc/vscodeextensions', () => 'vscode/extensions-json'],
  ['misc/githubactions', () => 'githubactions/workflow'],
  ['julia/manifest', () => 'julia/manifest-toml'],
  ['julia/manifesttoml', () => 'julia/manifest-toml'],
  ['julia/projecttoml', () => 'julia/project-toml'],
  ['haskell/cabal', () => 'hackage/cabal-freeze'],
  ['haskell/stacklock', () => 'hackage/stack-lock'],
  ['r/renvlock', () => 'cran/renv-lock'],
  ['c/conan', () => 'conan/conan-lock'],
  ['cpp/conanlock', () => 'conan/conan-lock'],
  ['dart/pub', () => 'pub/pubspec-lock'],
  ['dart/pubspec', () => 'pub/pubspec-lock'],
  ['swift/swift', () => 'swift/package-resolved'],
  ['swift/packageresolved', () => 'swift/package-resolved'],
  ['swift/cocoapods', () => 'cocoapods/podfile-lock'],
  ['swift/podfilelock', () => 'cocoapods/podfile-lock'],
  ['hex/mix', () => 'hex/mix-lock'],
  ['elixir/mixlock', () => 'hex/mix-lock'],
  ['erlang/mixlock', () => 'hex/mix-lock'],
  ['erlang/rebarlock', () => 'hex/rebar-lock'],
  ['gleam/gleamtoml', () => 'hex/gleam-toml'],
  ['dotnet/core_deps', () => 'nuget/deps-json'],
  ['dotnet/depsjson', () => 'nuget/deps-json'],
  ['nuget/config', () => 'nuget/packages-config'],
  ['dotnet/packagesconfig', () => 'nuget/packages-config'],
  ['nuget/packagesprops', () => 'nuget/packages-props'],
  ['dotnet/nugetcpm', () => 'nuget/packages-props'],
  ['dotnet/csproj', () => 'nuget/project-file'],
  ['nuget/lock', () => 'nuget/packages-lock'],
  ['dotnet/packageslockjson', () => 'nuget/packages-lock'],
  ['dotnet/paketlock', () => 'nuget/paket-lock'],
  ['dotnet/paketdependencies', () => 'nuget/paket-dependencies'],
  ['php/composer', () => 'packagist/composer-lock'],
  ['php/composerlock', () => 'packagist/composer-lock'],
  ['php/installedjson', () => 'packagist/installed-json'],
  ['os/rpm', () => 'rpm/rpmdb'],
  ['os/pacman', () => 'arch/pacman-desc'],
  ['os/portage', () => 'gentoo/portage'],
  ['os/chisel', () => 'ubuntu/chisel-manifest'],
  ['os/snap', () => 'snap/snap-yaml'],
  ['os/cos', () => 'cos/package-info'],
  ['ruby/bundler', () => 'rubygems/gemfile-lock'],
  ['ruby/gemfilelock', () => 'rubygems/gemfile-lock'],
  ['python/condameta', () => 'conda/conda-meta'],
  ['java/archive', () => 'maven/jar'],
  ['java/pomxml', () => 'maven/pom'],
  ['gradle/lockfile', () => 'maven/gradle-lockfile'],
  ['java/gradlelockfile', () => 'maven/gradle-lockfile'],
  ['java/gradleverificationmetadataxml', () => 'maven/gradle-verification'],
  ['java/gradleversioncatalog', () => 'maven/gradle-catalog'],
  ['sbt/lockfile', () => 'maven/sbt-lock'],
  ['sbom/cdx', () => 'sbom/document'],
  ['javascript/denojson', () => 'npm/deno-json'],
  ['os/homebrew', caskRow],
  // SPDX in RDF and YAML is not asked for.
  ['sbom/spdx', (path) => (/\.(?:rdf|yml)$/.test(path) ? undefined : 'sbom/document')],
]);

/**
 * Areas without a recorded case whose format has a cataloger: a case of one counts as soon as it is
 * there. The documentation of the formats takes no proof from these.
 */
const PREPARED_AREAS: ReadonlyMap<string, RowChoice> = new Map([
  ['golang/sum', () => 'go/go-mod'],
  ['javascript/denolock', () => 'npm/deno-lock'],
  ['nodejs/bun', () => 'npm/bun-lock'],
  ['nodejs/yarn', () => 'npm/yarn-lock'],
  ['nodejs/deno', () => 'npm/deno-lock'],
  ['python/pipenv', () => 'pypi/pipfile-lock'],
  ['python/pipfile', () => 'pypi/pipfile'],
  ['python/pyproject', () => 'pypi/pyproject'],
  ['python/uv', () => 'pypi/uv-lock'],
  ['python/pdm', () => 'pypi/pdm-lock'],
  ['conda/meta', () => 'conda/conda-meta'],
  ['conda/environment', () => 'conda/environment'],
  ['python/condaenvironment', () => 'conda/environment'],
  ['java/jar', () => 'maven/jar'],
  ['java/pom', () => 'maven/pom'],
  ['java/sbtlock', () => 'maven/sbt-lock'],
  ['java/gradlebuild', () => 'maven/gradle-build'],
  ['java/sbtbuild', () => 'maven/sbt-build'],
  ['java/jdk', () => 'binary/jdk-release'],
  ['ruby/gemspec', () => 'rubygems/gemspec'],
  ['ruby/gem', () => 'rubygems/cached-gem'],
  ['ruby/gemfile', () => 'rubygems/gemfile-requests'],
  ['php/composerjson', () => 'packagist/composer-json'],
  ['php/composerinstalledjson', () => 'packagist/installed-json'],
  ['php/pear', () => 'packagist/pear-registry'],
  ['hex/rebar', () => 'hex/rebar-lock'],
  ['elixir/mixexs', () => 'hex/mix-exs'],
  ['erlang/rebarconfig', () => 'hex/rebar-config'],
  ['dart/pubspec', () => 'pub/pubspec'],
  ['swift/packageswift', () => 'swift/package-swift'],
  ['swift/podfile', () => 'cocoapods/podfile'],
  ['cpp/conanfile', () => 'conan/conanfile'],
  ['haskell/cabal', () => 'hackage/cabal-file'],
  ['haskell/packageyaml', () => 'hackage/package-yaml'],
  ['erlang/otp', () => 'hex/otp-app'],
  ['gleam/manifesttoml', () => 'hex/gleam-manifest'],
  ['frameworks/wordpress', () => 'wordpress/plugin'],
  ['dotnet/projectassets', () => 'nuget/project-assets'],
  ['dotnet/pe', () => 'nuget/assembly'],
  ['cpp/vcpkg', vcpkgRow],
  ['c/vcpkg', vcpkgRow],
  ['r/description', () => 'cran/description'],
  ['lua/luarocks', () => 'luarocks/rockspec'],
  ['lua/rockspec', () => 'luarocks/rockspec'],
  ['perl/cpanfilesnapshot', () => 'cpan/cpanfile-snapshot'],
  ['perl/cpan', () => 'cpan/install-json'],
  ['nim/nimble', nimRow],
  ['ocaml/opam', () => 'opam/switch-package'],
  ['prolog/pack', () => 'swipl/pack'],
  ['terraform/lock', () => 'terraform/lock-hcl'],
  ['hcl/terraformlock', () => 'terraform/lock-hcl'],
  ['java/otherbuild', () => 'maven/other-build'],
  ['javascript/asar', () => 'npm/asar'],
  ['javascript/yarnzip', () => 'npm/yarn-zip'],
  ['javascript/yarnpnp', () => 'npm/yarn-pnp'],
  ['python/zipapp', () => 'pypi/zipapp'],
  ['os/opkg', () => 'openwrt/opkg-status'],
  ['pkg/opkg', () => 'openwrt/opkg-status'],
  ['pkg/rpm', () => 'rpm/rpmdb'],
  ['pkg/rpmqa', () => 'rpm/rpm-manifest'],
  ['os/rpmmanifest', () => 'rpm/rpm-manifest'],
  ['os/homebrew', kegRow],
  ['os/flatpak', () => 'flatpak/metainfo'],
  ['os/nix', nixRow],
  ['binary/program', () => 'binary/program-text'],
  ['erlang/version', () => 'binary/otp-version'],
  ['os/mozilla', () => 'binary/mozilla-application'],
]);

/** Rows that list no packages of their own format; the reason says what they are for. */
export const ROWS_WITHOUT_AREA: ReadonlyMap<string, string> = new Map([
  ['os/os-release', 'The row names the system.'],
  ['os/release-file', 'The row names the system.'],
  ['debian/dpkg-md5sums', 'The row lists which files a package owns.'],
  ['debian/dpkg-diversions', 'The row lists which files a package owns.'],
  ['debian/dpkg-changelog', 'The row is evidence about packages of another row.'],
  ['alpine/apk-repositories', 'The row names the branch of the system.'],
  ['npm/installed-lock', 'The row lists which packages of a lockfile are installed.'],
  ['pypi/record', 'The row lists which files a package owns.'],
  ['pypi/vendored', 'The packages are inside another package.'],
  ['pypi/pinned-requirements', 'The row reads files of the area of requirements by another name.'],
  ['maven/zip', 'The row reads archives of the area of Java archives by other names.'],
  [
    'pypi/wheel',
    'The row reads the metadata of the area of installed distributions inside an archive.',
  ],
  ['sbom/named', 'The row reads documents of the area of SBOM files inside images.'],
  ['sbom/embedded', 'The row reads documents of the area of SBOM files inside images.'],
  ['maven/launcher', 'The row reads archives of the area of Java archives behind a launcher.'],
  ['npm/zip', 'The row reads records of the area of installed packages inside an archive.'],
  ['maven/script', 'No case is a script that names its dependencies.'],
  ['npm/script', 'No case is a script that names its dependencies.'],
  ['nuget/script', 'No case is a script that names its dependencies.'],
  ['pypi/script', 'No case is a script that names its dependencies.'],
  ['rubygems/inline-gemfile', 'No case is a script that names its dependencies.'],
  ['cran/project', 'No case is a project; the area of R has installed packages.'],
  ['rubygems/gemspec-requests', 'No case is a project; the area of gemspecs has installed gems.'],
  ['hackage/cabal-project', 'The row lists the members of a project.'],
  ['other/unread-lockfile', 'The row names a file that is not read.'],
]);

/** Which row reads the files of an area; `undefined` where the area's format has no cataloger. */
export function choiceOf(area: string): RowChoice | undefined {
  const choices = [AREAS, PREPARED_AREAS].flatMap(
    (areas) => [...areas].find(([end]) => `/${area}`.endsWith(`/${end}`))?.[1] ?? [],
  );
  if (choices.length === 0) return undefined;
  return (path, bytes) => {
    for (const choose of choices) {
      const id = choose(path, bytes);
      if (id !== undefined) return id;
    }
    return undefined;
  };
}

/** Ids of the rows that read some area. */
export function rowsWithArea(): ReadonlySet<string> {
  const choices = [...AREAS.values(), ...PREPARED_AREAS.values()];
  return new Set(
    choices.flatMap((choose) => PROBES.flatMap(([path, bytes]) => choose(path, bytes) ?? [])),
  );
}

/**
 * Areas of origins that can be asked, or always are, to take the lowest version of a range for the
 * version, as Assay can (`--detection-priority comprehensive`). Their cases do not say which, so
 * that either counts.
 */
const RANGE_AREAS: readonly string[] = [
  'filesystem/language/javascript/denojson',
  'filesystem/language/dotnet/paketdependencies',
  'filesystem/language/javascript/packagejson',
  'filesystem/language/python/pyprojecttoml',
  'filesystem/language/python/setup',
];

export function mayTakeRanges(area: string): boolean {
  return RANGE_AREAS.includes(area);
}
