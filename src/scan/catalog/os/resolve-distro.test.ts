import { describe, expect, it } from 'vitest';

import { resolveDistro, type DistroClaim } from './resolve-distro.ts';

function claim(path: string, id: string, versionId: string, codename?: string): DistroClaim {
  return { path, distro: { id, versionId, ...(codename !== undefined && { codename }) } };
}

describe('resolveDistro', () => {
  it.each<[string, readonly DistroClaim[], unknown]>([
    ['nothing', [], undefined],
    [
      'the point release of Debian',
      [
        claim('/etc/debian_version', 'debian', '12.5'),
        claim('/usr/lib/os-release', 'debian', '12', 'bookworm'),
      ],
      { id: 'debian', versionId: '12.5', codename: 'bookworm' },
    ],
    [
      'a Debian without os-release',
      [claim('/etc/debian_version', 'debian', '7.11')],
      { id: 'debian', versionId: '7.11' },
    ],
    [
      'Debian testing by its codename',
      [claim('/etc/os-release', 'debian', ''), claim('/etc/debian_version', 'debian', '', 'forky')],
      { id: 'debian', versionId: '', codename: 'forky' },
    ],
    [
      'a debian_version of another release, which is not believed',
      [claim('/etc/os-release', 'debian', '12'), claim('/etc/debian_version', 'debian', '13.1')],
      { id: 'debian', versionId: '12' },
    ],
    [
      'Ubuntu, whatever its debian_version says',
      [
        claim('/etc/debian_version', 'debian', '', 'bookworm'),
        claim('/etc/lsb-release', 'ubuntu', '22.04', 'jammy'),
      ],
      { id: 'ubuntu', versionId: '22.04', codename: 'jammy' },
    ],
    [
      'the place that an administrator can change, before the one of the system',
      [claim('/usr/lib/os-release', 'debian', '12'), claim('/etc/os-release', 'kali', '2024.1')],
      { id: 'kali', versionId: '2024.1' },
    ],
    [
      'Alpine by alpine-release',
      [
        claim('/etc/os-release', 'alpine', '3.19.0'),
        claim('/etc/alpine-release', 'alpine', '3.19.4'),
      ],
      { id: 'alpine', versionId: '3.19.4' },
    ],
    [
      'edge',
      [claim('/etc/alpine-release', 'alpine', '3.21.0_alpha20240923')],
      { id: 'alpine', versionId: '3.21.0_alpha20240923' },
    ],
    [
      'the minor release of CentOS',
      [
        claim('/etc/os-release', 'centos', '7'),
        claim('/etc/redhat-release', 'centos', '7.9.2009', 'core'),
      ],
      { id: 'centos', versionId: '7.9.2009', codename: 'core' },
    ],
    [
      'a file that nobody knows, last',
      [claim('/x', 'x', '1'), claim('/etc/debian_version', 'debian', '12.1')],
      { id: 'debian', versionId: '12.1' },
    ],
  ])('%s', (_name, claims, expected) => {
    expect(resolveDistro(claims)).toEqual(expected);
    expect(resolveDistro(claims.toReversed())).toEqual(expected);
  });
});
