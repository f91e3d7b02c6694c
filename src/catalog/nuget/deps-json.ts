/**
 * What a .NET program was published with: `NAME.deps.json`.
 *
 * Source: the .NET runtime's documentation, "Runtime Configuration Files": `libraries` names everything of the build by
 * `name/version` with a type, and `targets` has, for the target that runs, the files of each. Written rules: a package
 * without files in that target was used in building only, or the shared framework is newer: it is not deployed, a note.
 * Projects are the program's own code and are listed; the one that no other needs is the `root`. A `runtimepack` is a copy of the
 * .NET runtime itself; advisories know it without that prefix. Where the target is absent all libraries count. For each file of a
 * library the list has the version of the file, which lies beside it and says its version itself: another one
 * contradicts. Refused: what is no JSON object with `libraries`.
 */

import { ParseError } from '../../base/errors.ts';
import {
  isJsonObject,
  readJsonDocument,
  readStrings,
  type JsonObject,
  type JsonValue,
} from '../../format/json.ts';
import type { CatalogFile, Cataloged, Siblings, VersionClaim } from '../../model/catalog.ts';
import { CatalogBuilder } from '../builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { readAssemblyVersion } from './assembly-version.ts';

const FILES = ['runtime', 'native', 'runtimeTargets', 'resources'];
const RUNTIME_PACK = 'runtimepack';
const KEY = /^(?<name>[^/]{1,500})\/(?<version>[^/]{1,500})$/;

interface Library {
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly line: number | undefined;
  /** What the target says; absent where there is no target. */
  readonly deployed: JsonObject | undefined;
}

export const depsJson: Cataloger = {
  async read(file, siblings) {
    const result = new CatalogBuilder(file.path);
    const document = readJsonDocument(file.path, await file.bytes());
    const { root } = document;
    const rows = root['libraries'];
    if (!isJsonObject(rows)) throw new ParseError(file.path, 'no "libraries"');
    const target = targetOf(root);
    const libraries: Library[] = [];
    for (const [key, row] of Object.entries(rows)) {
      const groups = KEY.exec(key)?.groups;
      const line = isJsonObject(row) ? document.lineOf(row) : undefined;
      const { type } = readStrings(row, ['type']);
      if (groups === undefined || type === undefined) {
        result.unreadableRow(key, { line });
        continue;
      }
      const entry = target?.[key];
      const deployed = isJsonObject(entry) ? entry : undefined;
      const { name = '', version = '' } = groups;
      if (isDeployed(type, target, deployed))
        libraries.push({ name, version, type, line, deployed });
      else result.note(`"${key}" is not deployed`, line);
    }
    for (const [library, pkg] of catalog(libraries)) {
      const versionClaims = await deployedClaims(library, file, siblings);
      result.add({ ...pkg, ...(versionClaims.length > 0 && { versionClaims }) });
    }
    return result.done();
  },
};

/**
 * The names, in lower case, of files that the list says belong to a library that it lists: what its target has of a package,
 * and the file that a project is named after. Empty where the list cannot be read.
 */
export async function listedAssemblies(file: CatalogFile): Promise<ReadonlySet<string>> {
  const root = await rootOf(file);
  const rows = root?.['libraries'];
  const target = root && targetOf(root);
  const names = new Set<string>();
  for (const [key, row] of isJsonObject(rows) ? Object.entries(rows) : []) {
    const library = KEY.exec(key)?.groups?.['name']?.toLowerCase();
    const { type } = readStrings(row, ['type']);
    if (library === undefined || type === undefined) continue;
    const own = [`${library}.dll`, `${library}.exe`];
    // Without a target nothing tells of files, and most packages are one file of the same name.
    const files = target === undefined ? own : runtimeFilesOf(target[key]);
    for (const name of files) if (type !== 'project' || own.includes(name)) names.add(name);
  }
  return names;
}

async function rootOf(file: CatalogFile): Promise<JsonObject | undefined> {
  try {
    return readJsonDocument(file.path, await file.bytes()).root;
  } catch (error) {
    unreadable(error);
    return undefined;
  }
}

/** Their names, in lower case. */
function runtimeFilesOf(entry: JsonValue | undefined): readonly string[] {
  const files = isJsonObject(entry) ? entry['runtime'] : undefined;
  return Object.keys(isJsonObject(files) ? files : {}).map((asset) =>
    asset.slice(asset.lastIndexOf('/') + 1).toLowerCase(),
  );
}

function targetOf(root: JsonObject): JsonObject | undefined {
  const runtime = root['runtimeTarget'];
  const name = typeof runtime === 'string' ? runtime : readStrings(runtime, ['name']).name;
  const targets = root['targets'];
  const target = isJsonObject(targets) && name !== undefined ? targets[name] : undefined;
  return isJsonObject(target) ? target : undefined;
}

function isDeployed(
  type: string,
  target: JsonObject | undefined,
  deployed: JsonObject | undefined,
): boolean {
  if (target === undefined || type === 'project') return true;
  if (deployed === undefined) return false;
  return FILES.some((field) => {
    const files = deployed[field];
    return isJsonObject(files) && Object.keys(files).length > 0;
  });
}

function* catalog(libraries: readonly Library[]): Generator<readonly [Library, Cataloged]> {
  const needed = new Set(libraries.flatMap(edgesOf));
  const roots = libraries.filter(
    ({ name, version, type }) => type === 'project' && !needed.has(`${name}@${version}`),
  );
  const root = roots.length === 1 ? roots[0] : undefined;
  const direct = new Set(root === undefined ? [] : edgesOf(root));
  for (const library of libraries) {
    const { name, version, type, line } = library;
    const relationship = direct.has(`${name}@${version}`) ? 'direct' : 'indirect';
    const edges = edgesOf(library);
    const pkg: Cataloged = {
      name: shownName(name, type),
      version,
      ...(line !== undefined && { line }),
      ...(root !== undefined && { relationship: library === root ? 'root' : relationship }),
      ...(edges.length > 0 && { dependsOn: edges.map((edge) => shownName(edge)) }),
    };
    yield [library, pkg];
  }
}

/** What the files of a library say of their versions. Assemblies are wanted by `assembly.ts`; `--lazy` leaves them out. */
async function deployedClaims(
  { deployed }: Library,
  { path }: CatalogFile,
  siblings: Siblings,
): Promise<readonly VersionClaim[]> {
  const files = deployed?.['runtime'];
  if (!isJsonObject(files)) return [];
  const claims: VersionClaim[] = [];
  for (const [asset, row] of Object.entries(files)) {
    const by = asset.slice(asset.lastIndexOf('/') + 1);
    const file = siblings.get(path.slice(0, path.lastIndexOf('/') + 1) + by);
    const said = file && (await readAssemblyVersion(file).catch(unreadable));
    if (said === undefined) continue;
    const { fileVersion } = readStrings(row, ['fileVersion']);
    const isOther =
      fileVersion !== undefined &&
      said.fileVersion !== undefined &&
      fileVersion !== said.fileVersion;
    const version = said.version || (isOther ? (said.fileVersion ?? '') : '');
    if (version === '') continue;
    claims.push({ by, version, weight: isOther ? 'binding' : 'hint', path: file?.path ?? path });
  }
  return claims;
}

/** Its own reader says what is wrong with it. */
function unreadable(error: unknown): undefined {
  if (!(error instanceof ParseError)) throw error;
  return undefined;
}

function edgesOf({ deployed }: Library): readonly string[] {
  const dependencies = deployed?.['dependencies'];
  if (!isJsonObject(dependencies)) return [];
  return Object.entries(dependencies).map(([name, version]) =>
    typeof version === 'string' ? `${name}@${version}` : name,
  );
}

function shownName(name: string, type: string = RUNTIME_PACK): string {
  const prefix = `${RUNTIME_PACK}.`;
  return type === RUNTIME_PACK && name.startsWith(prefix) ? name.slice(prefix.length) : name;
}
