/** Catalogers of R. */

import type { CatalogerRow } from '../cataloger.ts';
import { PROJECT_ARTIFACTS } from '../project-artifacts.ts';

/** The rows of R, in the order in which they are tried. */
export const CRAN_ROWS: readonly CatalogerRow[] = [
  {
    id: 'cran/renv-lock',
    ecosystem: 'cran',
    presence: 'declared',
    isLockfile: true,
    files: { isReadInPlace: true, areFilesOnly: true, names: ['renv.lock'] },
    version: 2,
    load: async () => (await import('../cran/renv-lock.ts')).renvLock,
  },
  {
    id: 'cran/project',
    ecosystem: 'cran',
    presence: 'declared',
    artifacts: PROJECT_ARTIFACTS,
    files: { names: ['DESCRIPTION'] },
    version: 1,
    load: async () => (await import('../cran/project.ts')).rProject,
  },
  {
    id: 'cran/description',
    ecosystem: 'cran',
    presence: 'installed',
    files: { names: ['DESCRIPTION'] },
    version: 1,
    load: async () => (await import('../cran/description.ts')).rDescription,
  },
];
