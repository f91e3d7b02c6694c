import { describe, expect, it } from 'vitest';
import type { LayerEntry } from '../../core/model/artifact/artifact.ts';
import {
  digestAlgorithms,
  packageDatabaseOfEntry,
  packageDatabaseOfRecord,
} from './digest-plan.ts';
import { mayBeOwned } from '../../core/model/package/owned-paths.ts';

const file = (path: string) => ({
  path,
  mode: 0o644,
  sizeBytes: 1,
  digests: [],
  isExecutable: false,
});

describe('digestAlgorithms', () => {
  it.each([
    ['/usr/bin/tool', undefined, ['md5']],
    ['/usr/bin/tool', 'dpkg', ['md5']],
    ['/usr/bin/tool', 'apk', ['sha1']],
    ['/usr/bin/tool', 'rpm', ['sha256']],
    ['/usr/lib/python3/dist-packages/a.py', 'dpkg', ['md5', 'sha256']],
    ['/usr/lib/python3.12/site-packages/a.py', 'apk', ['sha1', 'sha256']],
    ['/usr/lib/python3.12/site-packages/a.py', 'rpm', ['sha256']],
    ['/opt/conda/lib/libz.so', 'dpkg', ['md5', 'sha256']],
    ['/usr/local/bin/pip', 'dpkg', ['sha256']],
    ['/app/venv/lib/python3.12/site-packages/a.py', 'apk', ['sha256']],
    ['/app/node_modules/a/index.js', undefined, []],
    ['/home/me/miniconda3/lib/node_modules/npm/index.js', undefined, ['sha256']],
    ['/app/lib/python3/site-packages/a/node_modules/b.js', undefined, ['sha256']],
    ['/usr/lib/node_modules/npm/index.js', 'dpkg', ['md5']],
    ['/opt/conda/lib/node_modules/npm/index.js', 'dpkg', ['md5', 'sha256']],
    ['/usr/lib/my_node_modules/a/index.js', 'apk', ['sha1']],
  ] as const)('of %s with %s are %s', (path, packaging, algorithms) => {
    expect(digestAlgorithms(path, packaging)).toEqual(algorithms);
  });
});

describe('mayBeOwned', () => {
  it.each([
    ['/usr/lib/libc.so', true],
    ['/etc/passwd', true],
    ['/lib64/ld.so', true],
    ['/app/node_modules/a/b.js', true],
    ['/usr/local/share/a', false],
    ['/app/main.js', false],
    ['/etc', false],
    ['/home/usr/a', false],
  ])('%s: %s', (path, expected) => {
    expect(mayBeOwned(path)).toBe(expected);
  });
});

describe('packagingOfEntry', () => {
  it.each<[string, LayerEntry, string | undefined]>([
    ['a folder of dpkg', { type: 'directory', path: '/etc/dpkg', mode: 0o755 }, 'dpkg'],
    ['a folder of apk', { type: 'directory', path: '/etc/apk', mode: 0o755 }, 'apk'],
    ['a link to busybox', { type: 'symlink', path: '/bin/ash', target: '/bin/busybox' }, 'apk'],
    ['a link elsewhere', { type: 'symlink', path: '/opt/ash', target: '/bin/busybox' }, undefined],
    ['a plain file', { type: 'file', path: '/etc/passwd', mode: 0o644, sizeBytes: 1 }, undefined],
  ])('of %s', (_, entry, expected) => {
    expect(packageDatabaseOfEntry(entry)).toBe(expected);
  });
});

describe('packagingOfRecord', () => {
  it.each([
    ['a folder', { directories: ['/usr', '/var/lib/rpm'], files: [] }, 'rpm'],
    ['a file below it', { directories: [], files: [file('/var/lib/dpkg/status')] }, 'dpkg'],
    ['a file', { directories: [], files: [file('/etc/alpine-release')] }, 'apk'],
    ['nothing', { directories: ['/app'], files: [file('/app/a')] }, undefined],
  ])('by %s', (_, record, expected) => {
    expect(packageDatabaseOfRecord(record)).toBe(expected);
  });
});
