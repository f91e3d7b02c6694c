/**
 * The releases of distributions and the last day on which each is maintained free of charge. Dates
 * are facts of the projects; the comment at each table names what is counted. Paid extensions
 * (Ubuntu Pro, ELS, LTSS) do not count.
 */

import type { SystemEcosystem } from '../package/ecosystem.ts';

/** One release of a distribution. */
export interface DistroRelease {
  /** The release in the form of advisories: `12`, `3.19`. */
  readonly release: string;
  readonly codename?: string;
  /** Last day of free support, `YYYY-MM-DD`; absent while none is announced. */
  readonly supportedUntil?: string;
}

/** Newest first. End of LTS (wiki.debian.org/LTS). */
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

/** Newest first. End of support (alpinelinux.org/releases). */
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

/**
 * Newest first. End of standard support, without Ubuntu Pro (`eol` of Debian's distro-info-data
 * 0.66).
 */
export const UBUNTU_RELEASES: readonly DistroRelease[] = [
  { release: '26.10', codename: 'stonking', supportedUntil: '2027-07-15' },
  { release: '26.04', codename: 'resolute', supportedUntil: '2031-05-29' },
  { release: '25.10', codename: 'questing', supportedUntil: '2026-07-09' },
  { release: '25.04', codename: 'plucky', supportedUntil: '2026-01-15' },
  { release: '24.10', codename: 'oracular', supportedUntil: '2025-07-10' },
  { release: '24.04', codename: 'noble', supportedUntil: '2029-05-31' },
  { release: '23.10', codename: 'mantic', supportedUntil: '2024-07-11' },
  { release: '23.04', codename: 'lunar', supportedUntil: '2024-01-25' },
  { release: '22.10', codename: 'kinetic', supportedUntil: '2023-07-20' },
  { release: '22.04', codename: 'jammy', supportedUntil: '2027-06-01' },
  { release: '21.10', codename: 'impish', supportedUntil: '2022-07-14' },
  { release: '21.04', codename: 'hirsute', supportedUntil: '2022-01-20' },
  { release: '20.10', codename: 'groovy', supportedUntil: '2021-07-22' },
  { release: '20.04', codename: 'focal', supportedUntil: '2025-05-29' },
  { release: '19.10', codename: 'eoan', supportedUntil: '2020-07-17' },
  { release: '19.04', codename: 'disco', supportedUntil: '2020-01-23' },
  { release: '18.10', codename: 'cosmic', supportedUntil: '2019-07-18' },
  { release: '18.04', codename: 'bionic', supportedUntil: '2023-05-31' },
  { release: '17.10', codename: 'artful', supportedUntil: '2018-07-19' },
  { release: '17.04', codename: 'zesty', supportedUntil: '2018-01-13' },
  { release: '16.10', codename: 'yakkety', supportedUntil: '2017-07-20' },
  { release: '16.04', codename: 'xenial', supportedUntil: '2021-04-30' },
  { release: '15.10', codename: 'wily', supportedUntil: '2016-07-28' },
  { release: '15.04', codename: 'vivid', supportedUntil: '2016-02-04' },
  { release: '14.10', codename: 'utopic', supportedUntil: '2015-07-23' },
  { release: '14.04', codename: 'trusty', supportedUntil: '2019-04-25' },
  { release: '13.10', codename: 'saucy', supportedUntil: '2014-07-17' },
  { release: '13.04', codename: 'raring', supportedUntil: '2014-01-27' },
  { release: '12.10', codename: 'quantal', supportedUntil: '2014-05-16' },
  { release: '12.04', codename: 'precise', supportedUntil: '2017-04-28' },
];

/**
 * End of maintenance support, without Extended Life Cycle Support
 * (access.redhat.com/support/policy/updates/errata).
 */
const REDHAT_RELEASES: readonly DistroRelease[] = [
  { release: '10', supportedUntil: '2035-05-31' },
  { release: '9', supportedUntil: '2032-05-31' },
  { release: '8', supportedUntil: '2029-05-31' },
  { release: '7', supportedUntil: '2024-06-30' },
  { release: '6', supportedUntil: '2020-11-30' },
  { release: '5', supportedUntil: '2017-03-31' },
];

/**
 * CentOS Linux ended before the Red Hat releases that it was rebuilt from
 * (centos.org/centos-linux-eol).
 */
const CENTOS_RELEASES: readonly DistroRelease[] = [
  { release: '8', supportedUntil: '2021-12-31' },
  { release: '7', supportedUntil: '2024-06-30' },
  { release: '6', supportedUntil: '2020-11-30' },
  { release: '5', supportedUntil: '2017-03-31' },
];

/**
 * CentOS Stream ends with the full support of its Red Hat release (centos.org/stream9,
 * centos.org/download).
 */
const CENTOS_STREAM_RELEASES: readonly DistroRelease[] = [
  { release: '10' },
  { release: '9', supportedUntil: '2027-05-31' },
  { release: '8', supportedUntil: '2024-05-31' },
];

/** End of security support (wiki.almalinux.org/release-notes). */
const ALMALINUX_RELEASES: readonly DistroRelease[] = [
  { release: '10', supportedUntil: '2035-05-31' },
  { release: '9', supportedUntil: '2032-05-31' },
  { release: '8', supportedUntil: '2029-03-01' },
];

/** End of life (wiki.rockylinux.org/rocky/version). */
const ROCKY_RELEASES: readonly DistroRelease[] = [
  { release: '10', supportedUntil: '2035-05-31' },
  { release: '9', supportedUntil: '2032-05-31' },
  { release: '8', supportedUntil: '2029-05-31' },
];

/**
 * End of Premier Support; updates are free of charge until then (Oracle Linux lifetime support
 * policy).
 */
const ORACLE_RELEASES: readonly DistroRelease[] = [
  { release: '10', supportedUntil: '2035-06-30' },
  { release: '9', supportedUntil: '2032-06-30' },
  { release: '8', supportedUntil: '2029-07-31' },
  { release: '7', supportedUntil: '2024-12-31' },
  { release: '6', supportedUntil: '2021-03-31' },
  { release: '5', supportedUntil: '2017-06-30' },
];

/** End of life (aws.amazon.com/linux); 2022 was the preview of 2023 and ended with its release. */
const AMAZON_RELEASES: readonly DistroRelease[] = [
  { release: '2023', supportedUntil: '2029-06-30' },
  { release: '2022', supportedUntil: '2023-03-15' },
  { release: '2', supportedUntil: '2026-06-30' },
  { release: '1', supportedUntil: '2023-12-31' },
];

/**
 * End of life (docs.fedoraproject.org/en-US/releases/eol), about thirteen months behind each
 * release.
 */
const FEDORA_RELEASES: readonly DistroRelease[] = [
  { release: '45' },
  { release: '44' },
  { release: '43' },
  { release: '42', supportedUntil: '2026-05-13' },
  { release: '41', supportedUntil: '2025-12-15' },
  { release: '40', supportedUntil: '2025-05-13' },
  { release: '39', supportedUntil: '2024-11-26' },
  { release: '38', supportedUntil: '2024-05-21' },
  { release: '37', supportedUntil: '2023-12-05' },
  { release: '36', supportedUntil: '2023-05-16' },
  { release: '35', supportedUntil: '2022-12-13' },
  { release: '34', supportedUntil: '2022-06-07' },
];

/**
 * End of general support, without LTSS (suse.com/lifecycle). `micro-` is SUSE Linux Enterprise
 * Micro.
 */
const SUSE_RELEASES: readonly DistroRelease[] = [
  { release: '16.0', supportedUntil: '2027-11-30' },
  { release: '15.7', supportedUntil: '2031-07-31' },
  { release: '15.6', supportedUntil: '2025-12-31' },
  { release: '15.5', supportedUntil: '2024-12-31' },
  { release: '15.4', supportedUntil: '2023-12-31' },
  { release: '15.3', supportedUntil: '2022-12-31' },
  { release: '15.2', supportedUntil: '2021-12-31' },
  { release: '15.1', supportedUntil: '2021-01-31' },
  { release: '15', supportedUntil: '2019-12-31' },
  { release: '12.5', supportedUntil: '2024-10-31' },
  { release: '12.4', supportedUntil: '2020-06-30' },
  { release: '12.3', supportedUntil: '2019-06-30' },
  { release: '12.2', supportedUntil: '2018-03-31' },
  { release: '12.1', supportedUntil: '2017-05-31' },
  { release: '12', supportedUntil: '2016-06-30' },
  { release: '11.4', supportedUntil: '2019-03-31' },
  { release: 'micro-6.1' },
  { release: 'micro-6.0', supportedUntil: '2028-06-30' },
  { release: 'micro-5.5', supportedUntil: '2027-10-31' },
  { release: 'micro-5.4', supportedUntil: '2027-04-30' },
  { release: 'micro-5.3', supportedUntil: '2026-10-30' },
  { release: 'micro-5.2', supportedUntil: '2026-04-30' },
  { release: 'micro-5.1', supportedUntil: '2025-10-31' },
  { release: 'micro-5.0', supportedUntil: '2022-03-31' },
];

/** End of life (en.opensuse.org/Lifetime). */
const OPENSUSE_RELEASES: readonly DistroRelease[] = [
  { release: 'tumbleweed' },
  { release: '16.0', supportedUntil: '2027-10-31' },
  { release: '15.6', supportedUntil: '2026-04-30' },
  { release: '15.5', supportedUntil: '2024-12-31' },
  { release: '15.4', supportedUntil: '2023-12-07' },
  { release: '15.3', supportedUntil: '2022-12-31' },
  { release: '15.2', supportedUntil: '2022-01-04' },
  { release: '15.1', supportedUntil: '2021-02-02' },
  { release: '15.0', supportedUntil: '2019-12-03' },
  { release: '42.3', supportedUntil: '2019-07-01' },
  { release: '42.2', supportedUntil: '2018-01-26' },
  { release: '42.1', supportedUntil: '2017-05-17' },
  { release: 'micro-6.0' },
  { release: 'micro-5.5' },
  { release: 'micro-5.4' },
  { release: 'micro-5.3' },
  { release: 'micro-5.2' },
];

/** 1 and 2 were called CBL-Mariner (learn.microsoft.com/azure/azure-linux/support-cycle). */
const AZURELINUX_RELEASES: readonly DistroRelease[] = [
  { release: '3' },
  { release: '2', supportedUntil: '2025-07-31' },
  { release: '1', supportedUntil: '2023-07-31' },
];

/**
 * End of support (blogs.vmware.com, "Photon 1.x - End of Support Announcement"; endoflife.date for
 * later ones).
 */
const PHOTON_RELEASES: readonly DistroRelease[] = [
  { release: '5.0' },
  { release: '4.0', supportedUntil: '2027-10-11' },
  { release: '3.0', supportedUntil: '2025-10-02' },
  { release: '2.0', supportedUntil: '2022-12-01' },
  { release: '1.0', supportedUntil: '2022-02-28' },
];

/**
 * Long-term releases and their service packs (openeuler.org/en/other/lifecycle); dates are not kept
 * here yet.
 */
const OPENEULER_RELEASES: readonly DistroRelease[] = [
  { release: '24.03-LTS-SP2' },
  { release: '24.03-LTS-SP1' },
  { release: '24.03-LTS' },
  { release: '22.03-LTS-SP4' },
  { release: '22.03-LTS-SP3' },
  { release: '22.03-LTS-SP2' },
  { release: '22.03-LTS-SP1' },
  { release: '22.03-LTS' },
  { release: '20.03-LTS-SP4' },
  { release: '20.03-LTS-SP3' },
  { release: '20.03-LTS-SP2' },
  { release: '20.03-LTS-SP1' },
  { release: '20.03-LTS' },
];

/** End of support (mageia.org/en/support). */
const MAGEIA_RELEASES: readonly DistroRelease[] = [
  { release: '9' },
  { release: '8', supportedUntil: '2023-11-30' },
  { release: '7', supportedUntil: '2021-06-30' },
];

/**
 * Releases of all systems; none where a system is rolling, so that only its newest state is
 * maintained.
 */
export const DISTRO_RELEASES: Readonly<Record<SystemEcosystem, readonly DistroRelease[]>> = {
  debian: DEBIAN_RELEASES,
  alpine: ALPINE_RELEASES,
  ubuntu: UBUNTU_RELEASES,
  echo: [],
  wolfi: [],
  chainguard: [],
  minimos: [],
  redhat: REDHAT_RELEASES,
  almalinux: ALMALINUX_RELEASES,
  rocky: ROCKY_RELEASES,
  oracle: ORACLE_RELEASES,
  amazon: AMAZON_RELEASES,
  fedora: FEDORA_RELEASES,
  suse: SUSE_RELEASES,
  opensuse: OPENSUSE_RELEASES,
  azurelinux: AZURELINUX_RELEASES,
  photon: PHOTON_RELEASES,
  openeuler: OPENEULER_RELEASES,
  mageia: MAGEIA_RELEASES,
  bottlerocket: [],
  arch: [],
  gentoo: [],
  cos: [],
  openwrt: [],
};

/**
 * Systems that take the advisories of another and end on days of their own, by `id` and, behind a
 * slash, codename.
 */
export const DERIVATIVE_RELEASES: ReadonlyMap<string, readonly DistroRelease[]> = new Map([
  ['centos', CENTOS_RELEASES],
  ['centos/stream', CENTOS_STREAM_RELEASES],
]);
