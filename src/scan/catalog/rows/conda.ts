/** Catalogers of conda. */

import type { CatalogerRow } from '../cataloger.ts';
import { PROJECT_ARTIFACTS } from '../project-artifacts.ts';

/** The rows of conda, in the order in which they are tried. */
export const CONDA_ROWS: readonly CatalogerRow[] = [
  {
    id: 'conda/conda-meta',
    ecosystem: 'conda',
    presence: 'installed',
    detectsLastDeletion: true,
    files: { suffixes: ['/conda-meta/'] },
    version: 2,
    load: async () => (await import('../conda/conda-meta.ts')).condaMeta,
  },
  {
    id: 'conda/environment',
    ecosystem: 'conda',
    presence: 'declared',
    artifacts: PROJECT_ARTIFACTS,
    files: { names: ['environment.yml', 'environment.yaml'] },
    version: 2,
    load: async () => (await import('../conda/environment.ts')).condaEnvironment,
  },
];
