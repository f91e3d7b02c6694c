/** Manifests for a run of a package manager in a copy. */

import type { JsonObject } from '../../../../formats/text/json/json.ts';

/** Members that start programs, or name the package manager that is to be started. */
const LEFT_OUT: ReadonlySet<string> = new Set(['scripts', 'packageManager', 'devEngines']);

/** Returns a manifest without what starts programs. */
export function runManifest(manifest: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(manifest).filter(([key]) => !LEFT_OUT.has(key)));
}
