/**
 * Extensions that Visual Studio Code, its server or a fork of it has installed:
 * `extensions/extensions.json`.
 *
 * Source: the form that Visual Studio Code writes, `IStoredProfileExtension`: a list with
 * `identifier.id` (`publisher.name`), `version` and `metadata.targetPlatform`. Ids are of any case;
 * the normal form is lower case. The file of that name in a project's `.vscode` is an object that
 * recommends extensions and says nothing of versions: nothing is read from it.
 */

import {
  isJsonArray,
  isJsonObject,
  readJsonValue,
  readStrings,
} from '../../../formats/text/json/json.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

const ID = /^[a-z0-9][a-z0-9-]{0,200}\.[a-z0-9][a-z0-9._-]{0,200}$/;
const NO_PLATFORM: ReadonlySet<string> = new Set(['', 'undefined', 'universal', 'unknown']);

export const extensionsJson: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const root = readJsonValue(file.path, await file.bytes());
    for (const row of isJsonArray(root) ? root : []) {
      const entry = isJsonObject(row) ? row : undefined;
      const name = readStrings(entry?.['identifier'], ['id']).id?.toLowerCase() ?? '';
      const version = readStrings(entry, ['version']).version ?? '';
      if (!ID.test(name) || version === '') {
        result.unreadableRow(row);
        continue;
      }
      const { targetPlatform = '' } = readStrings(entry?.['metadata'], ['targetPlatform']);
      const qualifiers = new Map([['platform', targetPlatform]]);
      result.add({ name, version, ...(!NO_PLATFORM.has(targetPlatform) && { qualifiers }) });
    }
    return result.done();
  },
};
