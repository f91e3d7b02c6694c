/** JavaScript: packages installed by npm and its kin, and their lockfiles. */

import type { CatalogerRow } from '../cataloger.ts';

export const JAVASCRIPT_ROWS: readonly CatalogerRow[] = [
  {
    id: 'npm/package-lock',
    ecosystem: 'npm',
    presence: 'declared',
    files: { names: ['package-lock.json', 'npm-shrinkwrap.json'] },
    version: 2,
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
    id: 'npm/pnpm-lock',
    ecosystem: 'npm',
    presence: 'declared',
    files: { names: ['pnpm-lock.yaml'] },
    version: 1,
    load: async () => (await import('../npm/pnpm-lock.ts')).pnpmLock,
  },
  {
    id: 'npm/bun-lock',
    ecosystem: 'npm',
    presence: 'declared',
    files: { names: ['bun.lock'] },
    version: 1,
    load: async () => (await import('../npm/bun-lock.ts')).bunLock,
  },
  {
    id: 'npm/deno-lock',
    ecosystem: 'npm',
    presence: 'declared',
    files: { names: ['deno.lock'] },
    version: 1,
    load: async () => (await import('../npm/deno-lock.ts')).denoLock,
  },
  {
    id: 'npm/vsix',
    ecosystem: 'npm',
    presence: 'embedded',
    files: { suffixes: ['.vsix'] },
    version: 1,
    load: async () => (await import('../npm/vsix.ts')).vsix,
  },
  {
    id: 'npm/node-package',
    ecosystem: 'npm',
    presence: 'installed',
    files: { names: ['package.json'] },
    companions: { names: ['bun.lockb'] },
    version: 3,
    load: async () => (await import('../npm/node-package.ts')).nodePackage,
  },
  {
    id: 'npm/installed-lock',
    ecosystem: 'npm',
    presence: 'installed',
    files: { suffixes: ['/node_modules/.package-lock.json'] },
    version: 2,
    load: async () => (await import('../npm/installed-lock.ts')).installedLock,
  },
];
