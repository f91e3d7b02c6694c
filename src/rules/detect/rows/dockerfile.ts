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
      // Names that others have too count if the content is that of a Dockerfile; of Compose and
      // bake files inline ones are read.
      prefixes: [
        ...['Dockerfile', 'dockerfile', 'DOCKERFILE', 'Containerfile', 'containerfile'],
        ...['compose.', 'compose-', 'docker-compose', 'podman-compose', 'docker-bake.'],
      ],
      suffixes: ['Dockerfile', 'dockerfile', 'DOCKERFILE', 'Containerfile', 'containerfile'],
      windowsSuffixes: [
        ...['.dockerfile', '.containerfile'],
        ...['.compose.yml', '.compose.yaml', '-compose.yml', '-compose.yaml'],
      ],
    },
    version: 3,
    async load(): Promise<FileDetector> {
      const { dockerfile, loadShell } = await import('../dockerfile/dockerfile.ts');
      await loadShell();
      return dockerfile;
    },
  },
];
