/** Python: installed distributions and lockfiles. */

import type { CatalogerRow } from '../cataloger.ts';

export const PYTHON_ROWS: readonly CatalogerRow[] = [
  {
    id: 'pypi/dist-info',
    ecosystem: 'pypi',
    presence: 'installed',
    files: { suffixes: ['.dist-info/METADATA'] },
    companions: {
      names: ['__init__.py'],
      suffixes: ['.dist-info/top_level.txt', '.dist-info/direct_url.json'],
    },
    version: 2,
    load: async () => (await import('../pypi/dist-info.ts')).distInfo,
  },
  {
    id: 'pypi/egg-info',
    ecosystem: 'pypi',
    presence: 'installed',
    files: { suffixes: ['.egg-info', '.egg-info/PKG-INFO', '/EGG-INFO/PKG-INFO'] },
    companions: { names: ['__init__.py'], suffixes: ['.egg-info/top_level.txt'] },
    version: 2,
    load: async () => (await import('../pypi/egg-info.ts')).eggInfo,
  },
  {
    id: 'pypi/record',
    ecosystem: 'pypi',
    presence: 'installed',
    files: { suffixes: ['.dist-info/RECORD', '.egg-info/installed-files.txt'] },
    version: 1,
    load: async () => (await import('../pypi/record.ts')).record,
  },
  {
    id: 'pypi/vendored',
    ecosystem: 'pypi',
    presence: 'embedded',
    files: {
      suffixes: [
        '/pip/_vendor/vendor.txt',
        '/setuptools/_vendor/vendored.txt',
        '/pkg_resources/_vendor/vendored.txt',
      ],
    },
    companions: { names: ['__init__.py'] },
    version: 1,
    load: async () => (await import('../pypi/vendored.ts')).vendored,
  },
  {
    id: 'pypi/egg',
    ecosystem: 'pypi',
    presence: 'installed',
    files: { suffixes: ['.egg'] },
    version: 1,
    load: async () => (await import('../pypi/egg.ts')).egg,
  },
  {
    id: 'conda/conda-meta',
    ecosystem: 'conda',
    presence: 'installed',
    files: { suffixes: ['/conda-meta/'] },
    version: 1,
    load: async () => (await import('../conda/conda-meta.ts')).condaMeta,
  },
  {
    id: 'conda/environment',
    ecosystem: 'conda',
    presence: 'declared',
    artifacts: ['directory', 'repository', 'file'],
    files: { names: ['environment.yml', 'environment.yaml'] },
    version: 1,
    load: async () => (await import('../conda/environment.ts')).condaEnvironment,
  },
];
