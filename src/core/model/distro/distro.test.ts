import { describe, expect, it } from 'vitest';
import { advisoryNeed, DISTRO_RELEASES, distroRelease, ecosystemIn } from './distro.ts';
import type { Ecosystem } from '../package/ecosystem.ts';
import type { Distro } from '../package/package.ts';

describe('advisoryNeed', () => {
  it.each<[string, Distro, string | undefined]>([
    ['a point release', { id: 'debian', versionId: '12.5' }, 'debian 12'],
    ['a plain release', { id: 'debian', versionId: '12' }, 'debian 12'],
    [
      'testing, which has only a codename',
      { id: 'debian', versionId: '', codename: 'forky' },
      'debian 14',
    ],
    [
      'unstable, which has only a codename',
      { id: 'debian', versionId: '', codename: 'sid' },
      'debian sid',
    ],
    ['Debian that says nothing', { id: 'debian', versionId: '' }, undefined],
    ['Debian of an unknown codename', { id: 'debian', versionId: '', codename: 'x' }, undefined],
    ['a patch release', { id: 'alpine', versionId: '3.19.4' }, 'alpine 3.19'],
    ['a branch', { id: 'alpine', versionId: '3.9' }, 'alpine 3.9'],
    ['a release candidate', { id: 'alpine', versionId: '3.19.0_rc1' }, 'alpine 3.19'],
    ['edge by name', { id: 'alpine', versionId: 'edge' }, 'alpine edge'],
    ['edge by snapshot', { id: 'alpine', versionId: '3.24.0_alpha20260801' }, 'alpine edge'],
    ['edge by date', { id: 'alpine', versionId: '20240923' }, 'alpine edge'],
    ['Alpine that says nothing', { id: 'alpine', versionId: '' }, undefined],
    ['AlmaLinux', { id: 'almalinux', versionId: '9.6' }, 'almalinux 9'],
    ['AlmaLinux that says nothing', { id: 'almalinux', versionId: '' }, undefined],
    ['Wolfi', { id: 'wolfi', versionId: '20230201' }, 'wolfi '],
    ['Chainguard', { id: 'chainguard', versionId: '20230214' }, 'chainguard '],
    ['Ubuntu', { id: 'ubuntu', versionId: '24.04' }, 'ubuntu 24.04'],
    ['Ubuntu with a point release', { id: 'ubuntu', versionId: '20.04.6' }, 'ubuntu 20.04'],
    ['Ubuntu in extended maintenance', { id: 'ubuntu', versionId: '20.04-ESM' }, 'ubuntu 20.04'],
    ['Ubuntu by its codename', { id: 'ubuntu', versionId: '', codename: 'noble' }, 'ubuntu 24.04'],
    ['Red Hat', { id: 'rhel', versionId: '8.9' }, 'redhat 8'],
    ['CentOS', { id: 'centos', versionId: '7.9.2009' }, 'redhat 7'],
    ['CentOS Stream', { id: 'centos', versionId: '9', codename: 'stream' }, 'redhat 9'],
    ['Rocky', { id: 'rocky', versionId: '9.3' }, 'rocky 9'],
    ['Oracle', { id: 'ol', versionId: '8.9' }, 'oracle 8'],
    ['Amazon 2', { id: 'amzn', versionId: '2' }, 'amazon 2'],
    ['Amazon 2023', { id: 'amzn', versionId: '2023.3.20240304' }, 'amazon 2023'],
    ['the first Amazon Linux', { id: 'amzn', versionId: '2018.03' }, 'amazon 1'],
    ['a service pack', { id: 'sles', versionId: '15.5' }, 'suse 15.5'],
    ['SUSE without a service pack', { id: 'sles', versionId: '15' }, 'suse 15'],
    ['SUSE Micro', { id: 'sle-micro', versionId: '5.3' }, 'suse micro-5.3'],
    ['SUSE Micro as tools write it', { id: 'sles', versionId: '5.3' }, 'suse micro-5.3'],
    ['SUSE that says nothing', { id: 'sles', versionId: '' }, undefined],
    ['Leap', { id: 'opensuse-leap', versionId: '15.6' }, 'opensuse 15.6'],
    ['Leap Micro', { id: 'opensuse-leap-micro', versionId: '5.5' }, 'opensuse micro-5.5'],
    ['Tumbleweed', { id: 'opensuse-tumbleweed', versionId: '20240101' }, 'opensuse tumbleweed'],
    ['MicroOS', { id: 'opensuse-microos', versionId: '20240101' }, 'opensuse tumbleweed'],
    ['Fedora', { id: 'fedora', versionId: '41' }, 'fedora 41'],
    ['Azure Linux', { id: 'azurelinux', versionId: '3.0' }, 'azurelinux 3'],
    ['CBL-Mariner', { id: 'mariner', versionId: '2.0.20240123' }, 'azurelinux 2'],
    ['Photon', { id: 'photon', versionId: '4.0' }, 'photon 4.0'],
    ['openEuler', { id: 'openeuler', versionId: '22.03-LTS-SP1' }, 'openeuler 22.03-LTS-SP1'],
    ['Arch', { id: 'arch', versionId: '' }, 'arch '],
    ['Gentoo', { id: 'gentoo', versionId: '2.14' }, 'gentoo '],
    [
      'Raspbian, which is built from the same sources',
      { id: 'raspbian', versionId: '12' },
      'debian 12',
    ],
    ['a derivative', { id: 'kali', versionId: '2024.1' }, undefined],
    ['no name', { id: '', versionId: '12' }, undefined],
  ])('of %s', (_, distro, expected) => {
    const need = advisoryNeed(distro);
    expect(need === undefined ? undefined : `${need.ecosystem} ${need.release ?? ''}`).toBe(
      expected,
    );
  });
});

describe('distroRelease', () => {
  it('finds the row of a release', () => {
    expect(distroRelease({ id: 'debian', versionId: '12.5' })).toEqual({
      release: '12',
      codename: 'bookworm',
      supportedUntil: '2028-06-30',
    });
    expect(distroRelease({ id: 'alpine', versionId: '3.19.4' })?.supportedUntil).toBe('2025-11-01');
    expect(distroRelease({ id: 'rhel', versionId: '8.9' })?.supportedUntil).toBe('2029-05-31');
  });

  it.each([
    ['8.5', undefined, '2021-12-31'],
    ['8', 'stream', '2024-05-31'],
    ['7.9', 'core', '2024-06-30'],
  ])('has days of its own for CentOS %s %s', (versionId, codename, day) => {
    const distro = { id: 'centos', versionId, ...(codename !== undefined && { codename }) };
    expect(distroRelease(distro)?.supportedUntil).toBe(day);
  });

  it.each([
    { id: 'debian', versionId: '99' },
    { id: 'alpine', versionId: '2.7' },
    { id: 'fedora', versionId: '20' },
    { id: 'kali', versionId: '41' },
    { id: 'wolfi', versionId: '20230201' },
  ])('has none for $id $versionId', (distro) => {
    expect(distroRelease(distro)).toBeUndefined();
  });
});

describe('ecosystemIn', () => {
  it.each<[Ecosystem, string, Ecosystem]>([
    ['alpine', 'wolfi', 'wolfi'],
    ['alpine', 'chainguard', 'chainguard'],
    ['alpine', 'alpine', 'alpine'],
    ['alpine', 'debian', 'alpine'],
    ['alpine', 'postmarketos', 'alpine'],
    ['debian', 'ubuntu', 'ubuntu'],
    ['redhat', 'opensuse-leap', 'opensuse'],
    ['redhat', 'openeuler', 'openeuler'],
    ['redhat', 'nobody', 'redhat'],
    ['npm', 'wolfi', 'npm'],
  ])('of %s packages in %s: %s', (ecosystem, id, expected) => {
    expect(ecosystemIn({ id, versionId: '3.19' }, ecosystem)).toBe(expected);
  });

  it('asks nobody without a system', () => {
    expect(ecosystemIn(undefined, 'alpine')).toBe('alpine');
  });
});

describe.each(Object.entries(DISTRO_RELEASES))('releases of %s', (_, table) => {
  it('has each release once, with real dates', () => {
    const releases = table.map(({ release }) => release);
    expect(new Set(releases).size).toBe(releases.length);
    const dates = table.flatMap(({ supportedUntil }) => supportedUntil ?? []);
    for (const date of dates) {
      expect(new Date(`${date}T00:00:00Z`).toISOString().slice(0, 10)).toBe(date);
    }
  });
});
