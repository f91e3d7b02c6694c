/** Catalogers of Nim. */

import type { CatalogerRow } from '../cataloger.ts';

/** The rows of Nim, in the order in which they are tried. */
export const NIM_ROWS: readonly CatalogerRow[] = [
  {
    id: 'nim/nimble-lock',
    ecosystem: 'nim',
    presence: 'declared',
    isLockfile: true,
    files: { isReadInPlace: true, areFilesOnly: true, names: ['nimble.lock'] },
    version: 2,
    load: async () => (await import('../nim/nimble-lock.ts')).nimbleLock,
  },
  {
    id: 'nim/nimble-package',
    ecosystem: 'nim',
    presence: 'installed',
    files: { suffixes: ['.nimble'] },
    version: 1,
    load: async () => (await import('../nim/nimble-package.ts')).nimblePackage,
  },
];
