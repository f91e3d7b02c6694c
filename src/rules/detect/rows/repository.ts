/** Detectors of repositories as a whole. */

import type { DetectorRow } from '../detector.ts';
import { REPOSITORY_FILES } from '../repository/selected-files.ts';

/** The rows of the group `repository`. */
export const REPOSITORY_ROWS: readonly DetectorRow[] = [
  {
    id: 'repository/repository',
    kind: 'tree',
    scanner: 'misconfig',
    artifacts: ['directory', 'repository'],
    files: REPOSITORY_FILES,
    version: 1,
    load: async () => (await import('../repository/repository.ts')).repository,
  },
];
