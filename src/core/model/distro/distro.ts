/**
 * Facts about distributions: the advisories that cover them, the release name there, and the end of
 * free maintenance (the dates are in `distro-releases.ts`).
 *
 * Source: os-release(5) as the distributions fill it in; the OSV schema, "Defined ecosystems", for
 * the names of releases.
 */

import {
  ALPINE_RELEASES,
  DEBIAN_RELEASES,
  DISTRO_RELEASES,
  DERIVATIVE_RELEASES,
  UBUNTU_RELEASES,
  type DistroRelease,
} from './distro-releases.ts';
import { ECOSYSTEMS, type Ecosystem, type SystemEcosystem } from '../package/ecosystem.ts';
import type { Distro } from '../package/package.ts';

export { ALPINE_RELEASES, DEBIAN_RELEASES, DISTRO_RELEASES, type DistroRelease };

/** An `AdvisoryNeed` of a system; rolling ones have no release. */
export interface SystemNeed {
  readonly ecosystem: SystemEcosystem;
  readonly release?: string;
}

/**
 * The release that advisories name, from what the system says; `undefined` where it says too
 * little.
 */
type ReleaseOf = (distro: Distro) => string | undefined;

const MAJOR = /^(?<release>\d+)(?:\.|$)/;
const MAJOR_MINOR = /^(?<release>\d+\.\d+)(?:\.|_|$)/;
/**
 * Snapshots of Alpine's development branch are dated, as in `3.24.0_alpha20260801` or `20240923`.
 */
const ALPINE_EDGE = /^(?:edge|\d{8}|\d+\.\d+\.\d+_alpha\d{8})/;
/** trivy calls a system of extended maintenance `20.04-ESM`. */
const UBUNTU = /^(?<release>\d+\.\d+)(?:\.\d+)*(?:-ESM)?$/i;
const SUSE = /^(?<release>\d+(?:\.\d+)?)$/;
const OPENEULER = /^(?<release>\d+\.\d+(?:-LTS(?:-SP\d+)?)?)$/;
const SNAPSHOT = /^\d{8}$/;

const ROLLING: ReleaseOf = () => undefined;

/**
 * Systems by `ID` of os-release. A derivative stands here only where its packages are those of the
 * parent, or built from the same sources under the same versions: `ID_LIKE` says nothing of that,
 * so Kali or Mint have no advisories.
 */
const SYSTEMS: ReadonlyMap<
  string,
  { readonly ecosystem: SystemEcosystem; readonly releaseOf: ReleaseOf }
> = new Map<string, { readonly ecosystem: SystemEcosystem; readonly releaseOf: ReleaseOf }>([
  ['debian', { ecosystem: 'debian', releaseOf: debianRelease }],
  // Debian's sources, built for older ARM processors under Debian's versions.
  ['raspbian', { ecosystem: 'debian', releaseOf: debianRelease }],
  ['ubuntu', { ecosystem: 'ubuntu', releaseOf: ubuntuRelease }],
  ['echo', { ecosystem: 'echo', releaseOf: ROLLING }],
  ['alpine', { ecosystem: 'alpine', releaseOf: alpineRelease }],
  ['wolfi', { ecosystem: 'wolfi', releaseOf: ROLLING }],
  ['chainguard', { ecosystem: 'chainguard', releaseOf: ROLLING }],
  ['minimos', { ecosystem: 'minimos', releaseOf: ROLLING }],
  ['rhel', { ecosystem: 'redhat', releaseOf: (distro) => matched(MAJOR, distro) }],
  // Rebuilt from Red Hat's sources under Red Hat's versions; CentOS Stream is what the next minor
  // release will be.
  ['centos', { ecosystem: 'redhat', releaseOf: (distro) => matched(MAJOR, distro) }],
  ['almalinux', { ecosystem: 'almalinux', releaseOf: (distro) => matched(MAJOR, distro) }],
  ['rocky', { ecosystem: 'rocky', releaseOf: (distro) => matched(MAJOR, distro) }],
  ['ol', { ecosystem: 'oracle', releaseOf: (distro) => matched(MAJOR, distro) }],
  ['amzn', { ecosystem: 'amazon', releaseOf: amazonRelease }],
  ['fedora', { ecosystem: 'fedora', releaseOf: (distro) => matched(MAJOR, distro) }],
  ['sles', { ecosystem: 'suse', releaseOf: suseRelease }],
  ['sled', { ecosystem: 'suse', releaseOf: suseRelease }],
  ['sles_sap', { ecosystem: 'suse', releaseOf: suseRelease }],
  ['sle_hpc', { ecosystem: 'suse', releaseOf: suseRelease }],
  ['suse', { ecosystem: 'suse', releaseOf: suseRelease }],
  ['sle-micro', { ecosystem: 'suse', releaseOf: microRelease }],
  ['sl-micro', { ecosystem: 'suse', releaseOf: microRelease }],
  ['suse-microos', { ecosystem: 'suse', releaseOf: microRelease }],
  ['opensuse-leap', { ecosystem: 'opensuse', releaseOf: (distro) => matched(MAJOR_MINOR, distro) }],
  ['opensuse', { ecosystem: 'opensuse', releaseOf: (distro) => matched(MAJOR_MINOR, distro) }],
  ['opensuse-leap-micro', { ecosystem: 'opensuse', releaseOf: microRelease }],
  // MicroOS takes its packages from Tumbleweed.
  ['opensuse-tumbleweed', { ecosystem: 'opensuse', releaseOf: () => 'tumbleweed' }],
  ['opensuse-microos', { ecosystem: 'opensuse', releaseOf: () => 'tumbleweed' }],
  ['azurelinux', { ecosystem: 'azurelinux', releaseOf: (distro) => matched(MAJOR, distro) }],
  ['mariner', { ecosystem: 'azurelinux', releaseOf: (distro) => matched(MAJOR, distro) }],
  ['photon', { ecosystem: 'photon', releaseOf: (distro) => matched(MAJOR_MINOR, distro) }],
  ['openeuler', { ecosystem: 'openeuler', releaseOf: (distro) => matched(OPENEULER, distro) }],
  ['mageia', { ecosystem: 'mageia', releaseOf: (distro) => matched(MAJOR, distro) }],
  ['bottlerocket', { ecosystem: 'bottlerocket', releaseOf: ROLLING }],
  ['arch', { ecosystem: 'arch', releaseOf: ROLLING }],
  ['gentoo', { ecosystem: 'gentoo', releaseOf: ROLLING }],
  ['cos', { ecosystem: 'cos', releaseOf: ROLLING }],
  ['openwrt', { ecosystem: 'openwrt', releaseOf: ROLLING }],
]);

/**
 * Returns the advisories that cover a system: `undefined` if none are known for it, or if its
 * release is unknown.
 */
export function advisoryNeed(distro: Distro): SystemNeed | undefined {
  const system = SYSTEMS.get(distro.id);
  if (system === undefined) return undefined;
  const { ecosystem, releaseOf } = system;
  if (releaseOf === ROLLING) return { ecosystem };
  const release = releaseOf(distro);
  return release === undefined ? undefined : { ecosystem, release };
}

/**
 * Returns the ecosystem of a system by its `ID` of os-release, whether or not its release is known.
 */
export function ecosystemOfSystem(id: string): SystemEcosystem | undefined {
  return SYSTEMS.get(id)?.ecosystem;
}

function matched(form: RegExp, { versionId }: Distro): string | undefined {
  return form.exec(versionId)?.groups?.['release'];
}

function debianRelease(distro: Distro): string | undefined {
  const { codename } = distro;
  return (
    matched(MAJOR, distro) ?? DEBIAN_RELEASES.find((row) => row.codename === codename)?.release
  );
}

function ubuntuRelease(distro: Distro): string | undefined {
  const { codename } = distro;
  return (
    matched(UBUNTU, distro) ?? UBUNTU_RELEASES.find((row) => row.codename === codename)?.release
  );
}

function alpineRelease(distro: Distro): string | undefined {
  return ALPINE_EDGE.test(distro.versionId) ? 'edge' : matched(MAJOR_MINOR, distro);
}

/**
 * The first one was named by its date, as in `2018.03`; 2023 has point releases behind a dot, as in
 * `2023.3.20240304`.
 */
function amazonRelease(distro: Distro): string | undefined {
  const year = matched(MAJOR, distro);
  return year !== undefined && /^201\d$/.test(year) ? '1' : year;
}

/**
 * `15.5` is service pack 5 of 15. There was never a Server 5; tools write SUSE Linux Enterprise
 * Micro 5.3 like that.
 */
function suseRelease(distro: Distro): string | undefined {
  const release = matched(SUSE, distro);
  return release?.startsWith('5.') === true ? `micro-${release}` : release;
}

function microRelease(distro: Distro): string | undefined {
  const release = matched(MAJOR_MINOR, distro);
  return release === undefined || SNAPSHOT.test(distro.versionId) ? undefined : `micro-${release}`;
}

/**
 * Returns the ecosystem that packages of a system are of, where a package database does not tell:
 * Wolfi keeps its packages as Alpine does. `ecosystem` itself where the system is not known, or
 * keeps them otherwise.
 */
export function ecosystemIn(system: Distro | undefined, ecosystem: Ecosystem): Ecosystem {
  const own = system && ecosystemOfSystem(system.id);
  if (own === undefined || ECOSYSTEMS[ecosystem].kind !== 'os') return ecosystem;
  return ECOSYSTEMS[own].purlType === ECOSYSTEMS[ecosystem].purlType ? own : ecosystem;
}

/**
 * Returns the releases of the system that a distribution is one of; empty for rolling systems and
 * unknown ones.
 */
export function releasesOf({ id, codename = '' }: Distro): readonly DistroRelease[] {
  const ecosystem = ecosystemOfSystem(id);
  if (ecosystem === undefined) return [];
  return (
    DERIVATIVE_RELEASES.get(`${id}/${codename}`) ??
    DERIVATIVE_RELEASES.get(id) ??
    DISTRO_RELEASES[ecosystem]
  );
}

/**
 * Returns the table's row for a system, `undefined` for rolling systems, and for systems and
 * releases that it does not know.
 */
export function distroRelease(distro: Distro): DistroRelease | undefined {
  const need = advisoryNeed(distro);
  return need && releasesOf(distro).find((row) => row.release === need.release);
}
