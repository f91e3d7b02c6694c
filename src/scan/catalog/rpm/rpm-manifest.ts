/**
 * RPM packages of images without RPM: `var/lib/rpmmanifest/container-manifest-2` of CBL-Mariner and
 * Azure Linux.
 *
 * Source: the query that writes it, `rpm -qa --qf
 * '%{NAME}\t%{VERSION}-%{RELEASE}\t%{INSTALLTIME}\t%{BUILDTIME}\t%{VENDOR}\t%{EPOCH}\t%{SIZE}\t%{ARCH}\t%{EPOCHNUM}\t%{SOURCERPM}\n'`.
 * Refused: a file without a line of ten parts.
 */

import { ParseError } from '../../../core/base/errors.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { GPG_KEY_PACKAGE, sourceOfRpm, withEpoch } from './rpm-identity.ts';

const PARTS = 10;
const NONE = '(none)';

export const rpmManifest: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const text = new TextDecoder('utf-8').decode(await file.bytes());
    let line = 0;
    for (const row of text.split('\n')) {
      line += 1;
      if (row === '') continue;
      const parts = row.split('\t');
      if (parts.length < PARTS) {
        if (result.packageCount === 0) throw new ParseError(file.path, 'no list of RPM packages');
        result.unreadableRow(row, { reason: 'fewer parts than ten', line });
        continue;
      }
      addRow(parts, line, result);
    }
    return result.done();
  },
};

function addRow(parts: readonly string[], line: number, result: CatalogBuilder): void {
  const [name = '', evr = '', , , vendor = NONE, , , arch = NONE, epoch = '', sourceRpm = ''] =
    parts;
  if (name === GPG_KEY_PACKAGE) return;
  if (name === '' || evr === '') {
    result.unreadableRow(name, { line });
    return;
  }
  const source = sourceOfRpm(sourceRpm, epoch);
  const qualifiers = new Map<string, string>();
  if (arch !== NONE) qualifiers.set('arch', arch);
  if (vendor !== NONE) qualifiers.set('vendor', vendor);
  result.add({
    name,
    version: withEpoch(evr, epoch),
    line,
    ...(source !== undefined && { source }),
    ...(qualifiers.size > 0 && { qualifiers }),
  });
}
