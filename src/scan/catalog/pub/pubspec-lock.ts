/**
 * Dart packages pinned by Pub: `pubspec.lock`.
 *
 * Source: the Dart documentation, "Package layout conventions" and "Glossary" (lockfile), and the
 * form that Pub writes: `packages`, each with `dependency` (`direct main`, `direct dev`,
 * `direct overridden`, `transitive`), `source` (`hosted`, `git`, `path`, `sdk`), `description` and
 * `version`. A `direct dev` that `pubspec.yaml` beside it has among its dependencies is for run
 * time, and a note. Packages of folders and of the SDK are listed as they are recorded. Behind the
 * packages stand the versions of the SDK: without them the file was cut off, a gap, and so is one
 * without packages beside a `pubspec.yaml` that asks for some. Refused: what is no YAML mapping.
 */

import { siblingPath } from '../../../core/base/artifact-path.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { isJsonObject, readStrings, type JsonObject } from '../../../formats/text/json/json.ts';
import { readYamlDocuments } from '../../../formats/text/yaml/yaml.ts';
import type { CatalogedPackage, Siblings } from '../../../core/model/catalog/catalog.ts';
import { readPrefix, ROW_STARTS } from '../read-prefix.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { reportEmptyLock } from '../empty-lockfile.ts';
import { correctScope } from '../lock-graph.ts';
import { hexDigests } from '../../../formats/crypto/digest/package-digests.ts';
import { gitQualifiers } from '../vcs-url.ts';

const PUB = /^https:\/\/pub\.(?:dev|dartlang\.org)\/?$/;

export const pubspecLock: Cataloger = {
  async read(file, siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    const [document] = readYamlDocuments(
      file.path,
      await readPrefix(file, result, ROW_STARTS.yaml),
    );
    const root = document === undefined || document.root === '' ? {} : document.root;
    if (!isJsonObject(root)) throw new ParseError(file.path, 'no mapping');
    const rows = isJsonObject(root['packages']) ? root['packages'] : {};
    if (Object.keys(rows).length === 0) {
      await reportEmptyLock(result, siblings.get(siblingPath(file.path, 'pubspec.yaml')), namesIn);
    }
    if (Object.keys(rows).length > 0 && !['sdk', 'sdks'].some((key) => key in root)) {
      result.missingEnd('no "sdks" behind the packages');
    }
    const needed = await neededBeside(file.path, siblings);
    for (const [name, row] of Object.entries(rows)) {
      const line = document?.lineOf(rows, name);
      const pkg = isJsonObject(row) ? readPackage(name, row) : undefined;
      const described = isJsonObject(row) ? readStrings(row['description'], ['name']).name : name;
      if (described !== undefined && described !== name) {
        const reason = `"${described.slice(0, 100)}" in its description`;
        result.unreadableRow(name, { reason, line });
      }
      if (pkg === undefined) result.unreadableRow(name, { line });
      else result.add(describe({ ...pkg, ...(line !== undefined && { line }) }, needed, result));
    }
    return result.done();
  },
};

function describe(
  pkg: CatalogedPackage,
  needed: ReadonlySet<string>,
  result: CatalogBuilder,
): CatalogedPackage {
  const scope = correctScope(result, needed, pkg, pkg.scope);
  return scope === undefined ? pkg : { ...pkg, scope };
}

/**
 * Returns the run-time dependencies of the `pubspec.yaml` beside the lockfile; none if it is absent
 * or cannot be read.
 */
async function neededBeside(path: string, siblings: Siblings): Promise<ReadonlySet<string>> {
  const manifest = siblings.get(siblingPath(path, 'pubspec.yaml'));
  if (manifest === undefined) return new Set();
  try {
    const root = readYamlDocuments(manifest.path, await manifest.bytes())[0]?.root;
    const dependencies = isJsonObject(root) ? root['dependencies'] : undefined;
    return new Set(isJsonObject(dependencies) ? Object.keys(dependencies) : []);
  } catch (error) {
    if (error instanceof ParseError) return new Set();
    throw error;
  }
}

/**
 * Yields the requests of `pubspec.yaml`; packages of the SDK are pinned too, and directories that
 * are no members of the workspace.
 */
function* namesIn(bytes: Uint8Array, path: string): Generator<string> {
  const root = readYamlDocuments(path, bytes)[0]?.root;
  for (const section of ['dependencies', 'dev_dependencies']) {
    const rows = isJsonObject(root) ? root[section] : undefined;
    for (const [name, row] of Object.entries(isJsonObject(rows) ? rows : {})) {
      if (!isJsonObject(row) || row['path'] === undefined) yield name;
    }
  }
}

function readPackage(name: string, row: JsonObject): CatalogedPackage | undefined {
  const { version, dependency, source } = readStrings(row, ['version', 'dependency', 'source']);
  if (version === undefined || version === '') return undefined;
  const from = readStrings(row['description'], ['url', 'sha256', 'resolved-ref']);
  const digests = hexDigests('sha256', from.sha256);
  const qualifiers = qualifiersOf(source, from.url, from['resolved-ref']);
  return {
    name,
    version,
    relationship: dependency?.startsWith('direct') === true ? 'direct' : 'indirect',
    ...(dependency === 'direct dev' && { scope: 'development' }),
    ...(dependency === 'direct main' && { scope: 'runtime' }),
    ...(digests.length > 0 && { digests }),
    ...(qualifiers !== undefined && { qualifiers }),
  };
}

function qualifiersOf(
  source: string | undefined,
  url: string | undefined,
  commit: string | undefined,
): ReadonlyMap<string, string> | undefined {
  if (url === undefined) return undefined;
  if (source === 'git') return gitQualifiers(url, commit);
  return source === 'hosted' && !PUB.test(url) ? new Map([['repository_url', url]]) : undefined;
}
