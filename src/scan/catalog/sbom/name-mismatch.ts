/**
 * The name beside a package URL. Advisories are looked up for the URL's package; if no tool writes
 * that name for it, one of the two was edited, which is reported.
 */

import type { PackageUrl } from '../../../core/model/purl/purl.ts';
import type { SbomComponent } from './sbom-document.ts';

/**
 * Matches characters that package managers treat as equal in names, or that separate a namespace
 * and a name.
 */
const SEPARATORS = /[^\p{L}\p{N}+]+/gu;
const ESCAPES = /%(?<hex>[0-9a-f]{2})/gi;

/**
 * Returns whether a component is called by another name than its package URL's. A name agrees with
 * or without its group or namespace, a folder in it, its source package, and in any spelling; what
 * is part of the other is no other name.
 */
export function isNameMismatch(
  { group, name, properties }: SbomComponent,
  purl: PackageUrl,
): boolean {
  const stated = folded(name);
  if (stated === '') return false;
  const source = properties.get('SrcName') ?? purl.qualifiers.get('upstream') ?? '';
  const inUrl = folded(`${purl.namespace ?? ''}/${purl.name}/${purl.subpath ?? ''}`);
  const others = [folded(purl.name), folded(source.replace(/@.*$/, ''))];
  return (
    !`-${inUrl}-`.includes(`-${stated}-`) &&
    !others.some((other) => isWithin(other, stated) || isWithin(other, folded(`${group}/${name}`)))
  );
}

function isWithin(part: string, whole: string): boolean {
  return part !== '' && `-${whole}-`.includes(`-${part}-`);
}

function folded(name: string): string {
  return name
    .replace(ESCAPES, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .toLowerCase()
    .replace(SEPARATORS, '-')
    .replace(/^-|-$/g, '');
}

/** Returns the message about a document's names. */
export function nameMismatchText({ name }: SbomComponent, purl: PackageUrl): string {
  return `"${name}" is called "${purl.name}" in its package URL, which was asked about instead`;
}
