import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { nimbleLock } from './nimble-lock.ts';
import { nimblePackage } from './nimble-package.ts';

const LOCK = '/app/nimble.lock';
const HASH = '0123456789abcdef0123456789abcdef01234567';
const PACKAGE = `/root/.nimble/pkgs2/chronos-3.2.0-${HASH}/chronos.nimble`;
const LOCKED = JSON.stringify(
  {
    version: 2,
    packages: {
      chronos: {
        version: '3.2.0',
        vcsRevision: 'c9ab',
        url: 'https://github.com/status-im/nim-chronos',
        downloadMethod: 'git',
        dependencies: ['stew'],
        checksums: { sha1: HASH },
      },
      stew: { version: '#head', url: '', downloadMethod: 'git', dependencies: [] },
    },
    tasks: { test: { unittest2: { version: '0.0.9' }, stew: { version: '#head' } } },
  },
  null,
  1,
);

describe('nimble.lock', () => {
  it('lists the packages of the project and of its tasks once', async () => {
    expect(await readCatalog(nimbleLock, LOCK, LOCKED)).toEqual({
      packages: [
        {
          name: 'chronos',
          version: '3.2.0',
          line: 4,
          dependsOn: ['stew'],
          qualifiers: new Map([['vcs_url', 'git+https://github.com/status-im/nim-chronos@c9ab']]),
        },
        { name: 'stew', version: '#head', line: 16 },
        { name: 'unittest2', version: '0.0.9', line: 25 },
      ],
    });
  });

  it('says which rows it cannot read', async () => {
    const body = '{"packages":{"a":{},"b":1,"c":{"version":"1"}}}';
    const { packages, diagnostics } = await readCatalog(nimbleLock, LOCK, body);
    expect(packages.map(({ name }) => name)).toEqual(['c']);
    expect(diagnostics?.map(({ gap }) => gap)).toEqual(['unreadable', 'unreadable']);
  });

  it('is refused without packages', async () => {
    await expect(readCatalog(nimbleLock, LOCK, '{"version":2}')).rejects.toThrow('packages');
  });

  it('survives hostile files', () => survivesHostileInput(nimbleLock, LOCK, LOCKED));
});

describe('a package that Nimble installed', () => {
  it.each([
    ['of its version', PACKAGE, 'version = "3.2.0"\n', 'chronos 3.2.0 3.2.0'],
    ['of another version', PACKAGE, '# x\nversion       = "3.1.0"\n', 'chronos 3.2.0 3.1.0'],
    ['of an old Nimble', '/n/pkgs/a-1.0/a.nimble', '[Package]\nversion: "1.0"\n', 'a 1.0 1.0'],
    ['without a plain version', PACKAGE, 'version = v & "1"\n', 'chronos 3.2.0 '],
    ['of no release', `/n/pkgs2/a-#head-${HASH}/a.nimble`, 'version = "1.0"\n', 'a #head '],
  ])('%s', async (_, path, body, expected) => {
    const { packages } = await readCatalog(nimblePackage, path, body);
    const rows = packages.map(({ name, version, versionClaims: [claim] = [] }) =>
      [name, version, claim?.version ?? ''].join(' '),
    );
    expect(rows).toEqual([expected]);
  });

  it('is none in a project', async () => {
    const read = await readCatalog(nimblePackage, '/app/web.nimble', 'version = "1.0"\n');
    expect(read).toEqual({ packages: [] });
  });

  it('survives hostile files', () =>
    survivesHostileInput(nimblePackage, PACKAGE, 'version = "3.2.0"\n'));
});
