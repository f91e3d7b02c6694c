/**
 * The overrides of a project of pnpm.
 *
 * Source: pnpm documentation, "overrides". pnpm 9 reads them from `pnpm` in the root manifest, pnpm
 * 10 there or in `pnpm-workspace.yaml`, newer ones in `pnpm-workspace.yaml` alone. They replace
 * requests of the project too.
 */

import { releaseLineOf } from '../../../../scan/remediation/compatible.ts';
import type { JsonObject } from '../../../../formats/text/json/json.ts';
import { overrideEdit, type ProjectOverrides } from '../javascript/overrides.ts';
import { accepts } from '../javascript/range-text.ts';
import { objectAt } from './pnpm-graph.ts';

/** The place from which pnpm reads overrides. */
export interface OverridesPlace {
  readonly manifest: string;
  /** The section, as in `overrides` or `pnpm/overrides`. */
  readonly section: string;
  readonly overrides: JsonObject;
}

/** The files that the place is chosen from. */
export interface OverridesSources {
  readonly rootManifest: string;
  readonly root: JsonObject;
  readonly workspacePath: string;
  /** Absent: the project has no `pnpm-workspace.yaml`. */
  readonly workspace: JsonObject | undefined;
  /** The first number of the version of pnpm; absent if it was not started. */
  readonly major: number | undefined;
}

/**
 * The first version that reads `pnpm-workspace.yaml`, and the last that reads `pnpm` in
 * `package.json`.
 */
const TEN = 10;

/** Returns the place of the overrides; `undefined` if this pnpm reads none of this project. */
export function overridesPlace(sources: OverridesSources): OverridesPlace | undefined {
  const { rootManifest, root, workspacePath, workspace, major } = sources;
  const inManifest = objectAt(objectAt(root, 'pnpm'), 'overrides');
  const manifest = { manifest: rootManifest, section: 'pnpm/overrides', overrides: inManifest };
  if (major !== undefined && major < TEN) return manifest;
  const inWorkspace = {
    manifest: workspacePath,
    section: 'overrides',
    overrides: objectAt(workspace ?? {}, 'overrides'),
  };
  const hasOwn = Object.keys(inWorkspace.overrides).length > 0;
  const isManifestRead = major === undefined || major === TEN;
  if (isManifestRead && !hasOwn && Object.keys(inManifest).length > 0) return manifest;
  if (workspace !== undefined) return inWorkspace;
  return isManifestRead ? manifest : undefined;
}

/** Reads the overrides of a place. */
export function pnpmOverrides(
  place: OverridesPlace | undefined,
  rootManifest: string,
): ProjectOverrides {
  const { manifest, section, overrides } = place ?? {
    manifest: rootManifest,
    section: '',
    overrides: {},
  };
  return {
    manifest,
    coversProject: true,
    pinOf(name, version) {
      const key = keyOf(name, version, overrides);
      const value = key === undefined ? undefined : overrides[key];
      return typeof value === 'string' ? value : undefined;
    },
    editsFor({ name, from, to }, graph) {
      if (place === undefined) {
        return 'this version of pnpm reads overrides of pnpm-workspace.yaml alone, and the project has none';
      }
      const line = graph.versionsOf(name).length > 1 ? `${name}@${releaseLineOf(from)}` : name;
      const key = keyOf(name, from, overrides) ?? line;
      const edit = overrideEdit({ manifest, section, name: key }, overrides[key], `^${to}`);
      return typeof edit === 'string' ? edit : [edit];
    },
  };
}

/**
 * Returns the key of the override that gave a package its version: its name, or its name with a
 * range.
 */
function keyOf(name: string, version: string, overrides: JsonObject): string | undefined {
  if (overrides[name] !== undefined) return name;
  return Object.entries(overrides).find(
    ([key, value]) =>
      key.startsWith(`${name}@`) && typeof value === 'string' && accepts(value, version),
  )?.[0];
}
