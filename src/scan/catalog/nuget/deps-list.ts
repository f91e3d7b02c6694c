/**
 * The content of a `NAME.deps.json`, for its own reader and for that of the assemblies beside it.
 *
 * Source: see `deps-json.ts`.
 */

import { baseName } from '../../../core/base/artifact-path.ts';
import { ParseError } from '../../../core/base/errors.ts';
import {
  isJsonObject,
  readJsonDocument,
  readStrings,
  type JsonDocument,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';

const KEY = /^(?<name>[^/]{1,500})\/(?<version>[^/]{1,500})$/;

/** The packages that a `deps.json` lists for its runtime target. */
export interface DepsList {
  readonly rows: readonly DepsRow[];
  /** Entries of the target that `libraries` does not have, by `name/version`. */
  readonly unlisted: readonly string[];
  /** Whether it says what is deployed. */
  readonly hasTarget: boolean;
  readonly duplicateKeys: JsonDocument['duplicateKeys'];
}

/** A row of `libraries`: a library, or a row that cannot be read. */
export type DepsRow = DepsLibrary | UnreadableRow;

/** A library of a `deps.json`. */
export interface DepsLibrary {
  readonly kind: 'library';
  readonly key: string;
  readonly name: string;
  readonly version: string;
  /** `package`, `project`, `runtimepack` and others. */
  readonly type: string;
  readonly line: number | undefined;
  /** The library's entry in the target; absent if it has none, or if there is no target. */
  readonly deployed: JsonObject | undefined;
  /**
   * For a package: `name/version` and `name.version.nupkg.sha512` in the cache that it was taken
   * from.
   */
  readonly cachePath: string | undefined;
  readonly cacheFile: string | undefined;
}

interface UnreadableRow {
  readonly kind: 'unreadable';
  readonly key: string;
  readonly line: number | undefined;
}

/** One run-time file of a library, with its data in the list. */
export interface RuntimeFile {
  /** Without folders: what is published lies beside the list. */
  readonly name: string;
  readonly fileVersion: string | undefined;
  readonly assemblyVersion: string | undefined;
}

/**
 * Reads the libraries of a `deps.json` and the assemblies that its runtime target assigns to each.
 *
 * @throws ParseError for what is no JSON object with `libraries`
 */
export function readDepsList(path: string, bytes: Uint8Array): DepsList {
  const document = readJsonDocument(path, bytes);
  const { root } = document;
  const libraries = root['libraries'];
  if (!isJsonObject(libraries)) throw new ParseError(path, 'no "libraries"');
  const target = targetOf(root);
  const rows = Object.entries(libraries).map(([key, row]): DepsRow => {
    const line = isJsonObject(row) ? document.lineOf(row) : undefined;
    const groups = KEY.exec(key)?.groups;
    const { type, path: cachePath, hashPath } = readStrings(row, ['type', 'path', 'hashPath']);
    if (groups === undefined || type === undefined) return { kind: 'unreadable', key, line };
    const { name = '', version = '' } = groups;
    const entry = target?.[key];
    const deployed = isJsonObject(entry) ? entry : undefined;
    return {
      ...{ kind: 'library', key, name, version, type, line, deployed },
      ...{ cachePath, cacheFile: hashPath },
    };
  });
  const unlisted = Object.keys(target ?? {}).filter((key) => libraries[key] === undefined);
  const { duplicateKeys } = document;
  return { rows, unlisted, hasTarget: target !== undefined, duplicateKeys };
}

/** Returns the files of a library that the target has at run time. */
export function runtimeFilesOf({ deployed }: DepsLibrary): readonly RuntimeFile[] {
  const files = deployed?.['runtime'];
  return Object.entries(isJsonObject(files) ? files : {}).map(([asset, row]) =>
    runtimeFile(asset, row),
  );
}

/**
 * Returns the names, in lower case, of files that belong to a library of the list: the target's
 * files of a package, and the file that a project is named after.
 */
export function listedFiles({ rows, hasTarget }: DepsList): ReadonlySet<string> {
  const names = new Set<string>();
  for (const row of rows) {
    if (row.kind === 'unreadable') continue;
    const own = [`${row.name.toLowerCase()}.dll`, `${row.name.toLowerCase()}.exe`];
    // Without a target no files are listed, and most packages are one file of the same name.
    const files = hasTarget ? runtimeFilesOf(row).map(({ name }) => name.toLowerCase()) : own;
    for (const name of files) if (row.type !== 'project' || own.includes(name)) names.add(name);
  }
  return names;
}

function runtimeFile(asset: string, row: JsonValue | undefined): RuntimeFile {
  const { fileVersion, assemblyVersion } = readStrings(row, ['fileVersion', 'assemblyVersion']);
  return { name: baseName(asset), fileVersion, assemblyVersion };
}

function targetOf(root: JsonObject): JsonObject | undefined {
  const runtime = root['runtimeTarget'];
  const name = typeof runtime === 'string' ? runtime : readStrings(runtime, ['name']).name;
  const targets = root['targets'];
  const target = isJsonObject(targets) && name !== undefined ? targets[name] : undefined;
  return isJsonObject(target) ? target : undefined;
}
