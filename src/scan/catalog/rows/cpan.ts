/** Catalogers of Perl. */

import type { CatalogerRow } from '../cataloger.ts';

/** The rows of Perl, in the order in which they are tried. */
export const CPAN_ROWS: readonly CatalogerRow[] = [
  {
    id: 'cpan/cpanfile-snapshot',
    ecosystem: 'cpan',
    presence: 'declared',
    isLockfile: true,
    files: { isReadInPlace: true, areFilesOnly: true, names: ['cpanfile.snapshot'] },
    version: 2,
    load: async () => (await import('../cpan/cpanfile-snapshot.ts')).cpanfileSnapshot,
  },
  {
    id: 'cpan/install-json',
    ecosystem: 'cpan',
    presence: 'installed',
    files: { names: ['install.json'] },
    version: 1,
    load: async () => (await import('../cpan/install-json.ts')).cpanInstallJson,
  },
];
