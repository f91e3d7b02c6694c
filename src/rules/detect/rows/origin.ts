/** Detectors of origins. */

import { ORIGIN_FILES } from '../origin/readers/names.ts';
import type { DetectorRow, FileDetector } from '../detector.ts';

/** The rows of the group `origin`. */
export const ORIGIN_ROWS: readonly DetectorRow[] = [
  {
    id: 'origin/sources',
    kind: 'file',
    scanner: 'origin',
    artifacts: ['image', 'rootfs', 'directory', 'file', 'repository'],
    files: ORIGIN_FILES,
    version: 2,
    load: async (): Promise<FileDetector> => (await import('../origin/sources.ts')).sources,
  },
];
