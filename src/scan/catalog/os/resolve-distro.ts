/**
 * The choice between several claims about the operating system.
 *
 * Source: os-release(5) for the order of its two places; Debian and Alpine for the files with the
 * full version.
 */

import type { Distro } from '../../../core/model/package/package.ts';

/** One file's claim about the operating system. */
export interface DistroClaim {
  /** Absolute, in the merged view. */
  readonly path: string;
  readonly distro: Distro;
}

/**
 * Most telling first. Derivatives keep their parent's files (`debian_version`), so those of the
 * parent come last.
 */
const PRECEDENCE: readonly string[] = [
  '/etc/os-release',
  '/usr/lib/os-release',
  '/etc/lsb-release',
  '/etc/alpine-release',
  '/etc/oracle-release',
  '/etc/almalinux-release',
  '/etc/rocky-release',
  '/etc/centos-release',
  '/etc/fedora-release',
  '/etc/mariner-release',
  '/etc/photon-release',
  '/etc/system-release',
  '/etc/redhat-release',
  '/etc/SuSE-release',
  '/etc/gentoo-release',
  '/etc/slackware-version',
  '/etc/openwrt_version',
  '/etc/openwrt_release',
  '/etc/arch-release',
  '/etc/debian_version',
];

/**
 * Returns the system, with the fullest version known: `12.5` where os-release says `12` and
 * `debian_version` says `12.5`, what `alpine-release` says on Alpine, and the codename of Debian
 * testing, which has no version. The files of another system than the first claim's are not asked:
 * Ubuntu keeps Debian's `debian_version`. `undefined` without claims.
 */
export function resolveDistro(claims: readonly DistroClaim[]): Distro | undefined {
  const ordered = claims.toSorted((a, b) => rank(a.path) - rank(b.path));
  const first = ordered[0]?.distro;
  if (first === undefined) return undefined;
  const others = ordered.slice(1).filter(({ distro }) => distro.id === first.id);
  const codename = first.codename ?? others.find(({ distro }) => distro.codename)?.distro.codename;
  return {
    id: first.id,
    versionId: fullestVersion(first, others),
    ...(codename !== undefined && { codename }),
  };
}

function fullestVersion(first: Distro, others: readonly DistroClaim[]): string {
  const alpine = others.find(({ path }) => path === '/etc/alpine-release');
  if (alpine !== undefined) return alpine.distro.versionId;
  let version = first.versionId;
  for (const { distro } of others) {
    if (version === '' || distro.versionId.startsWith(`${version}.`)) version = distro.versionId;
  }
  return version;
}

function rank(path: string): number {
  const index = PRECEDENCE.indexOf(path);
  return index === -1 ? PRECEDENCE.length : index;
}
