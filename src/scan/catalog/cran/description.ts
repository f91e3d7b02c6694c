/**
 * Installed R packages: `library/NAME/DESCRIPTION` and the like.
 *
 * Source: "Writing R Extensions", section 1.1.1, "The DESCRIPTION file": fields as in Debian's
 * control files. `Built` is written by the installation; a file without it is a source tree and a
 * note. Packages of `Priority: base` are R itself and have its version. `biocViews` marks packages
 * of Bioconductor. A file without package and version is of another tool.
 */

import { readStanzas } from '../../../formats/text/deb822.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { remoteQualifiers, type RemoteField } from './remote.ts';

const REMOTE: readonly RemoteField[] = [
  'RemoteType',
  'RemoteHost',
  'RemoteUsername',
  'RemoteRepo',
  'RemoteSha',
  'RemoteUrl',
];
const FIELDS = ['Package', 'Version', 'Built', 'License', 'biocViews', 'Imports', 'Depends'];
const NEEDED = /(?:^|,)\s*(?<name>[A-Za-z][A-Za-z0-9.]{1,100})/g;
/** No package needs as many. */
const MAX_EDGES = 500;

export const rDescription: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const [stanza] = readStanzas(await file.bytes(), [...FIELDS, ...REMOTE]);
    const name = stanza?.get('Package') ?? '';
    const version = stanza?.get('Version') ?? '';
    if (stanza === undefined || name === '' || version === '') return result.done();
    if (stanza.get('Built') === undefined) {
      result.note(`"${name.slice(0, 100)}" is not installed here`);
      return result.done();
    }
    for (const field of ['Package', 'Version']) {
      if (stanza.all(field).length > 1) {
        const line = stanza.lineOf(field);
        result.unreadableRow(name, { reason: `field "${field}" is given twice`, line });
      }
    }
    const license = stanza.get('License');
    const dependsOn = edgesOf([stanza.get('Imports'), stanza.get('Depends')]);
    const qualifiers = remoteQualifiers((field) => stanza.get(field));
    result.add({
      name,
      version,
      ...(stanza.get('biocViews') !== undefined && { ecosystem: 'bioconductor' }),
      ...(license !== undefined && license !== '' && { licenses: [license] }),
      ...(dependsOn.length > 0 && { dependsOn }),
      ...(qualifiers !== undefined && { qualifiers }),
    });
    return result.done();
  },
};

function edgesOf(lists: readonly (string | undefined)[]): readonly string[] {
  const names = new Set<string>();
  for (const list of lists) {
    for (const { groups } of (list ?? '').matchAll(NEEDED)) {
      const name = groups?.['name'];
      // R itself is required by nearly all.
      if (name !== undefined && name !== 'R' && names.size < MAX_EDGES) names.add(name);
    }
  }
  return [...names];
}
