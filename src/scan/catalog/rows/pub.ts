/** Catalogers of Dart. */

import type { CatalogerRow } from '../cataloger.ts';
import { PROJECT_ARTIFACTS } from '../project-artifacts.ts';

/** The rows of Dart, in the order in which they are tried. */
export const PUB_ROWS: readonly CatalogerRow[] = [
  {
    id: 'pub/pubspec-lock',
    ecosystem: 'pub',
    presence: 'declared',
    isLockfile: true,
    files: { isReadInPlace: true, areFilesOnly: true, names: ['pubspec.lock'] },
    companions: { names: ['pubspec.yaml'] },
    version: 2,
    load: async () => (await import('../pub/pubspec-lock.ts')).pubspecLock,
  },
  {
    id: 'pub/pubspec',
    ecosystem: 'pub',
    presence: 'declared',
    artifacts: PROJECT_ARTIFACTS,
    files: { names: ['pubspec.yaml'] },
    version: 1,
    load: async () => (await import('../pub/pubspec.ts')).pubspec,
  },
];
