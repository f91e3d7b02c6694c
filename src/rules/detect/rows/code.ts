/** Detectors of source code. */

import type { DetectorRow } from '../detector.ts';

/** The rows of the group `code`. */
export const CODE_ROWS: readonly DetectorRow[] = [
  {
    id: 'code/source',
    kind: 'file',
    scanner: 'code',
    artifacts: ['directory', 'file', 'repository'],
    files: {
      windowsSuffixes: [
        ...['.js', '.mjs', '.cjs', '.jsx', '.ts', '.mts', '.cts', '.tsx'],
        ...['.py', '.pyw'],
      ],
    },
    version: 3,
    isCostly: true,
    load: async () => (await import('../code/source.ts')).sourceCode,
  },
];
