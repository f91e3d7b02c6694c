/** The package managers whose projects are fixed, by the files that they write. */

import { baseName } from '../../../core/base/artifact-path.ts';
import type { Manager } from '../manager.ts';

/** A row of the list. */
export interface ManagerRow {
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** Names of the files by which a project is opened. */
  readonly files: readonly string[];
  /** Beginnings, ends and directories of further files. */
  readonly patterns?: FilePatterns;
  readonly load: () => Promise<Manager>;
}

/** Files by parts of their paths; every part that is given must hold. */
export interface FilePatterns {
  /** Ends of the names. */
  readonly suffixes: readonly string[];
  /** Absent: any name with one of the suffixes. */
  readonly words?: readonly string[];
}

/** All managers. */
export const MANAGERS: readonly ManagerRow[] = [
  {
    id: 'npm',
    name: 'npm',
    files: ['package-lock.json', 'npm-shrinkwrap.json'],
    load: async () => (await import('./npm/npm.ts')).npm,
  },
  {
    id: 'pnpm',
    name: 'pnpm',
    files: ['pnpm-lock.yaml'],
    load: async () => (await import('./pnpm/pnpm.ts')).pnpm,
  },
  {
    id: 'yarn',
    name: 'yarn',
    files: ['yarn.lock'],
    load: async () => (await import('./yarn/yarn.ts')).yarn,
  },
  {
    id: 'go',
    name: 'Go',
    files: ['go.mod'],
    load: async () => (await import('./go/go.ts')).go,
  },
  {
    id: 'cargo',
    name: 'Cargo',
    files: ['Cargo.lock'],
    load: async () => (await import('./cargo/cargo.ts')).cargo,
  },
  {
    id: 'pip',
    name: 'pip',
    files: ['requirements.txt'],
    patterns: { suffixes: ['.txt'], words: ['requirements'] },
    load: async () => (await import('./pip/pip.ts')).pip,
  },
  {
    id: 'maven',
    name: 'Maven',
    files: ['pom.xml'],
    load: async () => (await import('./maven/maven.ts')).maven,
  },
  {
    id: 'nuget',
    name: 'NuGet',
    files: [
      ...['Directory.Packages.props', 'Packages.props'],
      ...['Directory.Build.props', 'Directory.Build.targets'],
    ],
    patterns: { suffixes: ['.csproj', '.fsproj', '.vbproj'] },
    load: async () => (await import('./nuget/nuget.ts')).nuget,
  },
  {
    id: 'bundler',
    name: 'Bundler',
    files: ['Gemfile', 'gems.rb'],
    load: async () => (await import('./bundler/bundler.ts')).bundler,
  },
  {
    id: 'composer',
    name: 'Composer',
    files: ['composer.json'],
    load: async () => (await import('./composer/composer.ts')).composer,
  },
];

/** Returns the manager of a file; `undefined` if no manager writes it. */
export function managerOf(path: string): ManagerRow | undefined {
  const name = baseName(path);
  return MANAGERS.find(
    ({ files, patterns }) =>
      files.includes(name) ||
      (patterns !== undefined &&
        patterns.suffixes.some((suffix) => name.endsWith(suffix)) &&
        (patterns.words ?? ['']).some((word) => path.includes(word))),
  );
}

/** Files that are not fixed though they are read, and what to run instead. */
const UNFIXED: readonly { readonly end: string; readonly reason: string }[] = [
  { end: '/vendor/modules.txt', reason: 'vendored; after go get, run go mod vendor' },
  { end: 'poetry.lock', reason: 'written by Poetry, which is not started; run poetry update' },
  { end: 'uv.lock', reason: 'written by uv, which is not started; run uv lock --upgrade-package' },
  { end: 'Pipfile.lock', reason: 'written by Pipenv, which is not started; run pipenv upgrade' },
  { end: 'pdm.lock', reason: 'written by PDM, which is not started; run pdm update' },
  { end: 'pylock.toml', reason: 'written by pip lock, which is not started; write it anew' },
  { end: 'Gemfile.lock', reason: 'written by Bundler, which is not started; run bundle update' },
  { end: 'gems.locked', reason: 'written by Bundler, which is not started; run bundle update' },
  {
    end: 'composer.lock',
    reason: 'written by Composer, which is not started; run composer update',
  },
  { end: 'packages.lock.json', reason: 'written by NuGet; edit the project, then dotnet restore' },
  { end: 'project.assets.json', reason: 'written by dotnet restore, and not committed' },
  { end: 'packages.config', reason: 'written by nuget update, which edits the project too' },
  { end: 'paket.lock', reason: 'written by Paket, which is not started; run paket update' },
  { end: 'gradle.lockfile', reason: 'written by Gradle, which is not started' },
];

/** Returns why the packages of a file cannot be fixed. */
export function unfixedReason(path: string): string {
  const known = UNFIXED.find(({ end }) => path === end || `/${path}`.endsWith(end));
  return known === undefined
    ? `no package manager that assay fix knows writes "${path}"`
    : `"${path}" is ${known.reason}`;
}
