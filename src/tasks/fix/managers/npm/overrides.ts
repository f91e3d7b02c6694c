/**
 * The overrides of an npm project.
 *
 * Source: npm documentation, "package.json", `overrides`. Only those of the root manifest count.
 */

import { isJsonObject, type JsonObject } from '../../../../formats/text/json/json.ts';
import { releaseLineOf } from '../../../../scan/remediation/compatible.ts';
import { overrideEdit, type ProjectOverrides } from '../javascript/overrides.ts';

/** Reads the overrides of a root manifest. */
export function readOverrides(manifest: string, root: JsonObject): ProjectOverrides {
  const overrides = isJsonObject(root['overrides']) ? root['overrides'] : {};
  return {
    manifest,
    coversProject: false,
    pinOf(name) {
      const value = overrides[name];
      return typeof value === 'string' ? value : undefined;
    },
    editsFor({ name, from, to }, graph) {
      const line = graph.versionsOf(name).length > 1 ? `${name}@${releaseLineOf(from)}` : name;
      const key = overrides[name] === undefined ? line : name;
      const place = { manifest, section: 'overrides', name: key };
      const edit = overrideEdit(place, overrides[key], `^${to}`);
      return typeof edit === 'string' ? edit : [edit];
    },
  };
}
