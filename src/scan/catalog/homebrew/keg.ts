/**
 * Formulae that Homebrew installed: `Cellar/NAME/VERSION/INSTALL_RECEIPT.json`.
 *
 * Source: Homebrew's documentation, "Terminology" (a keg is `Cellar/NAME/VERSION`, with `_N` behind
 * the version for its own Nth revision), and the receipt that it writes, of which `source.versions`
 * has what the project calls the version. Receipts of casks lie elsewhere and give nothing.
 * Refused: what is no JSON object.
 */

import { isJsonObject, readJson, readStrings } from '../../../formats/text/json/json.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

const PLACE = /\/Cellar\/(?<name>[^/]+)\/(?<version>[^/]+)\/INSTALL_RECEIPT\.json$/;
const REVISION = /_\d{1,4}$/;

export const keg: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const { name, version } = PLACE.exec(file.path)?.groups ?? {};
    if (name === undefined || version === undefined) return result.done();
    const { source } = readJson(file.path, await file.bytes());
    const versions = isJsonObject(source) ? source['versions'] : undefined;
    const { stable } = readStrings(versions, ['stable']);
    result.add({
      name,
      version: versionOfKeg(version),
      ...(stable !== undefined && {
        versionClaims: [{ by: 'its receipt', version: stable, weight: 'hint' }],
      }),
    });
    return result.done();
  },
};

/** Returns the version that the name of a keg's folder has, without Homebrew's own revision. */
export function versionOfKeg(folder: string): string {
  return folder.replace(REVISION, '');
}
