/**
 * Python packages pinned in `Pipfile.lock`.
 *
 * Source: Pipenv documentation, "Pipfile.lock". `default` is the project, `develop` is for development, further sections are
 * categories of their own. A version is written `==2.1.1`; what comes from a folder, a file or a repository has none and is
 * listed without. What is direct is not written down. An empty file pins nothing: a note. Refused: what is no JSON object.
 */

import {
  isJsonObject,
  readJsonDocument,
  readStrings,
  type JsonDocument,
  type JsonObject,
} from '../../format/json.ts';
import { normalPythonName } from '../../model/python-name.ts';
import { CatalogBuilder } from '../builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { gitQualifiers, PinnedPackages } from './locked-table.ts';

const META = '_meta';
const DEVELOPMENT = 'develop';
const PIN = /^={2,3}\s*(?<version>\S+)$/;

export const pipfileLock: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const bytes = await file.bytes();
    if (bytes.length === 0) {
      result.note('an empty file pins nothing');
      return result.done();
    }
    const document = readJsonDocument(file.path, bytes);
    const packages = new PinnedPackages();
    for (const [section, rows] of Object.entries(document.root)) {
      if (section === META || !isJsonObject(rows)) continue;
      addSection(section, rows, document, { packages, result });
    }
    packages.addTo(result);
    return result.done();
  },
};

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
      name: normalPythonName(name),
      version: PIN.exec(version)?.groups?.['version'] ?? '',
      scope: section === DEVELOPMENT ? 'development' : 'runtime',
      ...(line !== undefined && { line }),
      ...gitQualifiers(git, ref),
    });
  }
}
