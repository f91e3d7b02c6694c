/**
 * A project of Pipenv and what it requests: `Pipfile`.
 *
 * Source: Pipenv documentation, "Pipfile & Pipfile.lock". `packages` is the project, `dev-packages`
 * is for development, further tables are categories that are installed where they are asked for.
 * `==1.2.5` is the only version that Pipenv installs; `*` and any other specifier are ranges. A
 * `path` is a directory of the project. What is no TOML requests something unknown.
 */

import { isJsonObject, readStrings, type JsonValue } from '../../../formats/text/json/json.ts';
import { readToml } from '../../../formats/text/toml.ts';
import type { RequestedPackage } from '../../../core/model/package/dependency-manifest.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { readRequests } from '../manifest-requests.ts';
import { requestOf } from './requested.ts';
import { readRequirement } from './requirement.ts';

const SECTIONS: readonly (readonly [string, boolean])[] = [
  ['dev-packages', true],
  ['packages', false],
];
/** Keys of a row that make it depend on the interpreter or the system. */
const CONDITIONS = ['markers', 'python_version', 'sys_platform', 'platform_system', 'os_name'];

export const pipfile: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    await readRequests(file, result, (bytes) => {
      const { root } = readToml(file.path, bytes);
      const requests = new Map<string, RequestedPackage>();
      for (const [section, isDevelopment] of SECTIONS) {
        const rows = root[section];
        for (const [name, row] of Object.entries(isJsonObject(rows) ? rows : {})) {
          const request = readRow(name, row, isDevelopment);
          if (request === 'unreadable') result.unreadableRow(name, { reason: 'no requirement' });
          else if (request !== undefined) requests.set(request.name, request);
        }
      }
      return { requests: [...requests.values()], addsPins: true };
    });
    return result.done();
  },
};

function readRow(
  name: string,
  row: JsonValue | undefined,
  isDevelopment: boolean,
): RequestedPackage | 'unreadable' | undefined {
  const fields = readStrings(row, ['version', 'git', 'ref', 'file', 'path']);
  if (fields.path !== undefined) return undefined;
  const written = typeof row === 'string' ? row : (fields.version ?? '*');
  const specifier = written === '*' ? '' : written;
  const found = readRequirement(`${name}${specifier}`);
  if (found === undefined) return 'unreadable';
  const git = fields.git && `git+${fields.git}${fields.ref === undefined ? '' : `@${fields.ref}`}`;
  const url = git ?? fields.file;
  const isConditional = isJsonObject(row) && CONDITIONS.some((key) => key in row);
  return requestOf(
    { ...found, ...(url !== undefined && { url }), ...(isConditional && { isConditional }) },
    { isDevelopment },
  );
}
