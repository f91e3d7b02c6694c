import { describe, expect, it } from 'vitest';
import { advisoryNeed, DISTRO_RELEASES, distroRelease, ecosystemIn } from './distro.ts';
import type { Ecosystem } from './ecosystem.ts';
import type { Distro } from './package.ts';

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
    ['a derivative', { id: 'ubuntu', versionId: '24.04' }, undefined],
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
  });

  it.each([
    { id: 'debian', versionId: '99' },
    { id: 'alpine', versionId: '2.7' },
    { id: 'fedora', versionId: '41' },
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
    ['npm', 'wolfi', 'npm'],
  ])('of %s packages in %s: %s', (ecosystem, id, expected) => {
    expect(ecosystemIn({ id, versionId: '3.19' }, ecosystem)).toBe(expected);
  });

  it('asks nobody without a system', () => {
    expect(ecosystemIn(undefined, 'alpine')).toBe('alpine');
  });
});

describe.each(Object.entries(DISTRO_RELEASES))('releases of %s', (_, table) => {
  it('has each release once, newest first, with real dates', () => {
    const releases = table.map(({ release }) => release);
    expect(new Set(releases).size).toBe(releases.length);
    const dates = table.flatMap(({ supportedUntil }) => supportedUntil ?? []);
    expect(dates).toEqual([...dates].sort().reverse());
    for (const date of dates) {
      expect(new Date(`${date}T00:00:00Z`).toISOString().slice(0, 10)).toBe(date);
    }
  });
});
