/**
 * The version beside a package URL. Editing one of the two hides a package's findings from tools
 * that read only that one, so if they differ, advisories are looked up for both.
 */

import { ECOSYSTEMS, type Ecosystem } from '../../../core/model/package/ecosystem.ts';
import { compareVersions } from '../../../core/version/index.ts';
import type { SbomComponent } from './sbom-document.ts';

/**
 * Epochs stand in qualifiers as well; tools write versions of Go and of tags with and without the
 * letter.
 */
const PREFIX = /^(?:\d+:)?(?:v|go)?(?=\d)/i;

/**
 * Returns whether a component and its package URL give two versions; what one of them leaves out is
 * no version.
 */
export function isVersionMismatch(ecosystem: Ecosystem, one: string, other: string): boolean {
  if (one === '' || other === '') return false;
  const [a, b] = [one, other].map((version) => version.replace(PREFIX, '').toLowerCase());
  if (a === b) return false;
  return compareVersions(ECOSYSTEMS[ecosystem].scheme, a ?? '', b ?? '') !== 0;
}

/** Returns the message about a document's versions. */
export function versionMismatchText(
  { name }: SbomComponent,
  stated: string,
  inUrl: string,
): string {
  return `"${name}" has the version ${stated} and ${inUrl} in its package URL; nothing tells which is right`;
}
