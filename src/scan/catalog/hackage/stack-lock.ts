/**
 * Haskell packages pinned by Stack: `stack.yaml.lock`.
 *
 * Source: the Stack documentation, "Lock files": `packages`, each with its `completed` form:
 * `hackage: NAME-VERSION@sha256:...` or `name`, `version`, `git` and `commit`. Packages of the
 * snapshot are not in the file: a note. Refused: files that are no YAML mapping.
 */

import { ParseError } from '../../../core/base/errors.ts';
import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import { readYamlDocuments } from '../../../formats/text/yaml/yaml.ts';
import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import { readPrefix, ROW_STARTS } from '../read-prefix.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { gitQualifiers } from '../vcs-url.ts';

const HACKAGE =
  /^(?<name>[A-Za-z0-9][A-Za-z0-9-]{0,200})-(?<version>\d[0-9.]{0,100})(?:@[^\s]{0,200})?$/;

export const stackLock: Cataloger = {
  async read(file, _siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    const [document] = readYamlDocuments(
      file.path,
      await readPrefix(file, result, ROW_STARTS.yaml),
    );
    const root = document?.root ?? '';
    if (root === '') return result.done();
    if (!isJsonObject(root) || document === undefined)
      throw new ParseError(file.path, 'no mapping');
    const rows = root['packages'];
    for (const row of isJsonArray(rows) ? rows : []) {
      const completed = isJsonObject(row) ? row['completed'] : undefined;
      const line = isJsonObject(row) ? document.lineOf(row, 'completed') : undefined;
      const pkg = readCompleted(completed);
      if (pkg === undefined) result.unreadableRow(completed ?? row, { line });
      else result.add({ ...pkg, ...(line !== undefined && { line }) });
    }
    const snapshots = root['snapshots'];
    if (isJsonArray(snapshots) && snapshots.length > 0) {
      result.note('packages of the snapshot are not named in the lockfile');
    }
    return result.done();
  },
};

function readCompleted(value: JsonValue | undefined): CatalogedPackage | undefined {
  const fields = readStrings(value, ['hackage', 'name', 'version', 'git', 'commit']);
  if (fields.hackage !== undefined) {
    const { name, version } = HACKAGE.exec(fields.hackage)?.groups ?? {};
    return name === undefined || version === undefined ? undefined : { name, version };
  }
  const { name, version, git, commit } = fields;
  if (name === undefined || name === '' || version === undefined || version === '')
    return undefined;
  return {
    name,
    version,
    ...(git !== undefined && { qualifiers: gitQualifiers(git, commit) }),
  };
}
