/**
 * Which cases Assay can be judged by at all: its own lists decide, so that a case counts as soon as
 * they grow.
 */

import { catalogersOf } from '../../src/scan/catalog/list.ts';
import { distroNamed } from '../../src/scan/catalog/sbom/purl-distro.ts';
import { detectSbomFormat } from '../../src/formats/text/sbom-format.ts';
import { compileSelectors } from '../../src/scan/collect/selector.ts';
import { advisoryNeed } from '../../src/core/model/distro/distro.ts';
import { ECOSYSTEMS } from '../../src/core/model/package/ecosystem.ts';
import { parsePackageUrl } from '../../src/core/model/purl/purl.ts';
import { ecosystemOfPurl } from '../../src/core/model/purl/purl-package.ts';

const SELECTORS = compileSelectors(catalogersOf('directory'));

/** Tells that a lockfile is there, and reads none. */
const NAMES_ONLY = 'other/unread-lockfile';

/** A system as a case names it. */
export interface NamedSystem {
  readonly name: string;
  readonly version: string;
}

/** Why packages with these package URLs cannot be matched yet, `undefined` where they can. */
export function unknownPackages(
  purls: readonly string[],
  system: NamedSystem | undefined,
): string | undefined {
  for (const text of purls) {
    const purl = parsePackageUrl(text);
    const ecosystem = ecosystemOfPurl(purl);
    if (ecosystem === undefined) return `package URLs of type ${purl.type}`;
    if (ECOSYSTEMS[ecosystem].kind === 'os' && unknownSystem(system) !== undefined) {
      return unknownSystem(system);
    }
  }
  return undefined;
}

/** Why packages of a system cannot be matched yet, `undefined` where they can. */
export function unknownSystem(system: NamedSystem | undefined): string | undefined {
  if (system === undefined) return 'no system';
  const need = advisoryNeed(distroNamed(system.name, system.version));
  return need === undefined ? `the system ${system.name}` : undefined;
}

/** Whether a reader finds packages in a file of this path, seen from the root of a folder. */
export function isReadFile(path: string): boolean {
  return SELECTORS.wantedBy(`/${path}`).some((id) => id !== NAMES_ONLY);
}

/** Whether a file's first bytes are those of an SBOM. */
export function isSbom(head: Uint8Array): boolean {
  const form = detectSbomFormat(head);
  return form !== undefined && form !== 'json';
}
