/**
 * Lua packages that LuaRocks has installed: `rocks-5.4/NAME/VERSION/NAME-VERSION.rockspec`.
 *
 * Source: the LuaRocks documentation, "Rockspec format" and "Rocks repositories": the specification
 * is a Lua program, of which `package` and `version` (with its revision, `1.0-1`) are set to plain
 * strings. Nothing of it is run. The folders state name and version once more. A specification
 * elsewhere is a project's own and a note. Refused: one that sets neither.
 */

import { ParseError } from '../../../core/base/errors.ts';
import type { VersionClaim } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

const FIELD =
  /^\s{0,100}(?<name>package|version|license)\s{0,100}=\s{0,100}(?:"(?<a>[^"]{1,200})"|'(?<b>[^']{1,200})')/;
const PLACE =
  /\/rocks(?:-[0-9.]{1,10})?\/(?<name>[^/]{1,200})\/(?<version>[^/]{1,200})\/[^/]{1,500}$/;

export const rockspec: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const fields = fieldsOf(new TextDecoder().decode(await file.bytes()));
    const name = fields.get('package');
    const license = fields.get('license');
    const version = fields.get('version');
    if (name === undefined || version === undefined) {
      throw new ParseError(file.path, 'neither package nor version');
    }
    const place = PLACE.exec(file.path)?.groups;
    if (place === undefined) {
      result.note(`"${name.value}" is not installed here`);
      return result.done();
    }
    const claim: VersionClaim = {
      by: 'directory name',
      version: place['version'] ?? '',
      weight: 'binding',
    };
    result.add({
      name: name.value.toLowerCase(),
      version: version.value,
      line: version.line,
      versionClaims: [claim],
      ...(license !== undefined && { licenses: [license.value] }),
    });
    return result.done();
  },
};

interface Field {
  readonly value: string;
  readonly line: number;
}

/** Returns the first of each. */
function fieldsOf(text: string): ReadonlyMap<string, Field> {
  const fields = new Map<string, Field>();
  for (const [index, row] of text.split('\n').entries()) {
    const { name, a, b } = FIELD.exec(row)?.groups ?? {};
    if (name !== undefined && !fields.has(name)) {
      fields.set(name, { value: a ?? b ?? '', line: index + 1 });
    }
  }
  return fields;
}
