/**
 * Perl distributions that cpanminus has installed: `.meta/NAME-VERSION/install.json`.
 *
 * Source: the source of cpanminus, `save_meta`: `dist` is the name with the version, `version` that
 * of the main module, `pathname` where it came from. Refused: what is no JSON object with `dist`.
 */

import { ParseError } from '../../../core/base/errors.ts';
import { readJson, readStrings } from '../../../formats/text/json/json.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

const FOLDER = /\/\.meta\/[^/]+\/install\.json$/;
const DISTRIBUTION =
  /^(?<name>[A-Za-z0-9_.+-]{1,200})-(?<version>v?[0-9][A-Za-z0-9_.]{0,100}(?:-TRIAL)?)$/;

export const cpanInstallJson: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    // Others have files of that name too.
    if (!FOLDER.test(file.path)) return result.done();
    const { dist } = readStrings(readJson(file.path, await file.bytes()), ['dist']);
    const { name, version } = DISTRIBUTION.exec(dist ?? '')?.groups ?? {};
    if (name === undefined || version === undefined) throw new ParseError(file.path, 'no "dist"');
    result.add({ name, version });
    return result.done();
  },
};
