/** Kinds of artifacts in which catalogers read what a build requests. */

import type { Artifact } from '../../core/model/artifact/artifact.ts';

/**
 * Kinds of artifacts that hold projects. An image is evaluated by what is installed in it, so files
 * that only request packages are read in these kinds alone.
 */
export const PROJECT_ARTIFACTS: readonly Artifact['kind'][] = ['directory', 'repository', 'file'];
