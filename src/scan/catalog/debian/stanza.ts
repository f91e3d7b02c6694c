/**
 * Shared code for the stanzas of dpkg's databases, whether they are in one file or in one file
 * each.
 */

import { readStanzas, type Stanza } from '../../../formats/text/deb822.ts';
import type { CatalogedPackage, OwnedFile } from '../../../core/model/catalog/catalog.ts';
import { mailboxOf, VENDOR_QUALIFIER, vendorOf } from '../../../core/model/distro/vendor.ts';
import type { CatalogBuilder } from '../catalog-builder.ts';

/** The fields that {@link addStanza} and its callers ask for. */
export const STANZA_FIELDS = [
  'Package',
  'Status',
  'Version',
  'Source',
  'Architecture',
  'Depends',
  'Pre-Depends',
  'Replaces',
  'Conffiles',
  'Maintainer',
  'Origin',
  'Vendor',
] as const;

/**
 * Debian Policy 5.6.1: `Source: name (version)`, where the version is given when it is not that of
 * the package.
 */
const SOURCE = /^(?<name>[^\s(]+)(?:\s*\(\s*(?<version>[^\s)]+)\s*\))?$/;

/**
 * deb-control(5), "Package": small letters, digits, `+`, `-` and `.`, the first of them a letter or
 * a digit. That a name has two of them at least is not asked for: a shorter one is compared with
 * advisories like any other.
 */
const NAME = /^[a-z0-9][a-z0-9+.-]*$/;

/**
 * A relation without its version, architecture and build profile: `libc6:any (>= 2.34) [amd64]`.
 */
const RELATION = /^(?<name>[^\s:([<]+)/;

/**
 * `libssl3 (= 3.0.11-1)`, as a dependency or as what is provided; alternatives have a `|` in them.
 */
const EXACTLY = /^(?<name>[^\s:(|]+)(?::[a-z]+)?\s*\(=\s*(?<version>[^\s)|]+)\s*\)$/;

/**
 * dpkg's `lib/dpkg/parse.c`: path, MD5 and flags. `newconffile` stands where the package is not
 * configured yet and where the file is to be removed.
 */
const CONFFILE =
  /^(?<path>\/.*) (?:(?<md5>[0-9a-f]{32})|newconffile)(?<flags>(?: obsolete| remove-on-upgrade){0,2})$/;

/** All packages of Debian together provide some 60,000 names in exact versions. */
const MAX_PROVISIONS = 200_000;

/** A package has some dozens; those with the most have a few thousand. */
const MAX_CONFFILES = 100_000;

/**
 * Adds the package of one stanza; one without a name or version, or with a field given twice, is
 * reported. dpkg itself refuses such a database, so what it says twice is not known. A package is
 * reported besides where its name, or that of its source, is none that Debian allows: it is listed
 * as it stands, and no advisory can name it. A dependency that another package satisfies
 * (`provided`, of {@link addExactProvides}) requires no version of the package it names.
 */
export function addStanza(
  stanza: Stanza,
  result: CatalogBuilder,
  provided: ReadonlySet<string> = new Set(),
): void {
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
  const qualifiers = qualifiersOf(stanza);
  const maintainer = mailboxOf(stanza.get('Maintainer'));
  const dependsOn = relations(stanza, ['Pre-Depends', 'Depends']);
  const owns = conffiles(stanza);
  const requiresExactly = exactRelations(stanza, ['Pre-Depends', 'Depends']).filter(
    (relation) => !provided.has(keyOf(relation)),
  );
  result.add({
    name,
    version,
    line,
    source,
    ...(maintainer !== undefined && { maintainer }),
    ...(qualifiers.size > 0 && { qualifiers }),
    ...(dependsOn.length > 0 && { dependsOn }),
    ...(owns.length > 0 && { ownedFiles: owns }),
    ...(requiresExactly.length > 0 && { requiresExactly }),
    replaces: relations(stanza, ['Replaces']),
  });
}

function qualifiersOf(stanza: Stanza): ReadonlyMap<string, string> {
  const qualifiers = new Map<string, string>();
  const architecture = stanza.get('Architecture');
  if (architecture !== undefined) qualifiers.set('arch', architecture);
  const vendor = vendorOf(stanza.get('Origin'), stanza.get('Vendor'));
  if (vendor !== undefined) qualifiers.set(VENDOR_QUALIFIER, vendor);
  return qualifiers;
}

/**
 * Adds what packages provide besides themselves in an exact version (`Provides: libssl3 (= 3.0)`),
 * in a form of its own. Beyond {@link MAX_PROVISIONS} no more are added.
 */
export function addExactProvides(stanzas: Uint8Array, provided: Set<string>): void {
  for (const stanza of readStanzas(stanzas, ['Provides'])) {
    for (const relation of exactRelations(stanza, ['Provides'])) {
      if (provided.size >= MAX_PROVISIONS) return;
      provided.add(keyOf(relation));
    }
  }
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

function sourceOf(
  stanza: Stanza,
  name: string,
  version: string,
): NonNullable<CatalogedPackage['source']> {
  const match = SOURCE.exec(stanza.get('Source') ?? '');
  return {
    name: match?.groups?.['name'] ?? name,
    version: match?.groups?.['version'] ?? version,
  };
}

/**
 * Returns the names in some fields, all alternatives: those that are not installed lead nowhere.
 */
function relations(stanza: Stanza, fields: readonly string[]): readonly string[] {
  const names = new Set<string>();
  for (const field of fields) {
    for (const relation of (stanza.get(field) ?? '').split(/[,|]/)) {
      const name = RELATION.exec(relation.trim())?.groups?.['name'];
      if (name !== undefined) names.add(name);
    }
  }
  return [...names];
}

function keyOf({ name, version }: { readonly name: string; readonly version: string }): string {
  return `${name} ${version}`;
}

/** Returns the relations that name one version of one package. */
function exactRelations(
  stanza: Stanza,
  fields: readonly string[],
): NonNullable<CatalogedPackage['requiresExactly']> {
  const found: { name: string; version: string }[] = [];
  for (const field of fields) {
    for (const relation of (stanza.get(field) ?? '').split(',')) {
      const { name, version } = EXACTLY.exec(relation.trim())?.groups ?? {};
      if (name !== undefined && version !== undefined) found.push({ name, version });
    }
  }
  return found;
}

/**
 * Returns the configuration files in the package's database entry; the md5sums file omits these.
 */
function conffiles(stanza: Stanza): readonly OwnedFile[] {
  const owned: OwnedFile[] = [];
  for (const row of (stanza.get('Conffiles') ?? '').split('\n', MAX_CONFFILES)) {
    const { path, md5, flags } = CONFFILE.exec(row)?.groups ?? {};
    if (path === undefined) continue;
    // An obsolete one is no longer shipped, and a new one not yet there or about to go.
    const mayBeAbsent = md5 === undefined || flags !== '';
    owned.push({
      path,
      kind: 'config',
      ...(md5 !== undefined && { digest: `md5:${md5}` }),
      ...(mayBeAbsent && { mayBeAbsent }),
    });
  }
  return owned;
}
