/**
 * The operating system that a document or a package URL names.
 *
 * Source: package-url/purl-spec, qualifier `distro` (`jessie`, `debian-12`, `fedora-25`); trivy and
 * syft for the names of systems in components of the type `operating-system`. Tools name some
 * systems otherwise than `os-release` does.
 */

import { DEBIAN_RELEASES } from '../../../core/model/distro/distro.ts';
import type { Distro } from '../../../core/model/package/package.ts';
import type { PackageUrl } from '../../../core/model/purl/purl.ts';

/** `ID` of os-release by the names that trivy gives. */
const OS_RELEASE_IDS: ReadonlyMap<string, string> = new Map([
  ['alma', 'almalinux'],
  ['amazon', 'amzn'],
  ['cbl-mariner', 'mariner'],
  ['opensuse leap', 'opensuse-leap'],
  ['opensuse tumbleweed', 'opensuse-tumbleweed'],
  ['opensuse.leap', 'opensuse-leap'],
  ['opensuse.tumbleweed', 'opensuse-tumbleweed'],
  ['oracle', 'ol'],
  ['red hat enterprise linux', 'rhel'],
  ['redhat', 'rhel'],
  ['suse linux enterprise micro', 'sle-micro'],
  ['suse linux enterprise server', 'sles'],
]);

/** `NAME-VERSION`; a name may itself have hyphens, a version begins with a digit. */
const NAMED = /^(?<id>[a-z][a-z._-]*?)-(?<version>\d.*)?$/i;
const VERSION = /^\d/;
/** trivy keeps it behind the version of Amazon Linux: `2 (Karoo)`. */
const CODENAME = / \([^)]{1,40}\)$/;

/** Returns a system as a document names it: `debian`, `Red Hat Enterprise Linux`. */
export function distroNamed(name: string, versionId: string, codename?: string): Distro {
  const lower = name.toLowerCase().trim();
  return {
    id: OS_RELEASE_IDS.get(lower) ?? lower,
    versionId: versionId.replace(CODENAME, ''),
    ...(codename !== undefined && codename !== '' && { codename: codename.toLowerCase() }),
  };
}

/**
 * Returns the system that a package's URL names; `undefined` where it names none, the version empty
 * where it names no release.
 */
export function distroOfPurl({ namespace, qualifiers }: PackageUrl): Distro | undefined {
  const written = qualifiers.get('distro') ?? '';
  const groups = NAMED.exec(written)?.groups;
  if (groups?.['id'] !== undefined) return distroNamed(groups['id'], groups['version'] ?? '');
  if (namespace === undefined) return undefined;
  if (VERSION.test(written)) return distroNamed(namespace, written);
  const codename = written.toLowerCase();
  if (written === namespace || codename === '') return distroNamed(namespace, '');
  const release = DEBIAN_RELEASES.find((row) => row.codename === codename)?.release ?? '';
  return distroNamed(namespace, namespace === 'debian' ? release : '', codename);
}
