/**
 * What is known of distributions: their releases, which advisories speak of them, and until when they are maintained
 * free of charge. Dates are facts of the projects (Debian: end of LTS; Alpine and AlmaLinux: end of security support).
 */

import { ECOSYSTEMS, type Ecosystem, type SystemEcosystem } from './ecosystem.ts';
import type { Distro } from './package.ts';

/** An `AdvisoryNeed` of a system; rolling ones have no release. */
export interface SystemNeed {
  readonly ecosystem: SystemEcosystem;
  readonly release?: string;
}

/** One release of a distribution. */
export interface DistroRelease {
  /** As advisories name it: `12`, `3.19`. */
  readonly release: string;
  readonly codename?: string;
  /** Last day of free support, `YYYY-MM-DD`; absent while none is announced. */
  readonly supportedUntil?: string;
}

/** Newest first. */
export const DEBIAN_RELEASES: readonly DistroRelease[] = [
  { release: 'sid', codename: 'sid' },
  { release: '14', codename: 'forky' },
  { release: '13', codename: 'trixie', supportedUntil: '2030-06-30' },
  { release: '12', codename: 'bookworm', supportedUntil: '2028-06-30' },
  { release: '11', codename: 'bullseye', supportedUntil: '2026-08-31' },
  { release: '10', codename: 'buster', supportedUntil: '2024-06-30' },
  { release: '9', codename: 'stretch', supportedUntil: '2022-06-30' },
  { release: '8', codename: 'jessie', supportedUntil: '2020-06-30' },
  { release: '7', codename: 'wheezy', supportedUntil: '2018-05-31' },
];

/** Newest first. */
export const ALPINE_RELEASES: readonly DistroRelease[] = [
  { release: 'edge' },
  { release: '3.23', supportedUntil: '2027-11-01' },
  { release: '3.22', supportedUntil: '2027-05-01' },
  { release: '3.21', supportedUntil: '2026-11-01' },
  { release: '3.20', supportedUntil: '2026-04-01' },
  { release: '3.19', supportedUntil: '2025-11-01' },
  { release: '3.18', supportedUntil: '2025-05-09' },
  { release: '3.17', supportedUntil: '2024-11-22' },
  { release: '3.16', supportedUntil: '2024-05-23' },
  { release: '3.15', supportedUntil: '2023-11-01' },
  { release: '3.14', supportedUntil: '2023-05-01' },
  { release: '3.13', supportedUntil: '2022-11-01' },
  { release: '3.12', supportedUntil: '2022-05-01' },
  { release: '3.11', supportedUntil: '2021-11-01' },
  { release: '3.10', supportedUntil: '2021-05-01' },
  { release: '3.9', supportedUntil: '2020-11-01' },
  { release: '3.8', supportedUntil: '2020-05-01' },
  { release: '3.7', supportedUntil: '2019-11-01' },
  { release: '3.6', supportedUntil: '2019-05-01' },
  { release: '3.5', supportedUntil: '2018-11-01' },
  { release: '3.4', supportedUntil: '2018-05-01' },
  { release: '3.3', supportedUntil: '2017-11-01' },
];

/** Newest first. */
const ALMALINUX_RELEASES: readonly DistroRelease[] = [
  { release: '10', supportedUntil: '2035-05-31' },
  { release: '9', supportedUntil: '2032-05-31' },
  { release: '8', supportedUntil: '2029-03-01' },
];

/** Releases of all systems; none where a system is rolling, so that only its newest state is maintained. */
export const DISTRO_RELEASES: Readonly<Record<SystemEcosystem, readonly DistroRelease[]>> = {
  debian: DEBIAN_RELEASES,
  alpine: ALPINE_RELEASES,
  almalinux: ALMALINUX_RELEASES,
  wolfi: [],
  chainguard: [],
};

const MAJOR = /^(?<major>\d+)(?:\.|$)/;
const MAJOR_MINOR = /^(?<branch>\d+\.\d+)(?:\.|_|$)/;
/** Snapshots of Alpine's development branch are dated, as in `3.24.0_alpha20260801` or `20240923`. */
const ALPINE_EDGE = /^(?:edge|\d{8}|\d+\.\d+\.\d+_alpha\d{8})/;

/**
 * Which advisories speak of a system: `undefined` where none are known for it. Derivatives (`ID_LIKE`) are not taken
 * for their parent, because their packages are rebuilt.
 */
export function advisoryNeed(distro: Distro): SystemNeed | undefined {
  switch (distro.id) {
    case 'debian':
      return ofRelease('debian', debianRelease(distro));
    case 'alpine':
      return ofRelease('alpine', alpineRelease(distro));
    case 'almalinux':
      return ofRelease('almalinux', MAJOR.exec(distro.versionId)?.groups?.['major']);
    case 'wolfi':
    case 'chainguard':
      return { ecosystem: distro.id };
    default:
      return undefined;
  }
}

function ofRelease(ecosystem: SystemEcosystem, release?: string): SystemNeed | undefined {
  return release === undefined ? undefined : { ecosystem, release };
}

function debianRelease({ versionId, codename }: Distro): string | undefined {
  const major = MAJOR.exec(versionId)?.groups?.['major'];
  return major ?? DEBIAN_RELEASES.find((row) => row.codename === codename)?.release;
}

function alpineRelease({ versionId }: Distro): string | undefined {
  if (ALPINE_EDGE.test(versionId)) return 'edge';
  return MAJOR_MINOR.exec(versionId)?.groups?.['branch'];
}

/**
 * The ecosystem that packages of a system are of, where a package database does not tell: Wolfi keeps its packages as
 * Alpine does. `ecosystem` itself where the system is not known, or keeps them otherwise.
 */
export function ecosystemIn(system: Distro | undefined, ecosystem: Ecosystem): Ecosystem {
  const own = system && advisoryNeed(system)?.ecosystem;
  if (own === undefined || ECOSYSTEMS[ecosystem].kind !== 'os') return ecosystem;
  return ECOSYSTEMS[own].purlType === ECOSYSTEMS[ecosystem].purlType ? own : ecosystem;
}

/** The table's row for a system, `undefined` for rolling systems, and for systems and releases that it does not know. */
export function distroRelease(distro: Distro): DistroRelease | undefined {
  const need = advisoryNeed(distro);
  if (need === undefined) return undefined;
  return DISTRO_RELEASES[need.ecosystem].find((row) => row.release === need.release);
}
