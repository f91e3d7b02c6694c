/** Catalogers of Haskell. */

import type { CatalogerRow } from '../cataloger.ts';
import { PROJECT_ARTIFACTS } from '../project-artifacts.ts';

/** The rows of Haskell, in the order in which they are tried. */
export const HACKAGE_ROWS: readonly CatalogerRow[] = [
  {
    id: 'hackage/cabal-file',
    ecosystem: 'hackage',
    presence: 'declared',
    artifacts: PROJECT_ARTIFACTS,
    files: { suffixes: ['.cabal'] },
    version: 1,
    load: async () => (await import('../hackage/cabal-file.ts')).cabalFile,
  },
  {
    id: 'hackage/cabal-project',
    ecosystem: 'hackage',
    presence: 'declared',
    artifacts: PROJECT_ARTIFACTS,
    files: { names: ['cabal.project'] },
    version: 1,
    load: async () => (await import('../hackage/cabal-project.ts')).cabalProject,
  },
  {
    id: 'hackage/package-yaml',
    ecosystem: 'hackage',
    presence: 'declared',
    artifacts: PROJECT_ARTIFACTS,
    files: { names: ['package.yaml'] },
    version: 1,
    load: async () => (await import('../hackage/package-yaml.ts')).packageYaml,
  },
  {
    id: 'hackage/cabal-freeze',
    ecosystem: 'hackage',
    presence: 'declared',
    isLockfile: true,
    files: { isReadInPlace: true, areFilesOnly: true, names: ['cabal.project.freeze'] },
    version: 2,
    load: async () => (await import('../hackage/cabal-freeze.ts')).cabalFreeze,
  },
  {
    id: 'hackage/stack-lock',
    ecosystem: 'hackage',
    presence: 'declared',
    isLockfile: true,
    files: { isReadInPlace: true, areFilesOnly: true, names: ['stack.yaml.lock'] },
    version: 2,
    load: async () => (await import('../hackage/stack-lock.ts')).stackLock,
  },
];
