/**
 * PHP packages pinned by Composer: `composer.lock`.
 *
 * Source: the Composer documentation, "Basic usage", and the form that Composer writes: `packages`
 * and `packages-dev`. `composer.json` beside it says what is direct; one that asks for packages
 * beside empty lists is a gap, and so is a package that another one requires and that none of the
 * lists, nor the project itself, is, provides or replaces. A package of `packages-dev` that the
 * project or one of `packages` requires is for run time, and a note. Refused: what is no JSON
 * object, or has no list of packages.
 */

import { siblingPath } from '../../../core/base/artifact-path.ts';
import { ParseError } from '../../../core/base/errors.ts';
import {
  isJsonArray,
  isJsonObject,
  readJson,
  readStrings,
  type JsonArray,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import type {
  CatalogFile,
  CatalogedPackage,
  Siblings,
} from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { readJsonRows } from '../json-rows.ts';
import { reportDuplicateKeys } from '../duplicate-keys.ts';
import { reportEmptyLock } from '../empty-lockfile.ts';
import { correctScope } from '../lock-graph.ts';
import { reportMissingLockEntries } from '../missing-lock-entries.ts';
import { neededComposerNames, readComposerPackage, requiredBy } from './composer-package.ts';

const LISTS: ReadonlyMap<string, NonNullable<CatalogedPackage['scope']>> = new Map([
  ['packages', 'runtime'],
  ['packages-dev', 'development'],
]);

const MANIFEST = 'composer.json';

export const composerLock: Cataloger = {
  async read(file, siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    const document = await readJsonRows(file, result, context);
    reportDuplicateKeys(document, result);
    if (!isJsonArray(document.root['packages'])) throw new ParseError(file.path, 'no "packages"');
    const project = await projectBeside(file, siblings);
    const direct = project && new Set(namesAskedFor(project));
    const needed = neededIn(document.root, project);
    for (const [list, scope] of LISTS) {
      const rows = document.root[list] ?? [];
      // `packages-dev` is null where the lockfile was written without them.
      if (!isJsonArray(rows)) result.unreadableRow(rows, { reason: `"${list}" is no list` });
      for (const row of asList(rows)) {
        const line = isJsonObject(row) ? document.lineOf(row) : undefined;
        const pkg = isJsonObject(row) ? readComposerPackage(row) : undefined;
        if (pkg === undefined)
          result.unreadableRow(readStrings(row, ['name']).name ?? row, { line });
        else {
          const relationship = direct?.has(pkg.name) === true ? 'direct' : 'indirect';
          result.add({
            ...pkg,
            scope: correctScope(result, needed, { ...pkg, line }, scope),
            ...(line !== undefined && { line }),
            ...(direct !== undefined && { relationship }),
          });
        }
      }
    }
    result.locks({
      directories: [...LISTS.keys()].flatMap((list) =>
        asList(document.root[list]).flatMap((row) => pathOf(row) ?? []),
      ),
    });
    if ([...LISTS.keys()].every((list) => asList(document.root[list]).length === 0)) {
      await reportEmptyLock(result, siblings.get(siblingPath(file.path, MANIFEST)), namesIn);
    }
    reportMissingLockEntries(unanswered(document.root, project), result, project !== undefined);
    return result.done();
  },
};

/** Returns the directory of a package of a `path` repository, relative to that of the lockfile. */
function pathOf(row: JsonValue): string | undefined {
  const dist = isJsonObject(row) ? row['dist'] : undefined;
  const { type, url } = readStrings(dist, ['type', 'url']);
  return type === 'path' ? url : undefined;
}

function neededIn(root: JsonObject, project: JsonObject | undefined): ReadonlySet<string> {
  const [used = [], development = []] = [...LISTS.keys()].map((list) =>
    asList(root[list]).filter(isJsonObject),
  );
  const names = new Set(
    development.map((row) => (readStrings(row, ['name']).name ?? '').toLowerCase()),
  );
  return neededComposerNames([...used, ...development], (name) => names.has(name), project);
}

function asList(value: JsonValue | undefined): JsonArray {
  return isJsonArray(value) ? value : [];
}

/**
 * Returns the `composer.json` beside the lockfile; `undefined` if it is absent or cannot be read.
 */
async function projectBeside(
  file: CatalogFile,
  siblings: Siblings,
): Promise<JsonObject | undefined> {
  const manifest = siblings.get(siblingPath(file.path, MANIFEST));
  if (manifest === undefined) return undefined;
  try {
    return readJson(manifest.path, await manifest.bytes());
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

/** Yields requirements of packages that nothing answers. */
function* unanswered(root: JsonObject, project: JsonObject | undefined): Generator<string> {
  const rows = [...LISTS.keys()].flatMap((list) => asList(root[list]).filter(isJsonObject));
  const standing = new Set<string>();
  for (const row of project === undefined ? rows : [...rows, project]) {
    const { name } = readStrings(row, ['name']);
    if (name !== undefined) standing.add(name.toLowerCase());
    for (const field of ['provide', 'replace']) {
      for (const other of requiredBy(row, field)) standing.add(other);
    }
  }
  for (const row of rows) {
    for (const name of requiredBy(row, 'require')) if (!standing.has(name)) yield name;
  }
}

function namesIn(bytes: Uint8Array, path: string): readonly string[] {
  return namesAskedFor(readJson(path, bytes));
}

function namesAskedFor(project: JsonObject): readonly string[] {
  return [...requiredBy(project, 'require'), ...requiredBy(project, 'require-dev')];
}
