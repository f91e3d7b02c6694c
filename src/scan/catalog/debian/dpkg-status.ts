/**
 * Debian packages in dpkg's database, `/var/lib/dpkg/status`.
 *
 * Source: dpkg(1), "Package states"; deb822(5). Written rule: a package counts when it was
 * installed, that is in the states `installed`, `triggers-pending`, `triggers-awaited` and
 * `half-configured`, whatever its wanted state is (`deinstall ok installed` counts). `config-files`
 * and `not-installed` do not count. `unpacked` and `half-installed` are interrupted installations,
 * whose files may be of either version, so they are unreadable rows and not packages. So is a
 * stanza without a `Status`, because dpkg always writes one. Refused: a file with text in which no
 * stanza names a package.
 */

import { ParseError } from '../../../core/base/errors.ts';
import { readStanzas, type Stanza, stanzaPieces } from '../../../formats/text/deb822.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { addExactProvides, addStanza, reportDuplicate, STANZA_FIELDS } from './stanza.ts';

const PRESENT: ReadonlySet<string> = new Set([
  'installed',
  'triggers-pending',
  'triggers-awaited',
  'half-configured',
]);
const ABSENT: ReadonlySet<string> = new Set(['config-files', 'not-installed']);
const BROKEN_OFF: ReadonlySet<string> = new Set(['unpacked', 'half-installed']);
const SPACES = /\s+/;

export const dpkgStatus: Cataloger = {
  async read(file, _siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    let stanzaCount = 0;
    let namedCount = 0;
    const provided = new Set<string>();
    for await (const { bytes } of stanzaPieces(file)) addExactProvides(bytes, provided);
    for await (const { bytes, linesBefore } of stanzaPieces(file)) {
      for (const stanza of readStanzas(bytes, STANZA_FIELDS, linesBefore)) {
        stanzaCount += 1;
        if (stanza.get('Package') !== undefined) namedCount += 1;
        if (stanza.strayLine !== undefined) {
          result.unreadableRow(stanza.get('Package'), {
            reason: 'a line that is no field',
            line: stanza.strayLine,
          });
        }
        addInstalledStanza(stanza, result, provided);
      }
    }
    if (stanzaCount > 0 && namedCount === 0) throw new ParseError(file.path, 'no package stanza');
    return result.done();
  },
};

/** Adds the package of a stanza with a `Status`, as far as that counts as installed. */
export function addInstalledStanza(
  stanza: Stanza,
  result: CatalogBuilder,
  provided: ReadonlySet<string>,
): void {
  const state = stanza.get('Status')?.split(SPACES)[2];
  if (state !== undefined && ABSENT.has(state)) {
    // Two stanzas without an empty line between them look like this: the second package may well be
    // there.
    reportDuplicate(stanza, result);
    return;
  }
  if (state !== undefined && PRESENT.has(state)) {
    addStanza(stanza, result, provided);
    return;
  }
  const detail =
    state !== undefined && BROKEN_OFF.has(state) ? ', an installation that broke off' : '';
  result.unreadableRow(stanza.get('Package'), {
    reason: `status "${state ?? stanza.get('Status') ?? ''}"${detail}`,
    line: stanza.line,
  });
}
