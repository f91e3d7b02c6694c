/** Which row of the list of catalogers reads the cases of an area. */

/** Which row reads a file of an area, `undefined` where nobody asks for its format; the file's name and first bytes tell rows of one area apart. */
export type RowChoice = (path: string, bytes: Uint8Array) => string | undefined;

const pythonRow: RowChoice = (path, bytes) => {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return 'pypi/egg';
  return /metadata|distinfo|dist-info/i.test(path) ? 'pypi/dist-info' : 'pypi/egg-info';
};
const dpkgRow: RowChoice = (path) =>
  path.includes('/status.d/') ? 'debian/dpkg-status-d' : 'debian/dpkg-status';

/** By the ends of an area's path, so that both origins' spellings fall on the same row. */
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
  // SPDX in RDF and YAML is not asked for.
  ['sbom/spdx', (path) => (/\.(?:rdf|yml)$/.test(path) ? undefined : 'sbom/document')],
]);

/**
 * Areas of origins that can be asked, or always are, to take the lowest version of a range for the version, as Assay can
 * (`--detection-priority comprehensive`). Their cases do not say which, so that either counts.
 */
const RANGE_AREAS: readonly string[] = [
  'filesystem/language/dotnet/paketdependencies',
  'filesystem/language/javascript/packagejson',
  'filesystem/language/python/pyprojecttoml',
  'filesystem/language/python/setup',
];

export function mayTakeRanges(area: string): boolean {
  return RANGE_AREAS.includes(area);
}
