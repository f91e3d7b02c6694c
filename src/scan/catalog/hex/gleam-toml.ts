/**
 * Packages that a Gleam project asks for: `gleam.toml`, where no `manifest.toml` beside it says
 * more.
 *
 * Source: the Gleam documentation, "gleam.toml". `1.0.0` and `== 1.0.0` pin a version. Another
 * requirement (`>= 1.0.0 and < 2.0.0`) names none; where ranges are requested it is listed with the
 * lowest version that it allows. Dependencies on folders and on git are notes. Refused: what is no
 * TOML.
 */

import { directoryOf } from '../../../core/base/artifact-path.ts';
import { isJsonObject, readStrings, type JsonObject } from '../../../formats/text/json/json.ts';
import { readToml } from '../../../formats/text/toml.ts';
import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import type {
  DependencyManifest,
  RequestedPackage,
} from '../../../core/model/package/dependency-manifest.ts';
import type { Context } from '../../../core/base/context.ts';
import { lowestAllowed, semanticRange } from '../../../core/version/index.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { readRequests } from '../manifest-requests.ts';
import { exactHexVersion } from './requirement.ts';

const EXCLUSION = /!=/;

const SECTIONS: ReadonlyMap<string, NonNullable<CatalogedPackage['scope']>> = new Map([
  ['dependencies', 'runtime'],
  ['dev-dependencies', 'development'],
  ['dev_dependencies', 'development'],
]);

export const gleamToml: Cataloger = {
  async read(file, siblings, context) {
    const result = new CatalogBuilder(file.path);
    const folder = directoryOf(file.path);
    const isLocked = siblings.get(`${folder}/manifest.toml`) !== undefined;
    if (isLocked) {
      await readRequests(file, result, (bytes) => requestsOf(readToml(file.path, bytes).root));
      return result.done();
    }
    const { root } = readToml(file.path, await file.bytes());
    result.requests(requestsOf(root));
    for (const [section, scope] of SECTIONS) {
      const rows = root[section];
      if (!isJsonObject(rows)) continue;
      for (const [name, requirement] of Object.entries(rows)) {
        if (typeof requirement === 'string') {
          const version = versionOf(requirement, context);
          result.add({ name, version, relationship: 'direct', scope });
        } else result.note(`"${name.slice(0, 100)}" is no package of Hex`);
      }
    }
    return result.done();
  },
};

/**
 * Returns the requirements of Hex in the notation of npm, of which only the lowest version is
 * taken.
 */
function versionOf(
  requirement: string,
  { detectionPriority }: Pick<Context, 'detectionPriority'>,
): string {
  const exact = exactHexVersion(requirement);
  if (exact !== undefined || detectionPriority !== 'comprehensive') return exact ?? '';
  if (EXCLUSION.test(requirement)) return '';
  const range = semanticRange('hex', requirement);
  return range === undefined ? '' : (lowestAllowed('npm', range) ?? '');
}

/** A repository has no version; a folder is the project's own. */
function requestsOf(root: JsonObject): DependencyManifest {
  const requests: RequestedPackage[] = [];
  for (const [section, scope] of SECTIONS) {
    const rows = root[section];
    for (const [name, row] of Object.entries(isJsonObject(rows) ? rows : {})) {
      if (isJsonObject(row) && row['git'] === undefined) continue;
      const range = typeof row === 'string' ? row : '';
      const version = exactHexVersion(range);
      requests.push({
        name,
        range,
        ...(version !== undefined && { version }),
        ...(scope === 'development' && { scope }),
      });
    }
  }
  const { name } = readStrings(root, ['name']);
  return { ...(name !== undefined && { name }), requests, leavesIndirect: true };
}

/**
 * Yields the names of packages of Hex that a project requests. @throws ParseError @throws
 * ParseError
 */
export function* requiredGleamPackages(bytes: Uint8Array, path: string): Generator<string> {
  const { root } = readToml(path, bytes);
  for (const section of SECTIONS.keys()) {
    const rows = root[section];
    for (const [name, row] of Object.entries(isJsonObject(rows) ? rows : {})) {
      if (typeof row === 'string') yield name;
    }
  }
}
