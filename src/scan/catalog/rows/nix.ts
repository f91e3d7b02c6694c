/** Catalogers of Nix. */

import type { CatalogerRow } from '../cataloger.ts';

/** The rows of Nix, in the order in which they are tried. */
export const NIX_ROWS: readonly CatalogerRow[] = [
  {
    id: 'nix/store-database',
    ecosystem: 'nix',
    presence: 'installed',
    files: { areFilesOnly: true, isReadInPlace: true, paths: ['/nix/var/nix/db/db.sqlite'] },
    companions: { paths: ['/nix/var/nix/db/db.sqlite-wal'] },
    version: 2,
    load: async () => (await import('../nix/store-database.ts')).storeDatabase,
  },
  {
    id: 'nix/store-path',
    ecosystem: 'nix',
    presence: 'installed',
    files: {
      firstIn: '/nix/store/',
      // Only where the files lie matters.
      excerpts: [{ anchors: [] }],
    },
    version: 2,
    load: async () => (await import('../nix/store-path.ts')).storePath,
  },
];
