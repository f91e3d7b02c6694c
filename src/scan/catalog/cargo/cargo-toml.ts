/**
 * A Rust project and what it asks for: `Cargo.toml`, where no `Cargo.lock` beside or above it says
 * more.
 *
 * Source: The Cargo Book, "The Manifest Format" and "Specifying Dependencies". Read are
 * `dependencies`, `dev-dependencies`, `build-dependencies`, those of `target`, and those of the
 * workspace, which its members mean by `workspace = true`. A requirement names no version (`1.0` is
 * anything below 2), except `=1.2.3`; others are listed with an empty one or, where ranges are
 * requested, with the lowest version that they allow. `package` names the crate where the key is
 * another name. A dependency that is only a folder is a note. Refused: what is no TOML.
 */

import { ancestorDirectories, directoryOf } from '../../../core/base/artifact-path.ts';
import { ParseError } from '../../../core/base/errors.ts';
import {
  isJsonObject,
  readStrings,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import { readToml } from '../../../formats/text/toml.ts';
import type { CatalogedPackage, Siblings } from '../../../core/model/catalog/catalog.ts';
import type { Context } from '../../../core/base/context.ts';
import { lowestAllowed, semanticRange } from '../../../core/version/index.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { gitQualifiers } from '../vcs-url.ts';
import { inheritsRequirements, requestedCrates } from './requested.ts';

const EXACT = /^\s*=\s*(?<version>\d+\.\d+\.\d+(?:[-+][^\s,]{1,100})?)\s*$/;
const LOCK = 'Cargo.lock';

const SCOPES: ReadonlyMap<string, NonNullable<CatalogedPackage['scope']>> = new Map([
  ['dependencies', 'runtime'],
  ['build-dependencies', 'development'],
  ['build_dependencies', 'development'],
  ['dev-dependencies', 'development'],
  ['dev_dependencies', 'development'],
]);

export const cargoToml: Cataloger = {
  async read(file, siblings, context) {
    const result = new CatalogBuilder(file.path);
    const isLocked = hasLock(file.path, siblings);
    const bytes = await file.bytes();
    // Cargo refuses a manifest that is no TOML, and the lockfile holds what was requested before.
    const root = isLocked ? tryRead(file.path, bytes) : readToml(file.path, bytes).root;
    if (root === undefined) return result.done();
    const shared = inheritsRequirements(root) ? await sharedAbove(file.path, siblings) : undefined;
    result.requests(requestedCrates(root, shared));
    if (isLocked) return result.done();
    const { name, version } = readStrings(root['package'], ['name', 'version']);
    if (name !== undefined) result.add({ name, version: version ?? '', relationship: 'root' });
    const packages = new Map<string, CatalogedPackage>();
    for (const section of sectionsOf(root)) {
      for (const [key, scope] of SCOPES) addAll(section[key], { scope, context }, packages, result);
    }
    for (const pkg of packages.values()) result.add(pkg);
    return result.done();
  },
};

/**
 * Yields the crates that the project at the top asks for, without its own folders and what only its
 * members might use. @throws ParseError
 */
export function* requiredCrates(bytes: Uint8Array, path: string): Generator<string> {
  for (const section of ownSectionsOf(readToml(path, bytes).root)) {
    for (const [key, scope] of SCOPES) {
      const rows = section[key];
      for (const [name, value] of Object.entries(isJsonObject(rows) ? rows : {})) {
        const pkg = readDependency(name, value, { scope, context: {} });
        if (typeof pkg === 'object') yield pkg.name;
      }
    }
  }
}

interface Listing {
  readonly scope: NonNullable<CatalogedPackage['scope']>;
  readonly context: Pick<Context, 'detectionPriority'>;
}

function versionOf(requirement: string, { detectionPriority }: Listing['context']): string {
  const exact = EXACT.exec(requirement)?.groups?.['version'];
  if (exact !== undefined || detectionPriority !== 'comprehensive') return exact ?? '';
  const range = semanticRange('cargo', requirement);
  return range === undefined ? '' : (lowestAllowed('npm', range) ?? '');
}

/** Returns `workspace.dependencies` of the nearest manifest above that has a workspace. */
async function sharedAbove(path: string, siblings: Siblings): Promise<JsonValue | undefined> {
  const [, ...directories] = ancestorDirectories(directoryOf(path));
  for (const directory of directories) {
    const above = siblings.get(`${directory}/Cargo.toml`);
    if (above === undefined) continue;
    const workspace = tryRead(above.path, await above.bytes())?.['workspace'];
    if (isJsonObject(workspace)) return workspace['dependencies'];
  }
  return undefined;
}

function tryRead(path: string, bytes: Uint8Array): JsonObject | undefined {
  try {
    return readToml(path, bytes).root;
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

/** Returns whether the lockfile of the crate, or of a workspace above it, is in the same layer. */
function hasLock(path: string, siblings: Siblings): boolean {
  for (const directory of ancestorDirectories(directoryOf(path))) {
    if (siblings.get(`${directory}/${LOCK}`) !== undefined) return true;
  }
  return false;
}

function* sectionsOf(root: JsonObject): Generator<JsonObject> {
  yield* ownSectionsOf(root);
  if (isJsonObject(root['workspace'])) yield root['workspace'];
}

function* ownSectionsOf(root: JsonObject): Generator<JsonObject> {
  yield root;
  const targets = root['target'];
  if (!isJsonObject(targets)) return;
  for (const target of Object.values(targets)) if (isJsonObject(target)) yield target;
}

function addAll(
  section: JsonValue | undefined,
  { scope, context }: Listing,
  packages: Map<string, CatalogedPackage>,
  result: CatalogBuilder,
): void {
  if (!isJsonObject(section)) return;
  for (const [key, value] of Object.entries(section)) {
    const pkg = readDependency(key, value, { scope, context });
    if (pkg === 'unreadable') result.unreadableRow(key, { reason: 'no requirement' });
    else if (pkg === 'folder') result.note(`"${key.slice(0, 100)}" is a folder of the project`);
    else if (pkg !== 'inherited' && !packages.has(`${pkg.name}@${pkg.version}`)) {
      packages.set(`${pkg.name}@${pkg.version}`, pkg);
    }
  }
}

function readDependency(
  key: string,
  value: JsonValue | undefined,
  { scope, context }: Listing,
): CatalogedPackage | 'inherited' | 'folder' | 'unreadable' {
  const table = isJsonObject(value) ? value : undefined;
  // Its requirement stands in the workspace.
  if (table?.['workspace'] === true) return 'inherited';
  const fields = readStrings(table, ['package', 'version', 'git', 'rev', 'path']);
  const requirement = typeof value === 'string' ? value : fields.version;
  if (requirement === undefined && fields.git === undefined) {
    return fields.path === undefined ? 'unreadable' : 'folder';
  }
  return {
    name: fields.package ?? key,
    version: versionOf(requirement ?? '', context),
    relationship: 'direct',
    scope: table?.['optional'] === true ? 'optional' : scope,
    ...(fields.git !== undefined && {
      qualifiers: gitQualifiers(fields.git, fields.rev),
    }),
  };
}
