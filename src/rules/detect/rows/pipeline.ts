/** Detectors of pipelines. */

import type { DetectorRow, FileDetector } from '../detector.ts';

/** The rows of the group `pipeline`. */
export const PIPELINE_ROWS: readonly DetectorRow[] = [
  {
    id: 'pipeline/pipeline',
    kind: 'file',
    scanner: 'misconfig',
    artifacts: ['directory', 'file', 'repository'],
    files: {
      names: [
        ...['action.yml', 'action.yaml'],
        ...['.pre-commit-config.yml', '.pre-commit-config.yaml'],
      ],
      suffixes: [
        '/.github/workflows/',
        '/.gitea/workflows/',
        '/.forgejo/workflows/',
        '/.github/dependabot.yml',
        '/.github/dependabot.yaml',
      ],
    },
    version: 4,
    async load(): Promise<FileDetector> {
      const { pipeline, loadShell } = await import('../pipeline/pipeline.ts');
      await loadShell();
      return pipeline;
    },
  },
];
