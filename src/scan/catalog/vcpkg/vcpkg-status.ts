/**
 * C and C++ packages that vcpkg has installed: `installed/vcpkg/status` and the files of
 * `installed/vcpkg/updates/`.
 *
 * Source: the vcpkg documentation and its source, `StatusParagraph`: stanzas as in Debian's control
 * files, with `Package`, `Version`, `Port-Version`, `Architecture` (the triplet), `Feature` and
 * `Status`. A feature is a part of its package, and not listed by itself. A port version is written
 * behind `#`, as vcpkg writes it. What is not `installed` is left out.
 */

import { readStanzas } from '../../../formats/text/deb822.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

const FIELDS = ['Package', 'Version', 'Port-Version', 'Architecture', 'Feature', 'Status'];

export const vcpkgStatus: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    for (const stanza of readStanzas(await file.bytes(), FIELDS)) {
      const name = stanza.get('Package') ?? '';
      const version = stanza.get('Version') ?? '';
      const isInstalled = stanza.get('Status')?.endsWith(' installed') === true;
      if (stanza.get('Feature') !== undefined || !isInstalled) continue;
      if (name === '' || version === '') {
        result.unreadableRow(name, { line: stanza.line });
        continue;
      }
      const port = stanza.get('Port-Version') ?? '0';
      const triplet = stanza.get('Architecture');
      result.add({
        name,
        version: port === '0' ? version : `${version}#${port}`,
        line: stanza.line,
        ...(triplet !== undefined && { qualifiers: new Map([['triplet', triplet]]) }),
      });
    }
    return result.done();
  },
};
