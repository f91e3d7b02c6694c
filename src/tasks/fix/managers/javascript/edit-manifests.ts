/** The edits of steps in all manifests of a project. */

import { AssayError } from '../../../../core/base/errors.ts';
import type { Step } from '../../plan.ts';
import type { ProjectFile } from '../../project-files.ts';
import { editManifest } from './edit-manifest.ts';
import { editYaml } from './edit-yaml.ts';

/**
 * Returns the manifests with the edits of the steps. Files with another name than `*.json` are
 * YAML. @throws AssayError `USAGE` for an edit that has no place
 */
export function editManifests(
  manifests: readonly ProjectFile[],
  steps: readonly Step[],
): readonly ProjectFile[] {
  const edits = steps.flatMap((step) => step.edits);
  return manifests.map(({ path, bytes }) => {
    // Two steps can need the same edit.
    const own = new Map(
      edits
        .filter(({ manifest }) => manifest === path)
        .map((edit) => [`${edit.section}\0${edit.name}`, edit]),
    );
    const editFile = path.endsWith('.json') ? editManifest : editYaml;
    return { path, bytes: edited(path, () => editFile(bytes, [...own.values()])) };
  });
}

/** A step whose edit has no place in a file is given up, as one that a package manager refuses. */
function edited(path: string, edit: () => Uint8Array): Uint8Array {
  try {
    return edit();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new AssayError('USAGE', `"${path}" cannot be edited: ${error.message}`, {
      hint: 'Write the request on a line of its own, or make the change by hand.',
      cause: error,
    });
  }
}
