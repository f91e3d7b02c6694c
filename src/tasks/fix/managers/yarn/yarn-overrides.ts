/**
 * The `resolutions` of a project of Yarn. Only those of the root manifest count; they replace
 * requests of the project too.
 *
 * Source: Yarn 1 documentation, "Selective dependency resolutions" (`name`, `parent/name`, `**`
 * before both); Yarn documentation, "Manifest" (`resolutions`: `name`, `name@range`,
 * `parent/name`).
 */

import { isJsonObject, type JsonObject } from '../../../../formats/text/json/json.ts';
import type { ManifestEdit } from '../../plan.ts';
import type { LockGraph } from '../javascript/lock-graph.ts';
import { overrideEdit, type ProjectOverrides } from '../javascript/overrides.ts';
import { accepts } from '../javascript/range-text.ts';
import { plainRange } from './yarn-file.ts';

const SECTION = 'resolutions';

/** Reads the resolutions of a root manifest. */
export function yarnOverrides(
  manifest: string,
  root: JsonObject,
  { isBerry }: { readonly isBerry: boolean },
): ProjectOverrides {
  const resolutions = isJsonObject(root[SECTION]) ? root[SECTION] : {};
  const keysOf = (name: string, version: string): readonly string[] =>
    Object.entries(resolutions).flatMap(([key, value]) => {
      if (key === name || key === `**/${name}`) return [key];
      const isOfSome = key.endsWith(`/${name}`) || key.startsWith(`${name}@`);
      return isOfSome && typeof value === 'string' && accepts(plainRange(value), version)
        ? [key]
        : [];
    });
  return {
    manifest,
    coversProject: true,
    pinOf(name, version) {
      const [key = ''] = keysOf(name, version);
      const value = resolutions[key];
      return typeof value === 'string' ? plainRange(value) : undefined;
    },
    editsFor({ name, from, to }, graph) {
      const known = keysOf(name, from);
      const keys = known.length > 0 ? known : newKeys(name, from, graph, isBerry);
      const edits: ManifestEdit[] = [];
      for (const key of keys) {
        const place = { manifest, section: SECTION, name: key };
        const edit = overrideEdit(place, resolutions[key], `^${to}`);
        if (typeof edit === 'string') return edit;
        edits.push(edit);
      }
      return edits;
    },
  };
}

/** If the lockfile has several versions, only the requests that find this one are replaced. */
function newKeys(
  name: string,
  from: string,
  graph: LockGraph,
  isBerry: boolean,
): readonly string[] {
  if (graph.versionsOf(name).length <= 1) return [name];
  const edges = graph
    .requestsFor(name, from)
    .filter(({ section }) => section !== 'peerDependencies');
  const keys = edges.map((edge) =>
    isBerry ? `${edge.name}@npm:${edge.range ?? ''}` : `**/${edge.from.name}/${edge.name}`,
  );
  return [...new Set(keys)];
}
