/** Catalogers of lockfiles that are recognized and not read. */

import type { CatalogerRow } from '../cataloger.ts';
import { PROJECT_ARTIFACTS } from '../project-artifacts.ts';
import { UNREAD_ENDINGS, UNREAD_NAMES } from '../unread-names.ts';

/** The rows of lockfiles that are recognized and not read, in the order in which they are tried. */
export const UNREAD_ROWS: readonly CatalogerRow[] = [
  {
    id: 'other/unread-lockfile',
    presence: 'declared',
    isLockfile: true,
    // An image is judged by what is installed; there a lockfile that is not read leaves less out.
    artifacts: PROJECT_ARTIFACTS,
    files: {
      areFilesOnly: true,
      names: UNREAD_NAMES,
      suffixes: UNREAD_ENDINGS,
    },
    version: 3,
    load: async () => (await import('../other/unread-lockfile.ts')).unreadLockfile,
  },
];
