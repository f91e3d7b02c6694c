/** Catalogers of Conan. */

import type { CatalogerRow } from '../cataloger.ts';
import { PROJECT_ARTIFACTS } from '../project-artifacts.ts';

/** The rows of Conan, in the order in which they are tried. */
export const CONAN_ROWS: readonly CatalogerRow[] = [
  {
    id: 'conan/conan-lock',
    ecosystem: 'conan',
    presence: 'declared',
    isLockfile: true,
    files: { areFilesOnly: true, names: ['conan.lock'] },
    companions: { names: ['conanfile.txt', 'conanfile.py'] },
    version: 1,
    load: async () => (await import('../conan/conan-lock.ts')).conanLock,
  },
  {
    id: 'conan/conanfile',
    ecosystem: 'conan',
    presence: 'declared',
    artifacts: PROJECT_ARTIFACTS,
    files: { names: ['conanfile.txt', 'conanfile.py'] },
    version: 2,
    load: async () => (await import('../conan/conanfile.ts')).conanfile,
  },
];
