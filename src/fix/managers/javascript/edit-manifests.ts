/** The edits of steps in all manifests of a project. */

import type { Step } from '../../plan.ts';
import type { ProjectFile } from '../../project-files.ts';
import { editManifest } from './edit-manifest.ts';
import { editYaml } from './edit-yaml.ts';

/** Returns the manifests with the edits of the steps. Files with another name than `*.json` are YAML. */
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
    return { path, bytes: editFile(bytes, [...own.values()]) };
  });
}
