/** Detectors of Dockerfiles. */

import type { DetectorRow, FileDetector } from '../detector.ts';

/** The rows of the group `dockerfile`. */
export const DOCKERFILE_ROWS: readonly DetectorRow[] = [
  {
    id: 'dockerfile/dockerfile',
    kind: 'file',
    scanner: 'misconfig',
    artifacts: ['directory', 'file', 'repository'],
    files: {
      // A result depends on whether there is an ignore file; see the rule missing-dockerignore.
      names: [
        ...['Dockerfile', 'dockerfile', 'Containerfile', 'containerfile', 'DOCKERFILE'],
        '.dockerignore',
      ],
      prefixes: [
        'Dockerfile.',
        'Dockerfile-',
        'Dockerfile_',
        'dockerfile.',
        'dockerfile-',
        'dockerfile_',
        'Containerfile.',
        'Containerfile-',
        'Containerfile_',
        'containerfile.',
        'containerfile-',
        'containerfile_',
      ],
      windowsSuffixes: ['.dockerfile', '.containerfile'],
    },
    version: 2,
    async load(): Promise<FileDetector> {
      const { dockerfile, loadShell } = await import('../dockerfile/dockerfile.ts');
      await loadShell();
      return dockerfile;
    },
  },
];
