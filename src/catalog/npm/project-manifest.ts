/** What a project's own `package.json` asks for, for lockfiles that do not say it. */

import { ParseError } from '../../base/errors.ts';
import { isJsonObject, readJson } from '../../format/json.ts';
import type { Siblings } from '../../model/catalog.ts';
import type { Scope } from '../lock-graph.ts';

const FIELDS: readonly (readonly [string, Scope])[] = [
  ['dependencies', 'runtime'],
  ['peerDependencies', 'peer'],
  ['optionalDependencies', 'optional'],
  ['devDependencies', 'development'],
];

/** A dependency of the project with the range that it asks for. */
export interface Requirement {
  readonly name: string;
  readonly range: string;
  readonly scope: Scope;
}

export interface ProjectManifest {
  readonly requirements: readonly Requirement[];
  /** Other manifests of the same lockfile exist, and their places are patterns. */
  readonly hasWorkspaces: boolean;
}

/** The manifest in a folder; `undefined` where there is none that can be read. */
export async function readManifestIn(
  folder: string,
  siblings: Siblings,
): Promise<ProjectManifest | undefined> {
  const file = siblings.get(`${folder}/package.json`);
  if (file === undefined) return undefined;
  try {
    const root = readJson(file.path, await file.bytes());
    const requirements: Requirement[] = [];
    for (const [field, scope] of FIELDS) {
      const dependencies = root[field];
      if (!isJsonObject(dependencies)) continue;
      for (const [name, range] of Object.entries(dependencies)) {
        if (typeof range === 'string') requirements.push({ name, range, scope });
      }
    }
    return { requirements, hasWorkspaces: root['workspaces'] !== undefined };
  } catch (error) {
    // The reader of `package.json` reports it.
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}
