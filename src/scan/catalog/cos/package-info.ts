/**
 * Packages of Google's Container-Optimized OS: `etc/cos-package-info.json`.
 *
 * Source: cloud.google.com, "Viewing the packages of Container-Optimized OS": `installedPackages`
 * with category, name and version. What was only used to build it (`buildTimePackages`) is not
 * there. Refused: a file without the list.
 */

import { ParseError } from '../../../core/base/errors.ts';
import {
  isJsonArray,
  readJsonDocument,
  readStrings,
  isJsonObject,
} from '../../../formats/text/json/json.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

export const cosPackageInfo: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const document = readJsonDocument(file.path, await file.bytes());
    const installed = document.root['installedPackages'];
    if (!isJsonArray(installed)) throw new ParseError(file.path, 'no "installedPackages"');
    for (const row of installed) {
      const { name = '', version = '' } = readStrings(row, ['name', 'version']);
      const line = isJsonObject(row) ? document.lineOf(row) : undefined;
      if (name === '' || version === '') {
        result.unreadableRow(row, { line });
        continue;
      }
      result.add({ name, version, ...(line !== undefined && { line }) });
    }
    return result.done();
  },
};
