/** JavaScript: packages installed by npm and its kin, and their lockfiles. */

import type { CatalogerRow } from '../cataloger.ts';

export const JAVASCRIPT_ROWS: readonly CatalogerRow[] = [
  {
    id: 'npm/package-lock',
    ecosystem: 'npm',
    presence: 'declared',
    files: { names: ['package-lock.json', 'npm-shrinkwrap.json'] },
    version: 1,
    load: async () => (await import('../npm/package-lock.ts')).packageLock,
  },
  {
    id: 'npm/yarn-lock',
    ecosystem: 'npm',
    presence: 'declared',
    files: { names: ['yarn.lock'] },
    companions: { names: ['package.json'] },
    version: 1,
    load: async () => (await import('../npm/yarn-lock.ts')).yarnLock,
  },
  {
    id: 'npm/node-package',
    ecosystem: 'npm',
    presence: 'installed',
    files: { names: ['package.json'] },
    version: 2,
    load: async () => (await import('../npm/node-package.ts')).nodePackage,
  },
  {
    id: 'npm/installed-lock',
    ecosystem: 'npm',
    presence: 'installed',
    files: { suffixes: ['/node_modules/.package-lock.json'] },
    version: 1,
    load: async () => (await import('../npm/installed-lock.ts')).installedLock,
  },
];
