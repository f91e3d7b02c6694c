import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { osRelease } from './os-release.ts';

async function distro(text: string, path = '/etc/os-release'): Promise<unknown> {
  return (await readCatalog(osRelease, path, text)).distro;
}

describe('osRelease', () => {
  it.each([
    [
      'Debian',
      'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nID=debian\n',
      { id: 'debian', versionId: '12', codename: 'bookworm' },
    ],
    [
      'Debian testing, which has no version',
      'PRETTY_NAME="Debian GNU/Linux forky/sid"\nVERSION_CODENAME=forky\nID=debian\n',
      { id: 'debian', versionId: '', codename: 'forky' },
    ],
    ['Alpine', 'ID=alpine\nVERSION_ID=3.20.3\n', { id: 'alpine', versionId: '3.20.3' }],
    [
      'CentOS Linux',
      'NAME="CentOS Linux"\nID="centos"\nVERSION_ID="8"\n',
      { id: 'centos', versionId: '8' },
    ],
    [
      'CentOS Stream',
      'NAME="CentOS Stream"\nID="centos"\nVERSION_ID="8"\n',
      { id: 'centos', versionId: '8', codename: 'stream' },
    ],
    [
      'openEuler',
      'NAME="openEuler"\nVERSION="22.03 (LTS-SP1)"\nID="openEuler"\nVERSION_ID="22.03"\n',
      { id: 'openeuler', versionId: '22.03-LTS-SP1' },
    ],
    [
      'openEuler of a short life',
      'VERSION="23.09"\nID="openEuler"\nVERSION_ID="23.09"\n',
      { id: 'openeuler', versionId: '23.09' },
    ],
    ['CRLF and comments', '# x\r\nID=a\r\nVERSION_ID="1"\r\n', { id: 'a', versionId: '1' }],
    ['single quotes', "ID='Wolfi'\nVERSION_ID='2023'\n", { id: 'wolfi', versionId: '2023' }],
    ['escapes', 'ID="a\\$b"\n', { id: 'a$b', versionId: '' }],
    ['a quote without its end', 'ID="debian\n', { id: 'debian', versionId: '' }],
    ['the last of equal keys', 'ID=a\nID=b\n', { id: 'b', versionId: '' }],
  ])('reads %s', async (_name, text, expected) => {
    expect(await distro(text)).toEqual(expected);
  });

  it('reads lsb-release', async () => {
    const text = 'DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=22.04\nDISTRIB_CODENAME=jammy\n';
    const expected = { id: 'ubuntu', versionId: '22.04', codename: 'jammy' };
    expect(await distro(text, '/etc/lsb-release')).toEqual(expected);
    expect(await distro('LSB_VERSION=base-4.0\n', '/etc/lsb-release')).toBeUndefined();
  });

  it.each([
    ['nothing', ''],
    ['no ID', 'VERSION_ID=1\n'],
    ['an empty ID', 'ID=""\n'],
  ])('refuses an os-release with %s', async (_name, text) => {
    await expect(distro(text)).rejects.toThrow(ParseError);
  });
});
