/** A well-formed file of each row of the list of catalogers. */

import { ndbDatabase, rpmHeader } from '../support/rpm.ts';
import { WELL_FORMED_INSTALLED } from './well-formed-installed.ts';
import { WELL_FORMED_LOCKFILES } from './well-formed-lockfiles.ts';
import { WELL_FORMED_PROJECTS } from './well-formed-projects.ts';

/** By the id of the row; to be cut and bent. */
export const WELL_FORMED: Readonly<
  Record<string, { readonly path: string; readonly body: string }>
> = {
  'os/os-release': { path: '/etc/os-release', body: 'ID=debian\nVERSION_ID="12"\n' },
  'os/release-file': {
    path: '/etc/redhat-release',
    body: 'CentOS Linux release 7.9.2009 (Core)\n',
  },
  'debian/dpkg-status': {
    path: '/var/lib/dpkg/status',
    body: 'Package: a\nStatus: install ok installed\nVersion: 1\nSource: b (2)\nDepends: c | d (>= 1)\n\n',
  },
  'debian/dpkg-status-d': {
    path: '/var/lib/dpkg/status.d/a',
    body: 'Package: a\nVersion: 1\nDescription: x\n y\n',
  },
  'alpine/apk-installed': {
    path: '/lib/apk/db/installed',
    body: 'C:Q1qKcZ+j23xssAXmgQhkOO8dHnbWw=\nP:a\nV:1-r0\nD:b>1 so:c\np:so:d=1\nF:etc\nR:x\na:0:0:777\nZ:Q1qKcZ+j23xssAXmgQhkOO8dHnbWw=\n\n',
  },
  'rpm/rpmdb': { path: '/var/lib/rpm/Packages.db', body: rpmDatabase() },
  'rpm/rpm-manifest': {
    path: '/var/lib/rpmmanifest/container-manifest-2',
    body: 'a\t1-2\t1\t2\tb\t(none)\t9\tnoarch\t0\tc-1-2.src.rpm\n',
  },
  'ubuntu/chisel-manifest': {
    path: '/var/lib/chisel/manifest.wall',
    body: '{"jsonwall":"1.0"}\n{"kind":"package","name":"a","version":"1"}\n{"kind":"path","path":"/a","slices":["a_b"],"link":"c"}\n',
  },
  'arch/pacman-desc': {
    path: '/var/lib/pacman/local/a-1-1/desc',
    body: '%NAME%\na\n\n%VERSION%\n1-1\n\n%DEPENDS%\nb>=1\n\n',
  },
  'gentoo/portage': { path: '/var/db/pkg/b/a-1/PF', body: 'a-1.2_rc3-r1\n' },
  'openwrt/opkg-status': {
    path: '/usr/lib/opkg/status',
    body: 'Package: a\nVersion: 1\nStatus: install ok installed\nDepends: b (>= 1), c\n\n',
  },
  'cos/package-info': {
    path: '/etc/cos-package-info.json',
    body: '{"installedPackages":[{"category":"a","name":"b","version":"1"}]}',
  },
  'npm/package-lock': {
    path: '/app/package-lock.json',
    body: '{"lockfileVersion":3,"packages":{"":{"dependencies":{"a":"1"}},"node_modules/a":{"version":"1.0.0","dependencies":{"b":"1"},"integrity":"sha1-qKcZ"},"node_modules/b":{"resolved":"p/b","link":true},"p/b":{"version":"1"}},"dependencies":{"a":{"version":"npm:x@1.0.0","requires":{"b":"1"},"dependencies":{"b":{"version":"1"}}}}}',
  },
  'npm/node-package': {
    path: '/app/node_modules/a/package.json',
    body: '{"name":"a","version":"1.0.0","licenses":[{"type":"MIT"}],"dependencies":{"b":"1"}}',
  },
  'pypi/dist-info': {
    path: '/lib/a-1.dist-info/METADATA',
    body: 'Metadata-Version: 2.1\nName: a\nVersion: 1\nRequires-Dist: b; extra == "c"\n\nbody\n',
  },
  'pypi/egg-info': { path: '/lib/a-1.egg-info', body: 'Name: a\nVersion: 1\n' },
  'sbom/document': {
    path: '/a.cdx.json',
    body: '{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"type":"operating-system","name":"debian","version":"12"},{"type":"library","bom-ref":"a","name":"a","version":"1:2","purl":"pkg:deb/debian/a@2?epoch=1&upstream=b%401","licenses":[{"license":{"id":"MIT"}}],"components":[{"type":"library","name":"c","purl":"pkg:npm/c@1"}]}],"dependencies":[{"ref":"a","dependsOn":["b"]}]}',
  },
  'sbom/embedded': {
    path: '/opt/bitnami/a/.spdx-a.spdx',
    body: 'SPDXVersion: SPDX-2.3\n# c\nPackageName: a\nSPDXID: SPDXRef-a\nPackageVersion: 1\nPackageComment: <text>x\ny</text>\nExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1\nPackageChecksum: SHA1: 00\nPackageLicenseDeclared: LicenseRef-a\nAnnotationComment: <text>PkgType: npm</text>\nRelationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-a\nLicenseID: LicenseRef-a\nLicenseName: A\n',
  },
  'sbom/named': {
    path: '/opt/a/bom.json',
    body: '{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"type":"library","name":"a","version":"1","purl":"pkg:npm/a@1"}]}',
  },
  'other/unread-lockfile': { path: '/app/yarn.lock', body: '# yarn lockfile v1\n' },
  'pypi/egg': { path: '/lib/a-1.egg', body: 'PK\x05\x06' + '\0'.repeat(18) },
  ...WELL_FORMED_INSTALLED,
  ...WELL_FORMED_LOCKFILES,
  ...WELL_FORMED_PROJECTS,
};

/** One package, in RPM's own form of a database. */
function rpmDatabase(): string {
  const header = rpmHeader(
    new Map([
      [1000, { text: 'a' }],
      [1001, { text: '1' }],
      [1002, { text: '2' }],
      [1049, { texts: ['b'] }],
      [1116, { int32: [0] }],
      [1117, { texts: ['x'] }],
      [1118, { texts: ['/'] }],
      [1030, { int16: [0o100644] }],
    ]),
  );
  return ndbDatabase([header]).toString('latin1');
}
