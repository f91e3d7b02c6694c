/**
 * Julia packages pinned by Pkg: `Manifest.toml`, formats 1 and 2.
 *
 * Source: the Pkg documentation, "Project.toml and Manifest.toml": a list of entries for each name,
 * at the root (format 1) or below `deps` (format 2), each with `uuid`, `version`, `deps` and, of
 * git, `repo-url` and `git-tree-sha1`. Packages of the standard library have no version of their
 * own; theirs is `julia_version`, where the file has it. Others without a version are folders,
 * listed without one. `Project.toml` beside it says what is direct; one that asks for packages
 * beside an empty list is a gap. Refused: what is no TOML.
 */

import { ParseError } from '../../../core/base/errors.ts';
import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import { readToml } from '../../../formats/text/toml.ts';
import type {
  CatalogFile,
  CatalogedPackage,
  Siblings,
} from '../../../core/model/catalog/catalog.ts';
import { readPrefix, ROW_STARTS } from '../read-prefix.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { reportEmptyLock } from '../empty-lockfile.ts';
import { reportMissingLockEntries } from '../missing-lock-entries.ts';
import { gitUrl } from '../vcs-url.ts';
import { packageHeaderLines } from './package-header-lines.ts';

const MANIFEST = /Manifest(?<suffix>[^/]*)\.toml$/;
const VERSIONED = /Manifest-v[^/]*$/;

export const manifestToml: Cataloger = {
  async read(file, siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    // `Manifest-v1.11.txt` is selected by its beginning and is no manifest.
    if (VERSIONED.test(file.path) && !MANIFEST.test(file.path)) return result.done();
    const bytes = await readPrefix(file, result, ROW_STARTS.tables);
    const { root } = readToml(file.path, bytes);
    const julia = readStrings(root, ['julia_version']).julia_version ?? '';
    const tables = tablesOf(root);
    const lines = packageHeaderLines(new TextDecoder().decode(bytes));
    const direct = await directNames(file, siblings);
    for (const [name, entries] of Object.entries(tables)) {
      if (!isJsonArray(entries)) continue;
      for (const [index, entry] of entries.entries()) {
        const line = lines.get(name)?.[index];
        const pkg = isJsonObject(entry) ? readEntry(name, entry, julia) : undefined;
        if (pkg === undefined) {
          result.unreadableRow(name, { reason: 'no uuid', line });
          continue;
        }
        const relationship = direct?.has(name) === true ? 'direct' : 'indirect';
        result.add({
          ...pkg,
          ...(direct !== undefined && { relationship }),
          ...(line !== undefined && { line }),
        });
      }
    }
    reportMissingLockEntries(unansweredIn(tables), result);
    if (result.packageCount === 0) {
      await reportEmptyLock(result, projectOf(file, siblings), namesAskedFor);
    }
    return result.done();
  },
};

/** Returns the lists of entries by name: at the root (format 1), or below `deps`. */
function tablesOf(root: JsonObject): JsonObject {
  const tables = root['manifest_format'] === undefined ? root : root['deps'];
  return isJsonObject(tables) ? tables : {};
}

function unansweredIn(tables: JsonObject): readonly string[] {
  const asked = Object.values(tables).flatMap((entries) =>
    isJsonArray(entries)
      ? entries.flatMap((entry) => (isJsonObject(entry) ? namesOf(entry['deps']) : []))
      : [],
  );
  return asked.filter((name) => tables[name] === undefined);
}

function readEntry(name: string, entry: JsonObject, julia: string): CatalogedPackage | undefined {
  const fields = readStrings(entry, ['uuid', 'version', 'path', 'repo-url', 'git-tree-sha1']);
  if (fields.uuid === undefined || fields.uuid === '') return undefined;
  const isStandard = fields.path === undefined && fields['git-tree-sha1'] === undefined;
  const dependsOn = namesOf(entry['deps']);
  const url = fields['repo-url'];
  const qualifiers = new Map([['uuid', fields.uuid]]);
  if (url !== undefined) qualifiers.set('vcs_url', gitUrl(url));
  return {
    name,
    version: fields.version ?? (isStandard ? julia : ''),
    qualifiers,
    ...(dependsOn.length > 0 && { dependsOn }),
  };
}

/** Returns names alone or, where several packages share one, names with uuids. */
function namesOf(deps: JsonValue | undefined): readonly string[] {
  if (isJsonObject(deps)) return Object.keys(deps);
  return isJsonArray(deps) ? deps.filter((name) => typeof name === 'string') : [];
}

async function directNames(
  file: CatalogFile,
  siblings: Siblings,
): Promise<ReadonlySet<string> | undefined> {
  const project = projectOf(file, siblings);
  if (project === undefined) return undefined;
  try {
    return new Set(namesAskedFor(await project.bytes(), project.path));
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

function projectOf(file: CatalogFile, siblings: Siblings): CatalogFile | undefined {
  const project = siblings.get(file.path.replace(MANIFEST, 'Project.toml'));
  return project?.path === file.path ? undefined : project;
}

function namesAskedFor(bytes: Uint8Array, path: string): readonly string[] {
  return namesOf(readToml(path, bytes).root['deps']);
}
