/** Operating systems: what identifies them and their package databases. */

import type { CatalogerRow } from '../cataloger.ts';

/** Where distributions keep RPM's database: Fedora since 36 and SUSE in the second, ostree systems in the third. */
const RPM_FOLDERS = ['/var/lib/rpm', '/usr/lib/sysimage/rpm', '/usr/share/rpm'];
const RPM_FILES = [
  'Packages',
  'Packages.db',
  'rpmdb.sqlite',
  'rpmdb.sqlite-wal',
  'rpmdb.sqlite-journal',
];

export const SYSTEM_ROWS: readonly CatalogerRow[] = [
  {
    id: 'os/os-release',
    presence: 'installed',
    files: {
      paths: ['/etc/os-release', '/usr/lib/os-release', '/etc/lsb-release', '/etc/openwrt_release'],
    },
    version: 1,
    load: async () => (await import('../os/os-release.ts')).osRelease,
  },
  {
    id: 'os/release-file',
    presence: 'installed',
    files: {
      paths: [
        '/etc/alpine-release',
        '/etc/debian_version',
        '/etc/redhat-release',
        '/etc/centos-release',
        '/etc/rocky-release',
        '/etc/almalinux-release',
        '/etc/oracle-release',
        '/etc/fedora-release',
        '/etc/system-release',
        '/etc/mariner-release',
        '/etc/photon-release',
        '/etc/SuSE-release',
        '/etc/gentoo-release',
        '/etc/slackware-version',
        '/etc/arch-release',
        '/etc/openwrt_version',
      ],
    },
    version: 1,
    load: async () => (await import('../os/release-file.ts')).releaseFile,
  },
  {
    id: 'debian/dpkg-status',
    ecosystem: 'debian',
    presence: 'installed',
    files: { paths: ['/var/lib/dpkg/status', '/usr/lib/dpkg/status'] },
    version: 2,
    load: async () => (await import('../debian/dpkg-status.ts')).dpkgStatus,
  },
  {
    id: 'debian/dpkg-status-d',
    ecosystem: 'debian',
    presence: 'installed',
    files: { paths: ['/var/lib/dpkg/status.d/', '/usr/lib/dpkg/status.d/'] },
    version: 1,
    load: async () => (await import('../debian/dpkg-status-d.ts')).dpkgStatusD,
  },
  {
    id: 'debian/dpkg-md5sums',
    ecosystem: 'debian',
    presence: 'installed',
    files: { suffixes: ['.md5sums'] },
    version: 1,
    load: async () => (await import('../debian/dpkg-md5sums.ts')).dpkgMd5sums,
  },
  {
    id: 'debian/dpkg-diversions',
    ecosystem: 'debian',
    presence: 'installed',
    files: { paths: ['/var/lib/dpkg/diversions', '/usr/lib/dpkg/diversions'] },
    version: 1,
    load: async () => (await import('../debian/dpkg-diversions.ts')).dpkgDiversions,
  },
  {
    id: 'debian/dpkg-changelog',
    ecosystem: 'debian',
    presence: 'installed',
    files: { names: ['changelog.Debian.gz', 'changelog.gz'] },
    version: 1,
    load: async () => (await import('../debian/dpkg-changelog.ts')).dpkgChangelog,
  },
  {
    id: 'alpine/apk-installed',
    ecosystem: 'alpine',
    presence: 'installed',
    files: { paths: ['/lib/apk/db/installed', '/usr/lib/apk/db/installed'] },
    version: 2,
    load: async () => (await import('../alpine/apk-installed.ts')).apkInstalled,
  },
  {
    id: 'rpm/rpmdb',
    ecosystem: 'redhat',
    presence: 'installed',
    files: { paths: RPM_FOLDERS.flatMap((folder) => RPM_FILES.map((name) => `${folder}/${name}`)) },
    version: 1,
    load: async () => (await import('../rpm/rpmdb.ts')).rpmdb,
  },
];
