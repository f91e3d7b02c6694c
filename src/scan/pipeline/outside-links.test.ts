/** Symbolic links that lead out of a scanned directory. */

import { describe, expect, it } from 'vitest';
import {
  gapsIn,
  scannedImage,
  scannedTree,
  type Files,
} from '../../../test/support/scanned-files.ts';

const LOCK = {
  name: 'decoy',
  version: '1.0.0',
  lockfileVersion: 3,
  packages: { '': { name: 'decoy' }, 'node_modules/left-pad': { version: '1.3.0' } },
};
const APP: Files = { 'README.md': 'an app' };

describe('links out of a directory', () => {
  it.each([
    ['a lockfile, by a relative path', 'package-lock.json', '../shared/package-lock.json'],
    ['a lockfile, by an absolute path', 'app/yarn.lock', '/srv/nowhere/yarn.lock'],
    ['a manifest', 'lib/pom.xml', '../../pom.xml'],
    ['requirements', 'requirements.txt', '../../../srv/nowhere/requirements.txt'],
    ['requirements with a longer name', 'requirements-dev.txt', '../requirements-dev.txt'],
    ['an archive', 'lib/app.jar', '/srv/nowhere/app.jar'],
    ['an archive in capital letters', 'lib/APP.WAR', '../../APP.WAR'],
    [
      'a record of an installed package',
      'node_modules/a/package.json',
      '/srv/nowhere/package.json',
    ],
    ['a database', 'site-packages/a-1.dist-info/METADATA', '/srv/nowhere/METADATA'],
  ])('are a gap for %s', async (_, path, target) => {
    const gaps = gapsIn(await scannedTree(APP, { links: { [path]: target } }), 'unread');
    expect(gaps).toHaveLength(1);
    expect(gaps[0]).toContain(`"/${path}" leads out of the target, to "/`);
  });

  it.each([
    ['an absolute path', 'app/package-lock.json', '/decoy/package-lock.json'],
    ['a path above the root', 'package-lock.json', '../decoy/package-lock.json'],
    ['a path above the root, deep', 'a/b/package-lock.json', '../../../decoy/package-lock.json'],
  ])('never read what lies inside instead: %s', async (_, path, target) => {
    const result = await scannedTree(
      { 'decoy/other.json': LOCK, ...APP },
      { links: { [path]: target } },
    );
    expect(gapsIn(result, 'unread')).toHaveLength(1);
    const filled = await scannedTree(
      { 'decoy/package-lock.json': LOCK },
      { links: { [path]: target } },
    );
    expect(gapsIn(filled, 'unread')).toHaveLength(1);
    const [pad] = filled.inventory.packages.filter(({ name }) => name === 'left-pad');
    expect(pad?.locations.map((one) => one.path)).toEqual(['/decoy/package-lock.json']);
  });

  it.each([
    ['a program of a virtual environment', 'venv/bin/python3', '/usr/bin/python3'],
    ['a directory', 'bazel-out', '/home/nobody/.cache/bazel/out'],
    ['a file that names no packages', 'notes.md', '../notes.md'],
    ['a library', 'lib/libcrypto.so', '/usr/lib/libcrypto.so.3'],
    ['a test input', 'tests/package-lock.json', '../../package-lock.json'],
    ['a link inside', 'app/package-lock.json', '../package-lock.json'],
  ])('are none for %s', async (_, path, target) => {
    const files = { ...APP, 'package-lock.json': LOCK };
    expect(gapsIn(await scannedTree(files, { links: { [path]: target } }), 'unread')).toEqual([]);
  });

  it('are read under a name that begins as one that is read, inside', async () => {
    const links = { 'requirements.txt': 'pins.lst' };
    const { inventory } = await scannedTree({ 'pins.lst': 'requests==2.20.0\n' }, { links });
    expect(inventory.packages.map(({ name, version }) => `${name} ${version}`)).toEqual([
      'requests 2.20.0',
    ]);
  });

  it('count from the root in an image, and are a gap where nothing is there', async () => {
    const release = {
      path: 'etc/os-release',
      type: 'symlink',
      target: '/../../usr/lib/os-release',
    } as const;
    const system = { path: 'usr/lib/os-release', body: 'ID=debian\nVERSION_ID="12"\n' };
    const inside = await scannedImage([[system, release]]);
    expect(inside.inventory.distro?.id).toBe('debian');
    expect(gapsIn(inside, 'unread')).toEqual([]);
    const gone = await scannedImage([
      [{ path: 'app/x.jar', type: 'symlink', target: '/srv/nowhere/x.jar' }],
    ]);
    expect(gapsIn(gone, 'unread')).toEqual([
      ': "/app/x.jar" leads to "/srv/nowhere/x.jar", which is not in the artifact',
    ]);
  });
});
