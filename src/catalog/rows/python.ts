/** Python: installed distributions and lockfiles. */

import type { CatalogerRow } from '../cataloger.ts';

export const PYTHON_ROWS: readonly CatalogerRow[] = [
  {
    id: 'pypi/dist-info',
    ecosystem: 'pypi',
    presence: 'installed',
    files: { suffixes: ['.dist-info/METADATA'] },
    version: 1,
    load: async () => (await import('../pypi/dist-info.ts')).distInfo,
  },
  {
    id: 'pypi/egg-info',
    ecosystem: 'pypi',
    presence: 'installed',
    files: { suffixes: ['.egg-info', '.egg-info/PKG-INFO', '/EGG-INFO/PKG-INFO'] },
    version: 1,
    load: async () => (await import('../pypi/egg-info.ts')).eggInfo,
  },
  {
    id: 'pypi/egg',
    ecosystem: 'pypi',
    presence: 'installed',
    files: { suffixes: ['.egg'] },
    version: 1,
    load: async () => (await import('../pypi/egg.ts')).egg,
  },
];
