/**
 * Perl distributions pinned by Carton: `cpanfile.snapshot`.
 *
 * Source: the Carton documentation, and the form that it writes, version 1.0: below `DISTRIBUTIONS`
 * stand names with versions at two spaces, `pathname`, `provides` and `requirements` at four. The
 * path has the author's id. Refused: a file with text and without that heading.
 */

import { ParseError } from '../../../core/base/errors.ts';
import { readPrefix, ROW_STARTS } from '../read-prefix.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

const HEADING = 'DISTRIBUTIONS';
const DISTRIBUTION =
  /^ {2}(?<name>[A-Za-z0-9_.+-]{1,200})-(?<version>v?[0-9][A-Za-z0-9_.]{0,100}(?:-TRIAL)?)\s{0,10}$/;
const ROW = /^ {2}\S/;

export const cpanfileSnapshot: Cataloger = {
  async read(file, _siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    const lines = new TextDecoder()
      .decode(await readPrefix(file, result, ROW_STARTS.lines))
      .split(/\r?\n/);
    const start = lines.findIndex((text) => text.trimEnd() === HEADING);
    if (start < 0 && lines.some((text) => !/^\s*(?:#|$)/.test(text))) {
      throw new ParseError(file.path, `no "${HEADING}"`);
    }
    for (const [index, text] of lines.entries()) {
      if (index <= start || !ROW.test(text)) continue;
      const { name, version } = DISTRIBUTION.exec(text)?.groups ?? {};
      if (name === undefined || version === undefined) {
        result.unreadableRow(text.trim(), { line: index + 1 });
      } else result.add({ name, version, line: index + 1 });
    }
    return result.done();
  },
};
