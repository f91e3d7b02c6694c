/**
 * Lua packages that LuaRocks has installed: `rocks-5.4/NAME/VERSION/NAME-VERSION.rockspec`.
 *
 * Source: the LuaRocks documentation, "Rockspec format" and "Rocks repositories": the specification is a Lua program, of
 * which `package` and `version` (with its revision, `1.0-1`) are set to plain strings. Nothing of it is run. The folders
 * state name and version once more. A specification elsewhere is a project's own and a note. Refused: one that sets neither.
 */

import { ParseError } from '../../base/errors.ts';
import type { VersionClaim } from '../../model/catalog.ts';
import { CatalogBuilder } from '../builder.ts';
import type { Cataloger } from '../cataloger.ts';

const FIELD =
  /^\s{0,100}(?<name>package|version)\s{0,100}=\s{0,100}(?:"(?<a>[^"]{1,200})"|'(?<b>[^']{1,200})')/;
const LICENSE = /^\s{0,100}license\s{0,100}=\s{0,100}(?:"(?<a>[^"]{1,200})"|'(?<b>[^']{1,200})')/;
const PLACE =
  /\/rocks(?:-[0-9.]{1,10})?\/(?<name>[^/]{1,200})\/(?<version>[^/]{1,200})\/[^/]{1,500}$/;

export const rockspec: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const fields = new Map<string, { readonly value: string; readonly line: number }>();
    let license: string | undefined;
    const lines = new TextDecoder().decode(await file.bytes()).split('\n');
    for (const [index, text] of lines.entries()) {
      const { name, a, b } = FIELD.exec(text)?.groups ?? {};
      if (name !== undefined && !fields.has(name)) {
        fields.set(name, { value: a ?? b ?? '', line: index + 1 });
      }
      const words = LICENSE.exec(text)?.groups;
      license ??= words?.['a'] ?? words?.['b'];
    }
    const name = fields.get('package');
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
      ...(license !== undefined && { licenses: [license] }),
    });
    return result.done();
  },
};
