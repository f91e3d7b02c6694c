/** What the stanzas of dpkg's databases have in common, whether they stand in one file or in one file each. */

import type { Stanza } from '../../format/deb822.ts';
import type { Cataloged } from '../../model/catalog.ts';
import type { CatalogBuilder } from '../builder.ts';

/** The fields that {@link addStanza} and its callers ask for. */
export const STANZA_FIELDS = [
  'Package',
  'Status',
  'Version',
  'Source',
  'Architecture',
  'Depends',
  'Pre-Depends',
] as const;

/** Debian Policy 5.6.1: `Source: name (version)`, where the version is given when it is not that of the package. */
const SOURCE = /^(?<name>[^\s(]+)(?:\s*\(\s*(?<version>[^\s)]+)\s*\))?$/;

/**
 * deb-control(5), "Package": small letters, digits, `+`, `-` and `.`, the first of them a letter or a digit. That a name
 * has two of them at least is not asked for: a shorter one is compared with advisories like any other.
 */
const NAME = /^[a-z0-9][a-z0-9+.-]*$/;

/** A relation without its version, architecture and build profile: `libc6:any (>= 2.34) [amd64]`. */
const RELATION = /^(?<name>[^\s:([<]+)/;

/**
 * Adds the package of one stanza; one without a name or version, or with a field given twice, is reported. dpkg itself
 * refuses such a database, so what it says twice is not known. A package is reported besides where its name, or that of
 * its source, is none that Debian allows: it is listed as it stands, and no advisory can name it.
 */
export function addStanza(stanza: Stanza, result: CatalogBuilder): void {
  const name = stanza.get('Package');
  const version = stanza.get('Version');
  const { line } = stanza;
  if (name === undefined || name === '' || version === undefined || version === '') {
    result.unreadableRow(name ?? version, { line });
    return;
  }
  reportDuplicate(stanza, result);
  const source = sourceOf(stanza, name, version);
  if (!NAME.test(name) || !NAME.test(source.name)) {
    result.unreadableRow(name, { reason: 'a name that Debian does not allow', line });
  }
  const architecture = stanza.get('Architecture');
  const dependsOn = relations(stanza);
  result.add({
    name,
    version,
    line,
    source,
    ...(architecture !== undefined && { qualifiers: new Map([['arch', architecture]]) }),
    ...(dependsOn.length > 0 && { dependsOn }),
  });
}

/** Reports a stanza that gives a field twice. */
export function reportDuplicate(stanza: Stanza, result: CatalogBuilder): void {
  const twice = stanza.duplicateField();
  if (twice === undefined) return;
  result.unreadableRow(stanza.get('Package'), {
    reason: `field "${twice}" is given twice`,
    line: stanza.line,
  });
}

function sourceOf(stanza: Stanza, name: string, version: string): NonNullable<Cataloged['source']> {
  const match = SOURCE.exec(stanza.get('Source') ?? '');
  return {
    name: match?.groups?.['name'] ?? name,
    version: match?.groups?.['version'] ?? version,
  };
}

/** Names in `Pre-Depends` and `Depends`, all alternatives: those that are not installed lead nowhere. */
function relations(stanza: Stanza): readonly string[] {
  const names = new Set<string>();
  for (const field of ['Pre-Depends', 'Depends']) {
    for (const relation of (stanza.get(field) ?? '').split(/[,|]/)) {
      const name = RELATION.exec(relation.trim())?.groups?.['name'];
      if (name !== undefined) names.add(name);
    }
  }
  return [...names];
}
