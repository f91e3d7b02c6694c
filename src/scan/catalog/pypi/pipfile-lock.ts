/**
 * Python packages pinned in `Pipfile.lock`.
 *
 * Source: Pipenv documentation, "Pipfile.lock". `default` is the project, `develop` is for
 * development, further sections are categories of their own. A version is written `==2.1.1`; what
 * comes from a folder, a file or a repository has none and is listed without. What is direct is not
 * written down. An empty file pins nothing: a note. Beside a `Pipfile` that asks for packages a
 * file that pins nothing is a gap. Refused: what is no JSON object.
 */

import { siblingPath } from '../../../core/base/artifact-path.ts';
import {
  isJsonObject,
  readStrings,
  type JsonDocument,
  type JsonObject,
} from '../../../formats/text/json/json.ts';
import { readToml } from '../../../formats/text/toml.ts';
import { normalizePythonName } from '../../../core/model/package/python-name.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { readJsonRows } from '../json-rows.ts';
import { reportDuplicateKeys } from '../duplicate-keys.ts';
import { reportEmptyLock } from '../empty-lockfile.ts';
import { pythonGitQualifiers, PinnedPackages } from './locked-table.ts';

const MANIFEST = 'Pipfile';
const META = '_meta';
const DEVELOPMENT = 'develop';
const NO_PACKAGES: ReadonlySet<string> = new Set(['pipenv', 'requires', 'scripts', 'source']);
const PIN = /^={2,3}\s*(?<version>\S+)$/;

export const pipfileLock: Cataloger = {
  async read(file, siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    if (file.sizeBytes === 0) {
      result.note('an empty file pins nothing');
      await reportEmptyLock(result, siblings.get(siblingPath(file.path, MANIFEST)), askedIn);
      return result.done();
    }
    const document = await readJsonRows(file, result, context);
    reportDuplicateKeys(document, result);
    const packages = new PinnedPackages();
    for (const [section, rows] of Object.entries(document.root)) {
      if (section === META || !isJsonObject(rows)) continue;
      addSection(section, rows, document, { packages, result });
    }
    packages.addTo(result);
    if (result.packageCount === 0) {
      await reportEmptyLock(result, siblings.get(siblingPath(file.path, MANIFEST)), askedIn);
    }
    return result.done();
  },
};

/** Yields the names in the sections of a `Pipfile`, which are tables of packages but for these. */
function* askedIn(bytes: Uint8Array, path: string): Generator<string> {
  for (const [section, rows] of Object.entries(readToml(path, bytes).root)) {
    if (NO_PACKAGES.has(section) || !isJsonObject(rows)) continue;
    for (const [name, row] of Object.entries(rows)) {
      if (!isJsonObject(row) || row['path'] === undefined) yield name;
    }
  }
}

function addSection(
  section: string,
  rows: JsonObject,
  document: JsonDocument,
  to: { readonly packages: PinnedPackages; readonly result: CatalogBuilder },
): void {
  for (const [name, row] of Object.entries(rows)) {
    if (!isJsonObject(row) || name === '') {
      to.result.unreadableRow(name, { reason: 'not an object' });
      continue;
    }
    const { version = '', git, ref } = readStrings(row, ['version', 'git', 'ref']);
    const line = document.lineOf(row);
    to.packages.add({
      name: normalizePythonName(name),
      version: PIN.exec(version)?.groups?.['version'] ?? '',
      scope: section === DEVELOPMENT ? 'development' : 'runtime',
      ...(line !== undefined && { line }),
      ...pythonGitQualifiers(git, ref),
    });
  }
}
