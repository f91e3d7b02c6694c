/** All catalogers: one row a format, cheap and always loaded. The code behind a row is loaded when a file is wanted. */

import type { Artifact } from '../model/artifact.ts';
import type { CatalogerRow } from './cataloger.ts';
import { UNREAD_LOCKFILES } from './unread-lockfiles.ts';

export const CATALOGERS: readonly CatalogerRow[] = [
  {
    id: 'os/os-release',
    presence: 'installed',
    files: {
      paths: ['/etc/os-release', '/usr/lib/os-release', '/etc/lsb-release', '/etc/openwrt_release'],
    },
    version: 1,
    load: async () => (await import('./os/os-release.ts')).osRelease,
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
    load: async () => (await import('./os/release-file.ts')).releaseFile,
  },
  {
    id: 'debian/dpkg-status',
    ecosystem: 'debian',
    presence: 'installed',
    files: { paths: ['/var/lib/dpkg/status', '/usr/lib/dpkg/status'] },
    version: 1,
    load: async () => (await import('./debian/dpkg-status.ts')).dpkgStatus,
  },
  {
    id: 'debian/dpkg-status-d',
    ecosystem: 'debian',
    presence: 'installed',
    files: { paths: ['/var/lib/dpkg/status.d/', '/usr/lib/dpkg/status.d/'] },
    version: 1,
    load: async () => (await import('./debian/dpkg-status-d.ts')).dpkgStatusD,
  },
  {
    id: 'alpine/apk-installed',
    ecosystem: 'alpine',
    presence: 'installed',
    files: { paths: ['/lib/apk/db/installed', '/usr/lib/apk/db/installed'] },
    version: 1,
    load: async () => (await import('./alpine/apk-installed.ts')).apkInstalled,
  },
  {
    id: 'npm/package-lock',
    ecosystem: 'npm',
    presence: 'declared',
    files: { names: ['package-lock.json', 'npm-shrinkwrap.json'] },
    version: 1,
    load: async () => (await import('./npm/package-lock.ts')).packageLock,
  },
  {
    id: 'npm/node-package',
    ecosystem: 'npm',
    presence: 'installed',
    files: { names: ['package.json'] },
    version: 1,
    load: async () => (await import('./npm/node-package.ts')).nodePackage,
  },
  {
    id: 'pypi/dist-info',
    ecosystem: 'pypi',
    presence: 'installed',
    files: { suffixes: ['.dist-info/METADATA'] },
    version: 1,
    load: async () => (await import('./pypi/dist-info.ts')).distInfo,
  },
  {
    id: 'pypi/egg-info',
    ecosystem: 'pypi',
    presence: 'installed',
    files: { suffixes: ['.egg-info', '.egg-info/PKG-INFO', '/EGG-INFO/PKG-INFO'] },
    version: 1,
    load: async () => (await import('./pypi/egg-info.ts')).eggInfo,
  },
  {
    id: 'pypi/egg',
    ecosystem: 'pypi',
    presence: 'installed',
    files: { suffixes: ['.egg'] },
    version: 1,
    load: async () => (await import('./pypi/egg.ts')).egg,
  },
  {
    id: 'sbom/cyclonedx-json',
    presence: 'declared',
    artifacts: ['sbom'],
    // The document is the artifact's only file, whatever its name.
    files: { paths: ['/'] },
    version: 1,
    load: async () => (await import('./sbom/cyclonedx-json.ts')).cyclonedxJson,
  },
  {
    id: 'other/unread-lockfile',
    presence: 'declared',
    // An image is judged by what is installed; there a lockfile that is not read leaves less out.
    artifacts: ['directory', 'repository', 'file'],
    files: { names: [...UNREAD_LOCKFILES.keys()] },
    version: 1,
    load: async () => (await import('./other/unread-lockfile.ts')).unreadLockfile,
  },
];

/** The catalogers that read artifacts of a kind. */
export function catalogersOf(kind: Artifact['kind']): readonly CatalogerRow[] {
  return CATALOGERS.filter(({ artifacts }) =>
    artifacts === undefined ? kind !== 'sbom' : artifacts.includes(kind),
  );
}
