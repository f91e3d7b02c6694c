import { describe, expect, it } from 'vitest';

import { recordOf, type TestLayer } from '../../../test/support/integrity.ts';
import { mergeLayers } from '../rootfs/merge-layers.ts';
import type { Artifact } from '../../core/model/artifact/artifact.ts';
import { nestedRootfsGaps } from './nested-rootfs.ts';

function gaps(layer: TestLayer, kind: Artifact['kind'] = 'image'): readonly string[] {
  const rows = nestedRootfsGaps(mergeLayers([recordOf(layer)]).root, kind);
  expect(rows.every(({ gap }) => gap === 'unreadable')).toBe(true);
  return rows.map(({ message }) => message);
}

const STATUS = '/var/lib/dpkg/status';

describe('a system within a system', () => {
  it.each([
    ['/srv/chroot', STATUS],
    ['/opt/alpine', '/lib/apk/db/installed'],
    ['/opt/alpine', '/usr/lib/apk/db/installed'],
    ['/opt/suse', '/usr/lib/sysimage/rpm/Packages.db'],
    ['/var/lib/machines/fedora', '/usr/share/rpm/rpmdb.sqlite'],
  ])('at %s is told by %s', (folder, own) => {
    const [message, ...others] = gaps({ files: { [folder + own]: 'Package: a', [own]: 'own' } });
    expect(message).toContain(`"${folder}" holds a system of its own`);
    expect(message).toContain(`"${own.slice(1)}"`);
    expect(others).toEqual([]);
  });

  it.each<[string, TestLayer]>([
    ['of the system itself', { files: { [STATUS]: 'own', '/usr/lib/apk/db/installed': 'own' } }],
    [
      'behind links',
      { files: { '/data/var/lib/dpkg/status': 'own' }, links: { '/var': '/data/var' } },
    ],
    ['that is empty', { files: { [`/srv/chroot${STATUS}`]: '' } }],
    ['in the store of OSTree', { files: { [`/ostree/repo${STATUS}`]: 'Package: a' } }],
    ['of the same name elsewhere', { files: { '/srv/dpkg/status': 'Package: a' } }],
  ])('is none by a database %s', (_name, layer) => {
    expect(gaps(layer)).toEqual([]);
  });

  it.each([
    '/src/testdata',
    '/test',
    '/srv/fixtures/x',
    '/usr/lib/node_modules/x/test/fixtures/root',
    '/var/lib/docker/overlay2/1/diff',
    '/snap/core/1',
    '/root/.local/share/containers/storage/overlay/1/diff',
  ])('in an image is told below %s, since a name proves nothing', (folder) => {
    expect(gaps({ files: { [folder + STATUS]: 'Package: a' } })).toHaveLength(1);
  });

  it('of an image that an engine of the host keeps is an artifact of its own', () => {
    const files = { [`/var/lib/docker/overlay2/1/diff${STATUS}`]: 'Package: a' };
    expect(gaps({ files }, 'rootfs')).toEqual([]);
  });

  it('is looked for in whole systems alone', () => {
    expect(gaps({ files: { [`/srv/chroot${STATUS}`]: 'Package: a' } }, 'directory')).toEqual([]);
  });

  it('is counted where there are many', () => {
    const files = Object.fromEntries(
      Array.from({ length: 30 }, (_none, index) => [`/srv/${String(index)}${STATUS}`, 'a']),
    );
    expect(gaps({ files }).at(-1)).toBe('not read either: 10 more systems within this one');
  });
});
