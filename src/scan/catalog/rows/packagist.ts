/** Catalogers of PHP. */

import type { CatalogerRow } from '../cataloger.ts';

/** The rows of PHP, in the order in which they are tried. */
export const PACKAGIST_ROWS: readonly CatalogerRow[] = [
  {
    id: 'packagist/composer-lock',
    ecosystem: 'packagist',
    presence: 'declared',
    isLockfile: true,
    files: { isReadInPlace: true, areFilesOnly: true, names: ['composer.lock'] },
    companions: { names: ['composer.json'] },
    version: 4,
    load: async () => (await import('../packagist/composer-lock.ts')).composerLock,
  },
  {
    id: 'packagist/composer-json',
    ecosystem: 'packagist',
    presence: 'declared',
    files: { names: ['composer.json'] },
    version: 1,
    load: async () => (await import('../packagist/composer-json.ts')).composerJson,
  },
  {
    id: 'packagist/installed-json',
    ecosystem: 'packagist',
    presence: 'installed',
    files: { names: ['installed.json'] },
    version: 3,
    load: async () => (await import('../packagist/installed-json.ts')).installedJson,
  },
  {
    id: 'packagist/pear-registry',
    ecosystem: 'packagist',
    presence: 'installed',
    files: { suffixes: ['.reg'], below: '/.registry/' },
    version: 1,
    load: async () => (await import('../packagist/pear-registry.ts')).pearRegistry,
  },
];
