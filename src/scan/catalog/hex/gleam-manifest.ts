/**
 * Packages pinned by Gleam: `manifest.toml` beside `gleam.toml`.
 *
 * Source: the form that Gleam writes: `packages`, each with name, version, `requirements`, `source`
 * and, of Hex, the SHA-256 of its file, and `requirements` with the direct packages. An empty list
 * beside a `gleam.toml` that requests packages is a gap. Packages of a folder are the project's
 * own: a note. Refused: files that are no TOML; a `manifest.toml` without that list is of another
 * tool.
 */

import { siblingPath } from '../../../core/base/artifact-path.ts';
import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import { readToml } from '../../../formats/text/toml.ts';
import { readPrefix, ROW_STARTS } from '../read-prefix.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { reportEmptyLock } from '../empty-lockfile.ts';
import { hexDigests } from '../../../formats/crypto/digest/package-digests.ts';
import { reportMissingLockEntries } from '../missing-lock-entries.ts';
import { gitQualifiers } from '../vcs-url.ts';
import { requiredGleamPackages } from './gleam-toml.ts';

export const gleamManifest: Cataloger = {
  async read(file, siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    const { root } = readToml(file.path, await readPrefix(file, result, ROW_STARTS.lines));
    const rows = isJsonArray(root['packages']) ? root['packages'] : [];
    if (rows.length === 0) {
      const manifest = siblings.get(siblingPath(file.path, 'gleam.toml'));
      await reportEmptyLock(result, manifest, requiredGleamPackages);
    }
    const direct = isJsonObject(root['requirements']) ? root['requirements'] : undefined;
    for (const row of rows) {
      const fields = readStrings(row, [
        'name',
        'version',
        'source',
        'outer_checksum',
        'repo',
        'commit',
      ]);
      const { name, version } = fields;
      if (name === undefined || version === undefined || !isJsonObject(row)) {
        result.unreadableRow(row);
      } else if (fields.source === 'local') result.note(`"${name}" is a folder of the project`);
      else {
        const dependsOn = namesIn(row['requirements']);
        const digests = hexDigests('sha256', fields.outer_checksum);
        result.add({
          name,
          version,
          relationship: direct !== undefined && name in direct ? 'direct' : 'indirect',
          ...(dependsOn.length > 0 && { dependsOn }),
          ...(digests.length > 0 && { digests }),
          ...(fields.repo !== undefined && {
            qualifiers: gitQualifiers(fields.repo, fields.commit),
          }),
        });
      }
    }
    const known = new Set(rows.map((row) => readStrings(row, ['name']).name));
    const asked = [
      ...(rows.length > 0 && direct !== undefined ? Object.keys(direct) : []),
      ...rows.flatMap((row) => (isJsonObject(row) ? namesIn(row['requirements']) : [])),
    ];
    reportMissingLockEntries(
      asked.filter((name) => !known.has(name)),
      result,
    );
    return result.done();
  },
};

function namesIn(value: JsonValue | undefined): readonly string[] {
  return isJsonArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
