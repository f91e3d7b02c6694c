/** Files whose content is not what the manifests of their packages list. */

import type { ArtifactCheck } from '../check.ts';

/** Reports what the comparison of all files found. */
export const changedFiles: ArtifactCheck = {
  id: 'changed-files',
  needs: ['changed files'],
  ofArtifact: ({ contents }) => contents.statements,
};
