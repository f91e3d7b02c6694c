/** .NET, Swift, CocoaPods, Dart, Haskell: languages with a platform of their own. */

import type { CatalogerRow } from '../cataloger.ts';

export const PLATFORM_ROWS: readonly CatalogerRow[] = [
  {
    id: 'nuget/packages-lock',
    ecosystem: 'nuget',
    presence: 'declared',
    files: { names: ['packages.lock.json'] },
    version: 1,
    load: async () => (await import('../nuget/packages-lock.ts')).packagesLock,
  },
  {
    id: 'nuget/packages-config',
    ecosystem: 'nuget',
    presence: 'declared',
    files: { names: ['packages.config'] },
    version: 1,
    load: async () => (await import('../nuget/packages-config.ts')).packagesConfig,
  },
  {
    id: 'nuget/deps-json',
    ecosystem: 'nuget',
    presence: 'installed',
    files: { suffixes: ['.deps.json'] },
    version: 1,
    load: async () => (await import('../nuget/deps-json.ts')).depsJson,
  },
  {
    id: 'nuget/packages-props',
    ecosystem: 'nuget',
    presence: 'declared',
    artifacts: ['directory', 'repository', 'file'],
    files: { names: ['Directory.Packages.props', 'Packages.props'] },
    version: 1,
    load: async () => (await import('../nuget/packages-props.ts')).packagesProps,
  },
  {
    id: 'nuget/project-file',
    ecosystem: 'nuget',
    presence: 'declared',
    artifacts: ['directory', 'repository', 'file'],
    files: {
      names: ['Directory.Build.props', 'Directory.Build.targets'],
      suffixes: ['.csproj', '.fsproj', '.vbproj'],
    },
    companions: { names: ['packages.lock.json'] },
    version: 1,
    load: async () => (await import('../nuget/project-file.ts')).projectFile,
  },
  {
    id: 'nuget/paket-lock',
    ecosystem: 'nuget',
    presence: 'declared',
    files: { names: ['paket.lock'] },
    companions: { names: ['paket.dependencies'] },
    version: 1,
    load: async () => (await import('../nuget/paket-lock.ts')).paketLock,
  },
  {
    id: 'nuget/paket-dependencies',
    ecosystem: 'nuget',
    presence: 'declared',
    artifacts: ['directory', 'repository', 'file'],
    files: { names: ['paket.dependencies'] },
    companions: { names: ['paket.lock'] },
    version: 1,
    load: async () => (await import('../nuget/paket-dependencies.ts')).paketDependencies,
  },
];
