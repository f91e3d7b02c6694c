/**
 * The version beside a package URL. Whoever edits one of the two hides a package's findings from whoever reads the other,
 * so where they are two versions advisories are asked about both.
 */

import { ECOSYSTEMS, type Ecosystem } from '../../model/ecosystem.ts';
import { compareVersions } from '../../version/index.ts';
import type { SbomComponent } from './sbom-document.ts';

/** Epochs stand in qualifiers as well; tools write versions of Go and of tags with and without the letter. */
const PREFIX = /^(?:\d+:)?(?:v|go)?(?=\d)/i;

/** Whether a component and its package URL give two versions; what one of them leaves out is no version. */
export function isVersionMismatch(ecosystem: Ecosystem, one: string, other: string): boolean {
  if (one === '' || other === '') return false;
  const [a, b] = [one, other].map((version) => version.replace(PREFIX, '').toLowerCase());
  if (a === b) return false;
  return compareVersions(ECOSYSTEMS[ecosystem].scheme, a ?? '', b ?? '') !== 0;
}

/** How a document says it. */
export function versionMismatchText(
  { name }: SbomComponent,
  stated: string,
  inUrl: string,
): string {
  return `"${name}" has the version ${stated} and ${inUrl} in its package URL; nothing tells which is right`;
}
