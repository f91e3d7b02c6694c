/**
 * Core metadata of Python packages: `METADATA` and `PKG-INFO`.
 *
 * Source: Python packaging specifications, "Core metadata specifications" 2.4; PEP 503 and 508 for
 * names; PEP 639 for licences. Only the header counts, up to the first empty line, so that a
 * description cannot name a package. Lines of the header that are no fields are passed over (old
 * tools did not indent long keywords), and so are bytes that are not UTF-8. Refused: a header
 * without `Name` or `Version`.
 */

import { normalizePythonName } from '../../../core/model/package/python-name.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { readStanzas, type Stanza } from '../../../formats/text/deb822.ts';
import { PYTHON_LICENSE_FIELDS, pythonLicenses } from '../../../formats/text/python-licenses.ts';
import type { CatalogResult } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';

const FIELDS = ['Name', 'Version', ...PYTHON_LICENSE_FIELDS, 'Requires-Dist'] as const;

const REQUIREMENT = /^(?<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)/;
const EXTRA = /\bextra\s*==/;

/** Returns the package that a metadata file describes. @throws ParseError */
export function readMetadata(path: string, bytes: Uint8Array): CatalogResult {
  const header = readStanzas(bytes, FIELDS).next().value as Stanza | undefined;
  const name = header?.get('Name') ?? '';
  const version = header?.get('Version') ?? '';
  if (header === undefined || name === '' || version === '') {
    throw new ParseError(path, `no ${name === '' ? 'Name' : 'Version'} in the header`);
  }
  const result = new CatalogBuilder(path);
  const line = header.lineOf('Name');
  for (const field of ['Name', 'Version']) {
    if (header.all(field).length > 1) {
      result.unreadableRow(name, { reason: `field "${field}" is given twice`, line });
    }
  }
  const licenses = pythonLicenses(header);
  const dependsOn = requirementsOf(header);
  result.add({
    name: normalizePythonName(name),
    version,
    ...(line !== undefined && { line }),
    ...(licenses.length > 0 && { licenses }),
    ...(dependsOn.length > 0 && { dependsOn }),
  });
  return result.done();
}

/** Returns the names in `Requires-Dist`, without those that only an extra asks for. */
function requirementsOf(header: Stanza): readonly string[] {
  const names = new Set<string>();
  for (const requirement of header.all('Requires-Dist')) {
    const name = REQUIREMENT.exec(requirement)?.groups?.['name'];
    if (name !== undefined && !isForExtra(requirement)) names.add(normalizePythonName(name));
  }
  return [...names];
}

/** Returns whether the marker behind the first semicolon asks for an extra. */
function isForExtra(requirement: string): boolean {
  const at = requirement.indexOf(';');
  return at !== -1 && EXTRA.test(requirement.slice(at));
}
