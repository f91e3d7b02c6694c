/**
 * Packages of OpenWrt and other systems with opkg: `usr/lib/opkg/status`.
 *
 * Source: opkg's `libopkg/pkg_parse.c`; deb822(5), whose form it has. `Status: want flag state`: a
 * package counts in the states `installed` and `unpacked`, as opkg lists both. Refused: a file with
 * text in which no stanza names a package.
 */

import { ParseError } from '../../../core/base/errors.ts';
import { readStanzas } from '../../../formats/text/deb822.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

const FIELDS = ['Package', 'Version', 'Architecture', 'Status', 'Depends'] as const;
const SPACES = /\s+/;
const PRESENT: ReadonlySet<string> = new Set(['installed', 'unpacked']);
const RELATION = /^(?<name>[^\s:([<]+)/;

export const opkgStatus: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    let stanzaCount = 0;
    let namedCount = 0;
    for (const stanza of readStanzas(await file.bytes(), FIELDS)) {
      stanzaCount += 1;
      const name = stanza.get('Package') ?? '';
      const version = stanza.get('Version') ?? '';
      const { line } = stanza;
      if (name !== '') namedCount += 1;
      const state = stanza.get('Status')?.split(SPACES)[2];
      if (name === '' || version === '' || state === undefined) {
        result.unreadableRow(name === '' ? version : name, { line });
        continue;
      }
      if (!PRESENT.has(state)) continue;
      const architecture = stanza.get('Architecture');
      const dependsOn = (stanza.get('Depends') ?? '')
        .split(',')
        .flatMap((text) => RELATION.exec(text.trim())?.groups?.['name'] ?? []);
      result.add({
        name,
        version,
        line,
        ...(architecture !== undefined && { qualifiers: new Map([['arch', architecture]]) }),
        ...(dependsOn.length > 0 && { dependsOn }),
      });
    }
    if (stanzaCount > 0 && namedCount === 0) throw new ParseError(file.path, 'no package stanza');
    return result.done();
  },
};
