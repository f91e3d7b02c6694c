import { describe, expect, it } from 'vitest';
import { check, dpkg, type TestLayer } from '../../../../test/support/integrity.ts';
import type { Distro } from '../../../core/model/package/package.ts';

const RELEASE = '/etc/os-release';

function says(path: string, distro: Distro): NonNullable<TestLayer['read']>[number] {
  return [path, 'os/os-release', { distro }];
}

function found(layers: readonly TestLayer[], distro: Distro): readonly string[] {
  const { inventory } = check(layers, { distro });
  return (inventory.contradictions ?? []).map(({ found: text, isSevere, location }) =>
    [isSevere ? 'severe' : 'slight', location.path, location.layer, text].join(' '),
  );
}

const debian = (versionId: string): Distro => ({ id: 'debian', versionId });
const alpine = (versionId: string): Distro => ({ id: 'alpine', versionId });
const baseFiles = (version: string): NonNullable<TestLayer['read']>[number] =>
  dpkg({ name: 'base-files', version });

describe('compareRelease', () => {
  it.each([
    ['12', '12.4+deb12u8', undefined],
    ['13', '12.4+deb12u8', 'base-files 12.4+deb12u8, which is of debian 12'],
    ['13', '13ubuntu10', 'base-files 13ubuntu10, which is of another system'],
  ])('debian %s with base-files %s', (versionId, version, text) => {
    const distro = debian(versionId);
    expect(found([{ read: [baseFiles(version), says(RELEASE, distro)] }], distro)).toEqual(
      text === undefined ? [] : [`severe ${RELEASE} 0 ${text}`],
    );
  });

  it.each([
    ['13ubuntu10', 0],
    ['13.8', 1],
  ])('ubuntu with base-files %s', (version, count) => {
    const distro = { id: 'ubuntu', versionId: '24.04' };
    expect(found([{ read: [baseFiles(version), says(RELEASE, distro)] }], distro)).toHaveLength(
      count,
    );
  });

  it('a system whose packages another one keeps', () => {
    const distro = alpine('3.20.3');
    expect(found([{ read: [baseFiles('13.8'), says(RELEASE, distro)] }], distro)).toEqual([
      `severe ${RELEASE} 0 1 package in /var/lib/dpkg/status, a database that this system does not have`,
    ]);
    // Nothing is known of how this one keeps its packages.
    const other = { id: 'harmless', versionId: '1' };
    expect(found([{ read: [baseFiles('13.8'), says(RELEASE, other)] }], other)).toEqual([]);
  });

  it.each([
    ['the same release', debian('13'), 0],
    ['a fuller version', debian('13.8'), 0],
    ['another release', debian('11'), 1],
    ['another system', { id: 'kali', versionId: '13' }, 1],
  ])('two release files, one of %s', (_name, own, count) => {
    const read = [says(RELEASE, own), says('/usr/lib/os-release', debian('13'))];
    expect(found([{ read: [...read, dpkg({ name: 'tar', version: '1' })] }], own)).toHaveLength(
      count,
    );
  });

  it('a release that a layer changed and nothing else', () => {
    const base = { read: [dpkg({ name: 'tar', version: '1' }), says(RELEASE, debian('12'))] };
    const now = debian('13');
    expect(found([base, { read: [says(RELEASE, now)] }], now)).toEqual([
      `severe ${RELEASE} 1 debian 12 by the layers below, and not one package of another version`,
    ]);
    const upgraded = { read: [dpkg({ name: 'tar', version: '2' }), says(RELEASE, now)] };
    expect(found([base, upgraded], now)).toEqual([]);
  });

  it.each([
    ['of the release', alpine('3.20.3'), ['3.20'], undefined],
    ['of older releases', alpine('3.22.1'), ['3.20'], 'severe'],
    // Who upgrades a small image by its repositories alone leaves the release file behind.
    ['of a newer release', alpine('3.20.3'), ['3.22'], 'slight'],
    ['of the release and of edge', alpine('3.19.1'), ['3.20', 'edge'], undefined],
    ['that name no release', alpine('3.20.3'), [], undefined],
    ['of Alpine on another system', { id: 'wolfi', versionId: '20230201' }, ['3.20'], 'severe'],
  ])('repositories %s', (_name, distro, repositoryReleases, weight) => {
    const read: TestLayer['read'] = [
      ['/lib/apk/db/installed', 'alpine/apk', { packages: [{ name: 'busybox', version: '1-r0' }] }],
      ['/etc/apk/repositories', 'alpine/repositories', { repositoryReleases }],
      says(RELEASE, distro),
    ];
    expect(found([{ read }], distro).map((line) => line.split(' ', 1)[0])).toEqual(
      weight === undefined ? [] : [weight],
    );
  });
});
