/**
 * Python packages pinned in `pylock.toml` and `pylock.NAME.toml`.
 *
 * Source: PEP 751. A package without a version (from a folder, a repository or an archive) is
 * listed without one, those from a repository with it. The package whose directory is that of the
 * file is the project and not listed. What is direct or for development is not written down.
 * Refused: what is no TOML, and a file of this name without `packages` and `lock-version`.
 */

import { baseName } from '../../../core/base/artifact-path.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { isJsonArray, readStrings, type JsonObject } from '../../../formats/text/json/json.ts';
import { readToml } from '../../../formats/text/toml.ts';
import { readPrefix, ROW_STARTS } from '../read-prefix.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { distributionFileNames, reportDistributionFiles } from './distribution-file-names.ts';
import {
  edgeNames,
  edgesTo,
  pythonGitQualifiers,
  lockedTables,
  PinnedPackages,
} from './locked-table.ts';

/** Files of other formats may begin so too. */
const PREFIX = 'pylock.';

export const pylock: Cataloger = {
  async read(file, _siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    const fileName = baseName(file.path);
    if (fileName.startsWith(PREFIX) && !fileName.endsWith('.toml')) return result.done();
    const document = readToml(file.path, await readPrefix(file, result, ROW_STARTS.tables));
    const { root } = document;
    if (root['packages'] === undefined && root['lock-version'] === undefined) {
      throw new ParseError(file.path, 'no "packages" and no "lock-version"');
    }
    const tables = lockedTables(document, 'packages', result);
    const edges = edgeNames(tables);
    const packages = new PinnedPackages();
    for (const { name, version, line, row } of tables) {
      if (isProject(row)) {
        result.note(`"${name.slice(0, 100)}" is the project`, line);
        continue;
      }
      const vcs = readStrings(row['vcs'], ['url', 'commit-id']);
      const isFromIndex = ['vcs', 'directory', 'archive'].every((key) => row[key] === undefined);
      const files = distributionFileNames(row, ['wheels', 'sdist', 'archive']);
      reportDistributionFiles({ name, version, line }, files, { isFromIndex, result });
      const dependsOn = edgesTo(dependenciesOf(row), edges);
      packages.add({
        name,
        version,
        ...(line !== undefined && { line }),
        ...(dependsOn.length > 0 && { dependsOn }),
        ...pythonGitQualifiers(vcs.url, vcs['commit-id']),
      });
    }
    packages.addTo(result);
    return result.done();
  },
};

/** PEP 751: the `path` of a directory is relative to the lockfile. */
function isProject(row: JsonObject): boolean {
  const { path } = readStrings(row['directory'], ['path']);
  return path !== undefined && /^(?:\.\/?)+$/.test(path);
}

function dependenciesOf(row: JsonObject): readonly string[] {
  const dependencies = row['dependencies'];
  if (!isJsonArray(dependencies)) return [];
  return dependencies.flatMap((one) => readStrings(one, ['name']).name ?? []);
}
