/**
 * The name beside a package URL. Advisories are asked about the URL's package; where the name is one that no tool writes for
 * it, one of the two was edited, and that is told.
 */

import type { PackageUrl } from '../../model/purl.ts';
import type { SbomComponent } from './sbom-document.ts';

/** What package managers take for one another in names, or what stands between a namespace and a name. */
const SEPARATORS = /[^\p{L}\p{N}+]+/gu;
const ESCAPES = /%(?<hex>[0-9a-f]{2})/gi;

/**
 * Whether a component is called by another name than its package URL's. A name agrees with or without its group or
 * namespace, a folder in it, its source package, and in any spelling; what is part of the other is no other name.
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

/** How a document says it. */
export function nameMismatchText({ name }: SbomComponent, purl: PackageUrl): string {
  return `"${name}" is called "${purl.name}" in its package URL, which was asked about instead`;
}
