/**
 * The overrides of an npm project.
 *
 * Source: npm documentation, "package.json", `overrides`. Only those of the root manifest count.
 */

import { isJsonObject, type JsonObject } from '../../../format/json.ts';
import { releaseLineOf } from '../../../remediation/compatible.ts';
import type { ManifestEdit } from '../../plan.ts';

/** The overrides that a manifest has. */
export interface ProjectOverrides {
  /** Path of the root manifest. */
  readonly manifest: string;
  /** The version or range that an override gives all requests of a package; absent: none does. */
  pinOf(name: string): string | undefined;
  /** Returns the edit that overrides a version of a package, or why there is none. */
  editFor(
    name: string,
    from: string,
    to: string,
    versions: readonly string[],
  ): ManifestEdit | string;
}

/** Reads the overrides of a root manifest. */
export function readOverrides(manifest: string, root: JsonObject): ProjectOverrides {
  const overrides = isJsonObject(root['overrides']) ? root['overrides'] : {};
  return {
    manifest,
    pinOf(name) {
      const value = overrides[name];
      return typeof value === 'string' ? value : undefined;
    },
    editFor(name, from, to, versions) {
      const key = versions.length > 1 ? `${name}@${releaseLineOf(from)}` : name;
      const old = overrides[overrides[name] === undefined ? key : name];
      if (old !== undefined && typeof old !== 'string') {
        return `"${manifest}" has an override of ${name} for single packages, which is not edited`;
      }
      return {
        manifest,
        section: 'overrides',
        name: overrides[name] === undefined ? key : name,
        ...(old !== undefined && { from: old }),
        to: `^${to}`,
      };
    },
  };
}
