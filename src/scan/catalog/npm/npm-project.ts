/**
 * The requests of a project's own `package.json`, for lockfiles that do not contain them or are
 * empty.
 */

import { siblingPath } from '../../../core/base/artifact-path.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { isJsonObject, readJson, type JsonObject } from '../../../formats/text/json/json.ts';
import type { Siblings } from '../../../core/model/catalog/catalog.ts';
import type { CatalogBuilder } from '../catalog-builder.ts';
import { reportEmptyLock } from '../empty-lockfile.ts';
import type { DependencyScope } from '../lock-graph.ts';

const FIELDS: readonly (readonly [string, DependencyScope])[] = [
  ['dependencies', 'runtime'],
  ['peerDependencies', 'peer'],
  ['optionalDependencies', 'optional'],
  ['devDependencies', 'development'],
];
/** Ranges that mean a folder of the project. */
const OWN = /^(?:file|link|portal|workspace):/;

/** A dependency of the project with the range that it asks for. */
export interface Requirement {
  readonly name: string;
  readonly range: string;
  readonly scope: DependencyScope;
}

/** The parts of a project's `package.json` that its lockfile is compared with. */
export interface NpmProject {
  readonly requirements: readonly Requirement[];
  /** Other manifests of the same lockfile exist, and their places are patterns. */
  readonly hasWorkspaces: boolean;
}

/** Returns the manifest in a folder; `undefined` where there is none that can be read. */
export async function readManifestIn(
  folder: string,
  siblings: Siblings,
): Promise<NpmProject | undefined> {
  const file = siblings.get(`${folder}/package.json`);
  if (file === undefined) return undefined;
  try {
    const root = readJson(file.path, await file.bytes());
    return {
      requirements: requirementsOf(root),
      hasWorkspaces: root['workspaces'] !== undefined,
    };
  } catch (error) {
    // The reader of `package.json` reports it.
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

/**
 * Reports a gap if a lockfile that pins nothing lies beside a manifest that requests packages of
 * others.
 */
export async function reportEmptyNpmLock(
  path: string,
  siblings: Siblings,
  result: CatalogBuilder,
): Promise<void> {
  const manifest = siblings.get(siblingPath(path, 'package.json'));
  await reportEmptyLock(result, manifest, (bytes, at) =>
    requirementsOf(readJson(at, bytes))
      .filter(({ range, scope }) => scope !== 'peer' && !OWN.test(range))
      .map(({ name }) => name),
  );
}

function requirementsOf(root: JsonObject): readonly Requirement[] {
  const requirements: Requirement[] = [];
  for (const [field, scope] of FIELDS) {
    const dependencies = root[field];
    if (!isJsonObject(dependencies)) continue;
    for (const [name, range] of Object.entries(dependencies)) {
      if (typeof range === 'string') requirements.push({ name, range, scope });
    }
  }
  return requirements;
}
