/**
 * R packages pinned by renv: `renv.lock`.
 *
 * Source: the renv documentation, "Lockfiles": `Packages`, each with `Package`, `Version`,
 * `Source`, `Repository`, the `Remote...` fields of git hosts, and `Requirements`. Packages of
 * Bioconductor are an ecosystem of their own. A file that pins nothing beside a `DESCRIPTION` that
 * asks for packages is a gap. Refused: what is no JSON object.
 */

import { siblingPath } from '../../../core/base/artifact-path.ts';
import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { readJsonRows } from '../json-rows.ts';
import { reportEmptyLock } from '../empty-lockfile.ts';
import { reportDuplicateKeys } from '../duplicate-keys.ts';
import { requiredRPackages } from './project-description.ts';
import { remoteQualifiers } from './remote.ts';

const MANIFEST = 'DESCRIPTION';
const BIOCONDUCTOR = 'Bioconductor';

export const renvLock: Cataloger = {
  async read(file, siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    const document = await readJsonRows(file, result, context);
    reportDuplicateKeys(document, result);
    const rows = document.root['Packages'];
    for (const [key, row] of Object.entries(isJsonObject(rows) ? rows : {})) {
      const line = isJsonObject(row) ? document.lineOf(row) : undefined;
      const pkg = isJsonObject(row) ? readPackage(row) : undefined;
      if (pkg !== undefined && pkg.name !== key) {
        result.unreadableRow(key, { reason: `the key of "${pkg.name.slice(0, 100)}"`, line });
      }
      if (pkg === undefined) result.unreadableRow(key, { line });
      else result.add({ ...pkg, ...(line !== undefined && { line }) });
    }
    if (result.packageCount === 0) {
      const manifest = siblings.get(siblingPath(file.path, MANIFEST));
      await reportEmptyLock(result, manifest, requiredRPackages);
    }
    return result.done();
  },
};

function readPackage(row: JsonObject): CatalogedPackage | undefined {
  const fields = readStrings(row, ['Package', 'Version', 'Source', 'Repository']);
  const { Package: name, Version: version } = fields;
  if (name === undefined || name === '' || version === undefined || version === '')
    return undefined;
  const isBioconductor =
    fields.Source === BIOCONDUCTOR || fields.Repository?.startsWith(BIOCONDUCTOR) === true;
  const dependsOn = requirementsOf(row['Requirements']);
  const remote = readStrings(row, [
    'RemoteType',
    'RemoteHost',
    'RemoteUsername',
    'RemoteRepo',
    'RemoteSha',
    'RemoteUrl',
  ]);
  const qualifiers = remoteQualifiers((field) => remote[field]);
  return {
    name,
    version,
    ...(isBioconductor && { ecosystem: 'bioconductor' }),
    ...(dependsOn.length > 0 && { dependsOn }),
    ...(qualifiers !== undefined && { qualifiers }),
  };
}

function requirementsOf(value: JsonValue | undefined): readonly string[] {
  return isJsonArray(value) ? value.filter((name) => typeof name === 'string') : [];
}
