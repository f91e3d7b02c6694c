/** The contract of overrides: versions that a project imposes on requests of other packages. */

import type { ManifestEdit } from '../../plan.ts';
import type { LockGraph } from './lock-graph.ts';

/** The overrides that a project has. */
export interface ProjectOverrides {
  /** Path of the file that holds them, relative to the target. */
  readonly manifest: string;
  /** Whether an override replaces requests of the project too. */
  readonly coversProject: boolean;
  /**
   * Returns the version or range that an override gives all requests that find a version of a
   * package; absent: none does.
   */
  pinOf(name: string, version: string): string | undefined;
  /** Returns the edits that override a version of a package, or why there are none. */
  editsFor(replaced: Replaced, graph: LockGraph): readonly ManifestEdit[] | string;
}

/** A version of a package, and the one in its place. */
export interface Replaced {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/** Returns one edit of an override, or why the override that is there stays. */
export function overrideEdit(
  { manifest, section, name }: Pick<ManifestEdit, 'manifest' | 'section' | 'name'>,
  old: unknown,
  to: string,
): ManifestEdit | string {
  if (old !== undefined && typeof old !== 'string') {
    return `"${manifest}" has an override of ${name} for single packages, which is not edited`;
  }
  // A reference to a direct dependency, and the absence of a package.
  if (old !== undefined && /^(?:\$|-$)/u.test(old)) {
    return `"${manifest}" overrides ${name} with "${old}", which is not edited`;
  }
  return { manifest, section, name, ...(old !== undefined && { from: old }), to };
}
