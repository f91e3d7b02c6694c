/**
 * Swift packages pinned by the Swift Package Manager: `Package.resolved`, versions 1 to 3.
 *
 * Source: the Swift Package Manager's documentation, "Resolving and updating dependencies", and the
 * forms that it writes: `object.pins` with `repositoryURL` (version 1), `pins` with `identity`,
 * `kind` and `location` (2 and 3), each with a `state`. A package is named by its repository,
 * `github.com/owner/name`, as advisories name it. A pin of a branch or of a commit has no version.
 * One of a folder is a note, one of a registry is named by its identity. A file that pins nothing
 * beside a `Package.swift` that asks for packages is a gap. Refused: what is no JSON object.
 */

import { siblingPath } from '../../../core/base/artifact-path.ts';
import { isJsonArray, isJsonObject, readStrings } from '../../../formats/text/json/json.ts';
import type { JsonObject, JsonValue } from '../../../formats/text/json/json.ts';
import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { readJsonRows } from '../json-rows.ts';
import { reportEmptyLock } from '../empty-lockfile.ts';
import { reportDuplicateKeys } from '../duplicate-keys.ts';
import { gitQualifiers } from '../vcs-url.ts';
import { requiredSwiftPackages } from './package-swift.ts';
import { repositoryName } from './repository-name.ts';

const MANIFEST = 'Package.swift';

export const packageResolved: Cataloger = {
  async read(file, siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    const document = await readJsonRows(file, result, context);
    reportDuplicateKeys(document, result);
    const { root } = document;
    const pins = isJsonObject(root['object']) ? root['object']['pins'] : root['pins'];
    for (const pin of isJsonArray(pins) ? pins : []) {
      const line = isJsonObject(pin) ? document.lineOf(pin) : undefined;
      const pkg = readPin(pin);
      if (pkg === undefined) result.unreadableRow(pin, { line });
      else if (pkg === 'folder') result.note('a package of a folder of the project', line);
      else result.add({ ...pkg, ...(line !== undefined && { line }) });
    }
    if (result.packageCount === 0) {
      const manifest = siblings.get(siblingPath(file.path, MANIFEST));
      await reportEmptyLock(result, manifest, requiredSwiftPackages);
    }
    return result.done();
  },
};

function readPin(pin: JsonValue): CatalogedPackage | 'folder' | undefined {
  if (!isJsonObject(pin)) return undefined;
  const fields = readStrings(pin, ['repositoryURL', 'location', 'identity', 'kind']);
  if (fields.kind === 'localSourceControl' || fields.kind === 'fileSystem') return 'folder';
  const state = readStrings(pin['state'], ['version', 'revision']);
  const version = state.version ?? '';
  if (fields.kind === 'registry') return fromRegistry(pin, version);
  const url = fields.repositoryURL ?? fields.location ?? '';
  const name = repositoryName(url);
  if (name === undefined) return undefined;
  if (version !== '') return { name, version };
  return { name, version, qualifiers: gitQualifiers(url, state.revision) };
}

/**
 * Returns the package of a registry: `scope.name`, where advisories and package URLs have a slash.
 */
function fromRegistry(pin: JsonObject, version: string): CatalogedPackage | undefined {
  const { identity } = readStrings(pin, ['identity']);
  if (identity === undefined || identity === '' || version === '') return undefined;
  return { name: identity.replace('.', '/'), version };
}
