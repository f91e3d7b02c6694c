/**
 * C and C++ packages pinned by Conan: `conan.lock` of Conan 1 (0.0 to 0.4) and of Conan 2 (0.5).
 *
 * Source: the Conan documentation, "Lockfiles", of both. Conan 1 has a graph: `graph_lock.nodes`,
 * each with a reference (`ref`, earlier `pref`), what it `requires` and `build_requires`, and
 * `path` where its recipe lies in a folder. Node 0 is what the lockfile was made for: a recipe in a
 * folder is the project's own and not listed, one of a reference alone is the `root`. In 0.1 a
 * recipe has a `pref` and no path; a lockfile of that time that was made for a reference begins
 * with a node without one. Any other node with a reference is listed, whatever path it has. Conan 2
 * has lists of references: `requires`, `build_requires`, `python_requires`, `config_requires`; what
 * is direct is not written down there. What is only needed to build is for development. A file that
 * pins nothing beside a `conanfile` that asks for packages is a gap. Refused: what is no JSON
 * object, or has neither.
 */

import { siblingPath } from '../../../core/base/artifact-path.ts';
import { ParseError } from '../../../core/base/errors.ts';
import {
  isJsonArray,
  isJsonObject,
  readJsonDocument,
  readStrings,
  type JsonDocument,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { reportEmptyLock } from '../empty-lockfile.ts';
import { reportDuplicateKeys } from '../duplicate-keys.ts';
import { requiredConanReferences } from './conanfile.ts';
import { readConanReference } from './conan-reference.ts';

const LISTS: ReadonlyMap<string, NonNullable<CatalogedPackage['scope']>> = new Map([
  ['requires', 'runtime'],
  ['build_requires', 'development'],
  ['python_requires', 'development'],
  ['config_requires', 'development'],
]);
const MANIFESTS = ['conanfile.txt', 'conanfile.py'];
const ROOT = '0';
const NEEDS = ['requires', 'build_requires'];
const TEXT_LINE = /^\s*"(?<text>[^"\\]{1,1000})",?\s*$/;

export const conanLock: Cataloger = {
  async read(file, siblings) {
    const result = new CatalogBuilder(file.path);
    const bytes = await file.bytes();
    const document = readJsonDocument(file.path, bytes);
    reportDuplicateKeys(document, result);
    const { root } = document;
    const graph = root['graph_lock'];
    const nodes = isJsonObject(graph) ? graph['nodes'] : undefined;
    if (isJsonObject(nodes)) addGraph(nodes, document, result);
    else if ([...LISTS.keys()].some((list) => root[list] !== undefined)) {
      addLists(root, new TextDecoder().decode(bytes), result);
    } else throw new ParseError(file.path, 'neither a graph nor lists of packages');
    if (result.packageCount === 0) {
      for (const name of MANIFESTS) {
        const manifest = siblings.get(siblingPath(file.path, name));
        await reportEmptyLock(result, manifest, requiredConanReferences);
      }
    }
    return result.done();
  },
};

function addGraph(nodes: JsonObject, document: JsonDocument, result: CatalogBuilder): void {
  const roots = rootsOf(nodes);
  const { direct, development } = needsOf(roots, nodes);
  for (const [id, node] of Object.entries(nodes)) {
    if (!isJsonObject(node)) result.unreadableRow(id, { reason: 'no node' });
    else if (!isProject(id, node, roots)) {
      const reference = referenceOf(node) ?? '';
      const pkg = readConanReference(reference);
      const line = document.lineOf(node);
      if (pkg === undefined) {
        result.unreadableRow(reference, { line });
        continue;
      }
      const dependsOn = neededBy(node, 'requires')
        .map((needed) => edgeTo(nodes[needed]))
        .filter((edge) => edge !== undefined);
      const isTool = development.has(id) || readStrings(node, ['context']).context === 'build';
      result.add({
        ...pkg,
        relationship: roots.has(id)
          ? 'root'
          : direct.has(id) || development.has(id)
            ? 'direct'
            : 'indirect',
        scope: isTool ? 'development' : 'runtime',
        ...(line !== undefined && { line }),
        ...(dependsOn.length > 0 && { dependsOn }),
      });
    }
  }
}

/**
 * Returns the nodes without a reference, and node 0 where no other needs it. Before 0.1 ids have
 * another form, and the first node is the only one that no other needs.
 */
function rootsOf(nodes: JsonObject): ReadonlySet<string> {
  const objects = Object.entries(nodes).filter((entry): entry is [string, JsonObject] =>
    isJsonObject(entry[1]),
  );
  const needed = new Set(
    objects.flatMap(([, node]) => NEEDS.flatMap((field) => neededBy(node, field))),
  );
  const roots = objects.filter(
    ([id, node]) => referenceOf(node) === undefined || (id === ROOT && !needed.has(id)),
  );
  const free = objects.filter(([id]) => !needed.has(id));
  const [first] = free;
  const isOnlyOne = roots.length === 0 && free.length === 1 && first !== undefined;
  const found = isOnlyOne && hasOldForm(first[1]) ? free : roots;
  return new Set(found.map(([id]) => id));
}

function isProject(id: string, node: JsonObject, roots: ReadonlySet<string>): boolean {
  if (referenceOf(node) === undefined) return true;
  return roots.has(id) && (node['path'] !== undefined || hasOldForm(node));
}

/** Returns whether a node was written before 0.4, which replaced `pref` by `ref`. */
function hasOldForm(node: JsonObject): boolean {
  const { ref, pref } = readStrings(node, ['ref', 'pref']);
  return ref === undefined && pref !== undefined;
}

function referenceOf(node: JsonObject): string | undefined {
  const { ref, pref } = readStrings(node, ['ref', 'pref']);
  return ref ?? pref;
}

function needsOf(
  roots: ReadonlySet<string>,
  nodes: JsonObject,
): {
  readonly direct: ReadonlySet<string>;
  readonly development: ReadonlySet<string>;
} {
  const needs = (field: string): ReadonlySet<string> =>
    new Set(
      [...roots].flatMap((id) => {
        const node = nodes[id];
        return isJsonObject(node) ? neededBy(node, field) : [];
      }),
    );
  const direct = needs('requires');
  const tools = [...needs('build_requires')].filter((id) => !direct.has(id));
  return { direct, development: new Set(tools) };
}

/** Returns the ids of nodes: a list or, before 0.1, the values of a mapping. */
function neededBy(node: JsonObject, field: string): readonly string[] {
  const value = node[field];
  const ids = isJsonObject(value) ? Object.values(value) : isJsonArray(value) ? value : [];
  return ids.filter((id) => typeof id === 'string');
}

function edgeTo(node: JsonValue | undefined): string | undefined {
  const pkg = isJsonObject(node) ? readConanReference(referenceOf(node) ?? '') : undefined;
  return pkg && `${pkg.name}@${pkg.version}`;
}

function addLists(root: JsonObject, text: string, result: CatalogBuilder): void {
  const lines = linesOf(text);
  for (const [list, scope] of LISTS) {
    const rows = root[list];
    if (rows !== undefined && !isJsonArray(rows)) {
      result.unreadableRow(rows, { reason: `"${list}" is no list` });
    }
    for (const row of isJsonArray(rows) ? rows : []) {
      const reference = textOf(row);
      const pkg = reference === undefined ? undefined : readConanReference(reference);
      const line = reference === undefined ? undefined : lines.get(reference);
      if (pkg === undefined) result.unreadableRow(row, { line });
      else result.add({ ...pkg, scope, ...(line !== undefined && { line }) });
    }
  }
}

/** Returns a reference alone, or in a list before its binaries (`--lockfile-packages`). */
function textOf(row: JsonValue): string | undefined {
  const reference = isJsonArray(row) ? row[0] : row;
  return typeof reference === 'string' ? reference : undefined;
}

/** Returns the lines of texts, for the usual form with one item a line. */
function linesOf(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  for (const [index, line] of text.split('\n').entries()) {
    const item = TEXT_LINE.exec(line)?.groups?.['text'];
    if (item !== undefined && !lines.has(item)) lines.set(item, index + 1);
  }
  return lines;
}
