import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import '../../../../test/support/property-seed.ts';
import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import type { CatalogResult } from '../../../core/model/catalog/catalog.ts';
import { dpkgMd5sums } from './dpkg-md5sums.ts';

const SUM = '0a540d50c157ed0070459b82c358a05a';
const INFO = '/var/lib/dpkg/info';

function read(text: string | Uint8Array, path = `${INFO}/a.md5sums`): Promise<CatalogResult> {
  return readCatalog(dpkgMd5sums, path, text);
}

describe('dpkgMd5sums', () => {
  it.each([
    ['a package', `${INFO}/a.md5sums`, { kind: 'name', name: 'a' }],
    [
      'a package of one architecture',
      `${INFO}/liba1:amd64.md5sums`,
      { kind: 'name', name: 'liba1', architecture: 'amd64' },
    ],
    [
      'a package with a dot in its name',
      `${INFO}/libbz2-1.0:i386.md5sums`,
      { kind: 'name', name: 'libbz2-1.0', architecture: 'i386' },
    ],
    ['the other place', '/usr/lib/dpkg/info/a.md5sums', { kind: 'name', name: 'a' }],
    [
      'a place that links have to lead to',
      '/usr/dpkg/info/a:amd64.md5sums',
      {
        kind: 'name',
        name: 'a',
        architecture: 'amd64',
        soughtAt: '/var/lib/dpkg/info/a:amd64.md5sums',
      },
    ],
    [
      'a stanza in a file of its own',
      '/var/lib/dpkg/status.d/a.md5sums',
      { kind: 'record', path: '/var/lib/dpkg/status.d/a' },
    ],
  ])('speaks of %s', async (_name, path, of) => {
    const result = await read(`${SUM}  usr/bin/a\n`, path);
    expect(result).toEqual({
      packages: [],
      externalClaims: [
        { of, ownedFiles: [{ path: '/usr/bin/a', kind: 'file', digest: `md5:${SUM}` }] },
      ],
    });
  });

  it('passes over a list that lies in another folder', async () => {
    const result = await read(`${SUM}  usr/bin/a\n`, '/usr/share/base-files/profile.md5sums');
    expect(result).toEqual({ packages: [] });
  });

  it('says nothing of a file of another form in such a folder elsewhere', async () => {
    const result = await read(`${SUM}  a\nanything\n`, '/opt/app/info/a.md5sums');
    expect(result).toEqual({ packages: [] });
  });

  it.each([
    ['a folder before it', `${SUM}  ./usr/bin/a`, '/usr/bin/a'],
    ['a slash before it', `${SUM}  /usr/bin/a`, '/usr/bin/a'],
    ['the mark of a binary file', `${SUM} *usr/bin/a`, '/usr/bin/a'],
    ['spaces', `${SUM}  usr/a  b `, '/usr/a  b '],
    ['other letters', `${SUM}  usr/ä`, '/usr/ä'],
    ['dots', `${SUM}  usr/...a/..b`, '/usr/...a/..b'],
  ])('reads a path with %s', async (_name, row, path) => {
    const result = await read(row);
    expect(Array.from(result.externalClaims?.[0]?.ownedFiles ?? [], (owned) => owned.path)).toEqual(
      [path],
    );
    expect(result.diagnostics).toBeUndefined();
  });

  it.each([
    ['no digest', 'usr/bin/a'],
    ['a shorter digest', `${SUM.slice(1)}  usr/bin/a`],
    ['capitals', `${SUM.toUpperCase()}  usr/bin/a`],
    ['no path', `${SUM}  `],
    ['one space', `${SUM} usr/bin/a`],
    ['a way out', `${SUM}  usr/../../etc/passwd`],
    ['an absurd path', `${SUM}  ${'a'.repeat(5000)}`],
  ])('notes a line with %s and reads the others', async (_name, row) => {
    const result = await read(`${row}\n\n${SUM}  b\n`);
    expect(Array.from(result.externalClaims?.[0]?.ownedFiles ?? [], (owned) => owned.path)).toEqual(
      ['/b'],
    );
    expect(result.diagnostics).toHaveLength(1);
    expect(result.diagnostics?.[0]).toMatchObject({ location: { line: 1 } });
    expect(result.diagnostics?.[0]).not.toHaveProperty('gap');
  });

  it.each([
    ['its own name', ['a/copyright', 'a/changelog.Debian.gz'], 0],
    ['its own name and another', ['a/copyright', 'b/copyright', 'b/changelog.gz'], 0],
    ['another name alone', ['b/copyright', 'b/changelog.Debian.gz', 'b/README'], 1],
    // Made without debhelper.
    ['another name, without a changelog', ['b/copyright'], 0],
  ])('knows a renamed package by documentation in folders of %s', async (_name, paths, count) => {
    const text = paths.map((path) => `${SUM}  usr/share/doc/${path}\n`).join('');
    const checks = (await read(text)).externalClaims?.[0]?.selfChecks ?? [];
    expect(checks.map(({ outcome, found }) => [outcome, found])).toEqual(
      Array.from({ length: count }, () => ['mismatch', 'copyright and changelog of b']),
    );
  });

  it('takes a package without files for what it is', async () => {
    expect((await read('')).externalClaims).toEqual([
      { of: { kind: 'name', name: 'a' }, ownedFiles: [] },
    ]);
  });

  it('survives any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        expect((await read(bytes)).packages).toEqual([]);
      }),
    );
  });
});

const distroless = sharedPath('samples/dpkg/distroless-style/var/lib/dpkg/status.d');

describe.skipIf(!distroless)('real lists (needs ../shared)', () => {
  it('distroless-style', async () => {
    const names = readdirSync(distroless ?? '').filter((name) => name.endsWith('.md5sums'));
    expect(names.length).toBeGreaterThan(1);
    for (const name of names) {
      const bytes = readFileSync(`${distroless ?? ''}/${name}`);
      const result = await read(bytes, `/var/lib/dpkg/status.d/${name}`);
      const lines = bytes.toString().split('\n').filter(Boolean);
      expect(result.externalClaims?.[0]?.ownedFiles).toHaveLength(lines.length);
      expect(result.diagnostics).toBeUndefined();
    }
  });
});
