/** Catalogers of GitHub Actions. */

import type { CatalogerRow } from '../cataloger.ts';
import { PROJECT_ARTIFACTS } from '../project-artifacts.ts';

/** The rows of GitHub Actions, in the order in which they are tried. */
export const GITHUBACTIONS_ROWS: readonly CatalogerRow[] = [
  {
    id: 'githubactions/workflow',
    ecosystem: 'githubactions',
    presence: 'declared',
    artifacts: PROJECT_ARTIFACTS,
    files: { names: ['action.yml', 'action.yaml'], suffixes: ['/.github/workflows/'] },
    version: 1,
    load: async () => (await import('../githubactions/workflow.ts')).workflow,
  },
];
