/**
 * The files that have a reader, as data: the readers themselves are loaded when they are needed.
 */

import type { FileSelector } from '../../../../core/model/catalog/catalog.ts';

/** Names of files with a fixed name; `list.ts` has a reader for each. */
export const ORIGIN_NAMES = [
  ...[
    'package-lock.json',
    'npm-shrinkwrap.json',
    'yarn.lock',
    'pnpm-lock.yaml',
    'bun.lock',
    'deno.lock',
  ],
  ...['package.json', '.npmrc', '.yarnrc', '.yarnrc.yml', 'bunfig.toml'],
  ...[
    'poetry.lock',
    'uv.lock',
    'pdm.lock',
    'Pipfile.lock',
    'Pipfile',
    'pyproject.toml',
    'uv.toml',
    'pip.conf',
    'pip.ini',
    'pylock.toml',
  ],
  ...['Gemfile', 'gems.rb', 'Gemfile.lock', 'gems.locked'],
  ...['Cargo.lock', 'Cargo.toml', 'composer.lock', 'composer.json', 'go.mod', 'go.env'],
  ...[
    'pom.xml',
    'settings.xml',
    'build.gradle',
    'build.gradle.kts',
    'settings.gradle',
    'settings.gradle.kts',
  ],
  ...['gradle-wrapper.properties', 'maven-wrapper.properties'],
  ...[
    'NuGet.config',
    'NuGet.Config',
    'nuget.config',
    'packages.lock.json',
    'Directory.Packages.props',
    'Directory.Build.props',
  ],
  ...['pubspec.lock', 'Package.resolved', 'mix.lock', 'Podfile.lock', '.terraform.lock.hcl'],
  ...[
    'Dockerfile',
    'Containerfile',
    'compose.yml',
    'compose.yaml',
    'docker-compose.yml',
    'docker-compose.yaml',
  ],
  ...['action.yml', 'action.yaml'],
  ...[
    'bun.lockb',
    'conan.lock',
    'conda-lock.yml',
    'environment.yml',
    'flake.lock',
    'gradle.lockfile',
  ],
  ...['paket.lock', 'renv.lock', 'stack.yaml.lock', 'Cartfile.resolved'],
] as const;

/** Files that the detector of sources looks at. */
export const ORIGIN_FILES: FileSelector = {
  names: ORIGIN_NAMES,
  prefixes: [
    'requirements',
    'constraints',
    'pylock.',
    'Dockerfile.',
    'Dockerfile-',
    'Dockerfile_',
    'Containerfile.',
    'Containerfile-',
    'Containerfile_',
  ],
  suffixes: [
    ...['.csproj', '.fsproj', '.vbproj', '/requirements/'],
    ...['/.github/workflows/', '/.gitea/workflows/', '/.forgejo/workflows/'],
    ...['/.cargo/config.toml', '/.cargo/config', '/.bundle/config'],
  ],
  windowsSuffixes: ['.dockerfile', '.containerfile'],
};

/** Lockfiles, by the ecosystem of the requests that they answer. */
export const LOCKFILES: ReadonlyMap<string, readonly string[]> = new Map([
  [
    'npm',
    [
      'package-lock.json',
      'npm-shrinkwrap.json',
      'yarn.lock',
      'pnpm-lock.yaml',
      'bun.lock',
      'deno.lock',
    ],
  ],
  ['pypi', ['poetry.lock', 'uv.lock', 'pdm.lock', 'Pipfile.lock', 'pylock.toml']],
  ['rubygems', ['Gemfile.lock', 'gems.locked']],
  ['cargo', ['Cargo.lock']],
  ['packagist', ['composer.lock']],
  ['nuget', ['packages.lock.json']],
]);
