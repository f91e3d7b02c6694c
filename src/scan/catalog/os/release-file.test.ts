import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { releaseFile } from './release-file.ts';

describe('releaseFile', () => {
  it.each([
    ['debian_version', '12.5\n', { id: 'debian', versionId: '12.5' }],
    ['debian_version', 'trixie/sid\n', { id: 'debian', versionId: '', codename: 'trixie' }],
    ['debian_version', 'kali-rolling\n', { id: 'debian', versionId: '', codename: 'kali-rolling' }],
    ['alpine-release', '3.20.3\n', { id: 'alpine', versionId: '3.20.3' }],
    [
      'alpine-release',
      '3.21.0_alpha20240923\n',
      { id: 'alpine', versionId: '3.21.0_alpha20240923' },
    ],
    [
      'redhat-release',
      'CentOS Linux release 7.9.2009 (Core)\n',
      { id: 'centos', versionId: '7.9.2009', codename: 'core' },
    ],
    [
      'centos-release',
      'CentOS Stream release 9\n',
      { id: 'centos', versionId: '9', codename: 'stream' },
    ],
    [
      'redhat-release',
      'Red Hat Enterprise Linux release 8.9 (Ootpa)\n',
      { id: 'rhel', versionId: '8.9', codename: 'ootpa' },
    ],
    [
      'redhat-release',
      'Red Hat Enterprise Linux Server release 6.10 (Santiago)',
      { id: 'rhel', versionId: '6.10', codename: 'santiago' },
    ],
    [
      'system-release',
      'Amazon Linux release 2 (Karoo)\n',
      { id: 'amzn', versionId: '2', codename: 'karoo' },
    ],
    ['oracle-release', 'Oracle Linux Server release 9.3\n', { id: 'ol', versionId: '9.3' }],
    [
      'fedora-release',
      'Fedora release 39 (Thirty Nine)\n',
      { id: 'fedora', versionId: '39', codename: 'thirty nine' },
    ],
    ['mariner-release', 'CBL-Mariner 2.0.20240123\n', { id: 'mariner', versionId: '2.0.20240123' }],
    [
      'SuSE-release',
      'SUSE Linux Enterprise Server 12 (x86_64)\nVERSION = 12\n',
      { id: 'sles', versionId: '12', codename: 'x86_64' },
    ],
    ['gentoo-release', 'Gentoo Base System release 2.14\n', { id: 'gentoo', versionId: '2.14' }],
    ['slackware-version', 'Slackware 15.0\n', { id: 'slackware', versionId: '15.0' }],
    ['redhat-release', 'Some New Linux release 3.1\n', { id: 'some-new', versionId: '3.1' }],
    ['arch-release', '', { id: 'arch', versionId: '' }],
    ['openwrt_version', '23.05.2\n', { id: 'openwrt', versionId: '23.05.2' }],
  ])('%s: %j', async (name, text, expected) => {
    expect((await readCatalog(releaseFile, `/etc/${name}`, text)).distro).toEqual(expected);
  });

  it.each([
    ['debian_version', '\n'],
    ['alpine-release', ''],
    ['redhat-release', '???\n'],
  ])('refuses %s with %j', async (name, text) => {
    await expect(readCatalog(releaseFile, `/etc/${name}`, text)).rejects.toThrow(ParseError);
  });
});
