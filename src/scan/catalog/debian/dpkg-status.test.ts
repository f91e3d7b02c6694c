import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

import { namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { CatalogResult } from '../../../core/model/catalog/catalog.ts';
import { dpkgStatusD } from './dpkg-status-d.ts';
import { dpkgStatus } from './dpkg-status.ts';
import { startCpuClock } from '../../../../test/support/cpu-time.ts';

describe('a status in status.d', () => {
  // dpkg(1), "Package states"; images without dpkg usually write none.
  it.each([
    ['', 1, false],
    ['Status: install ok installed\n', 1, false],
    ['Status: deinstall ok installed\n', 1, false],
    ['Status: deinstall ok config-files\n', 0, false],
    ['Status: purge ok not-installed\n', 0, false],
    ['Status: deinstall ok not-installed\n', 0, false],
    ['Status: install ok half-installed\n', 0, true],
  ])('%j counts %d and is a gap: %s', async (status, count, isGap) => {
    const text = `Package: a\n${status}Version: 1\n`;
    const result = await readCatalog(dpkgStatusD, `${STATUS}.d/a`, text);
    expect(result.packages).toHaveLength(count);
    expect(result.diagnostics?.some(({ gap }) => gap !== undefined) ?? false).toBe(isGap);
  });
});

const STATUS = '/var/lib/dpkg/status';

function read(text: string): Promise<CatalogResult> {
  return readCatalog(dpkgStatus, STATUS, text);
}

describe('dpkgStatus', () => {
  it.each([
    ['install ok installed', true],
    ['deinstall ok installed', true],
    ['purge ok installed', true],
    ['hold reinstreq installed', true],
    ['install ok triggers-pending', true],
    ['install ok triggers-awaited', true],
    ['install ok half-configured', true],
    ['deinstall ok config-files', false],
    ['purge ok not-installed', false],
  ])('"%s" counts: %s', async (status, counts) => {
    const result = await read(`Package: a\nStatus: ${status}\nVersion: 1\n`);
    expect(result.packages).toHaveLength(counts ? 1 : 0);
    expect(result.diagnostics?.some(({ gap }) => gap !== undefined) ?? false).toBe(false);
  });

  it.each(['install ok unpacked', 'install reinstreq half-installed'])(
    'does not count "%s", and says so with a gap',
    async (status) => {
      const result = await read(`Package: a\nStatus: ${status}\nVersion: 1\n`);
      expect(result.packages).toEqual([]);
      expect(result.diagnostics?.[0]).toMatchObject({ gap: 'unreadable', location: { line: 1 } });
      expect(result.diagnostics?.[0]?.message).toContain('an installation that broke off');
    },
  );

  it('quotes a status of another form', async () => {
    const { diagnostics } = await read('Package: a\nStatus: odd\nVersion: 1\n');
    expect(diagnostics?.[0]?.message).toBe('unreadable row (status "odd"): "a"');
  });

  it.each([
    ['no source', '', 'bash', '5.2-2+b10'],
    ['the same version', 'Source: bash-src\n', 'bash-src', '5.2-2+b10'],
    ['a version of its own', 'Source: bash (5.2-2)\n', 'bash', '5.2-2'],
    ['an epoch of its own', 'Source: util-linux (1:2.38.1-5)\n', 'util-linux', '1:2.38.1-5'],
  ])('gives the source with %s', async (_name, field, name, version) => {
    const text = `Package: bash\nStatus: install ok installed\n${field}Version: 5.2-2+b10\n`;
    expect((await read(text)).packages[0]?.source).toEqual({ name, version });
  });

  it.each([
    ['with capitals', 'OpenSSL', '', true],
    ['with a NUL', 'open\0ssl', '', true],
    ['with an underscore', 'open_ssl', '', true],
    ['that begins with a sign', '-openssl', '', true],
    ['of a source with capitals', 'openssl', 'Source: OpenSSL (1)\n', true],
    ['with a sign and digits', '7zip-1.0+x', 'Source: 7zip\n', false],
  ])('keeps a package with a name %s: a gap where it can match nothing', async (...row) => {
    const [, name, source, isGap] = row;
    const text = `Package: ${name}\nStatus: install ok installed\n${source}Version: 1\n`;
    const result = await read(text);
    expect(namesOf(result)).toEqual([`${name}@1`]);
    expect(result.diagnostics ?? []).toMatchObject(isGap ? [{ gap: 'unreadable' }] : []);
  });

  it('gives architecture, line and dependencies', async () => {
    const result = await read(
      '\nPackage: a\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n' +
        'Pre-Depends: dpkg (>= 1)\nDepends: libc6:any (>= 2.34) [amd64], b | c,\n d <!nocheck>\n' +
        'Replaces: e (<< 2), f\n',
    );
    expect(result.packages).toEqual([
      {
        name: 'a',
        version: '1',
        line: 2,
        source: { name: 'a', version: '1' },
        qualifiers: new Map([['arch', 'amd64']]),
        dependsOn: ['dpkg', 'libc6', 'b', 'c', 'd'],
        replaces: ['e', 'f'],
      },
    ]);
  });

  it.each([
    [
      'Maintainer: Docker <Support@docker.com>\n',
      { maintainer: 'support@docker.com', qualifiers: undefined },
    ],
    ['Maintainer: nobody\n', { maintainer: undefined, qualifiers: undefined }],
    ['Origin: nginx\n', { qualifiers: new Map([['vendor', 'nginx']]) }],
    ['Vendor: Elasticsearch\n', { qualifiers: new Map([['vendor', 'Elasticsearch']]) }],
    ['Vendor: none\n', { qualifiers: undefined }],
  ])('gives who built it: %j', async (fields, expected) => {
    const result = await read(`Package: a\nStatus: install ok installed\nVersion: 1\n${fields}\n`);
    const [pkg] = result.packages;
    expect({ maintainer: pkg?.maintainer, qualifiers: pkg?.qualifiers }).toEqual({
      maintainer: undefined,
      ...expected,
    });
  });

  it('gives configuration files', async () => {
    const sum = '0a540d50c157ed0070459b82c358a05a';
    const result = await read(
      'Package: a\nStatus: install ok installed\nVersion: 1\nConffiles:\n' +
        ` /etc/a ${sum}\n /etc/with space ${sum}\n /etc/old ${sum} obsolete\n` +
        ` /etc/gone newconffile remove-on-upgrade\n /etc/both ${sum} obsolete remove-on-upgrade\n`,
    );
    const digest = `md5:${sum}`;
    expect(result.packages[0]?.ownedFiles).toEqual([
      { path: '/etc/a', kind: 'config', digest },
      { path: '/etc/with space', kind: 'config', digest },
      { path: '/etc/old', kind: 'config', digest, mayBeAbsent: true },
      { path: '/etc/gone', kind: 'config', mayBeAbsent: true },
      { path: '/etc/both', kind: 'config', digest, mayBeAbsent: true },
    ]);
  });

  it('gives exact dependencies that only the package itself satisfies', async () => {
    const result = await read(
      'Package: a\nStatus: install ok installed\nVersion: 1\nPre-Depends: b (= 1:2-3)\n' +
        'Depends: c:any (=4), d (>= 1), e (= 1) | f (= 1), g (= 2)\n\n' +
        'Package: h\nStatus: install ok installed\nVersion: 1\nProvides: x, g (= 2)\n',
    );
    expect(result.packages[0]?.requiresExactly).toEqual([
      { name: 'b', version: '1:2-3' },
      { name: 'c', version: '4' },
    ]);
  });

  it.each([
    ['no name', 'Status: install ok installed\nVersion: 1\n', 0],
    ['no version', 'Package: b\nStatus: install ok installed\n', 0],
    ['no status', 'Package: b\nVersion: 1\n', 0],
    ['an unknown status', 'Package: b\nStatus: install ok great\nVersion: 1\n', 0],
    ['two versions', 'Package: b\nStatus: install ok installed\nVersion: 1\nVersion: 2\n', 1],
    [
      'two packages, of which the first is not installed',
      'Package: b\nStatus: purge ok not-installed\nPackage: c\nStatus: install ok installed\nVersion: 2\n',
      0,
    ],
    ['a line that is no field', 'Package: b\nStatus: install ok installed\n???\nVersion: 1\n', 1],
  ])('reports a stanza with %s and reads the others', async (_name, stanza, packageCount) => {
    const good = 'Package: a\nStatus: install ok installed\nVersion: 1\n';
    const result = await read(`${good}\n${stanza}`);
    expect(result.packages).toHaveLength(1 + packageCount);
    expect(result.diagnostics?.[0]?.gap).toBe('unreadable');
    expect(result.diagnostics?.[0]?.location?.line).toBeGreaterThan(4);
  });

  it('reads an empty database and refuses another format', async () => {
    expect(await read('')).toEqual({ packages: [] });
    await expect(read('<html>\n')).rejects.toThrow(ParseError);
    await expect(read('SQLite format 3\0\0\0')).rejects.toThrow(ParseError);
  });

  it('reads 4 MB in a fraction of a second', async () => {
    const stanza = (index: number): string =>
      `Package: p${index}\nStatus: install ok installed\nVersion: 1\nDescription: x\n${' filler text\n'.repeat(380)}\n`;
    const text = Array.from({ length: 842 }, (_, index) => stanza(index)).join('');
    const cpuMs = startCpuClock();
    expect((await read(text)).packages).toHaveLength(842);
    expect(cpuMs()).toBeLessThan(10_000);
  });
});

describe('dpkgStatusD', () => {
  it('reads a stanza without a status', async () => {
    const result = await readCatalog(dpkgStatusD, `${STATUS}.d/a`, 'Package: a\nVersion: 1\n');
    expect(namesOf(result)).toEqual(['a@1']);
  });

  it('passes over lists of checksums and refuses what has no stanza', async () => {
    const sums = '0a540d50c157ed0070459b82c358a05a  usr/bin/a\n';
    expect(await readCatalog(dpkgStatusD, `${STATUS}.d/a.md5sums`, sums)).toEqual({ packages: [] });
    await expect(readCatalog(dpkgStatusD, `${STATUS}.d/a`, sums)).rejects.toThrow(ParseError);
  });
});

const samples = sharedPath('samples/dpkg');

describe.skipIf(!samples)('real databases (needs ../shared)', () => {
  interface Row {
    readonly name: string;
    readonly version: string;
    readonly arch: string;
    readonly source: string;
    readonly sourceVersion: string;
  }

  function expectedOf(sample: string): readonly string[] {
    const text = readFileSync(`${samples ?? ''}/${sample}/expected.json`, 'utf8');
    return (JSON.parse(text) as Row[])
      .map((row) => [row.name, row.version, row.arch, row.source, row.sourceVersion].join(' '))
      .sort();
  }

  function found(results: readonly CatalogResult[]): readonly string[] {
    return results
      .flatMap(({ packages }) => packages)
      .map(({ name, version, qualifiers, source }) =>
        [name, version, qualifiers?.get('arch'), source?.name, source?.version].join(' '),
      )
      .sort();
  }

  it.each(['debian11-minbase', 'debian12-rich', 'debian13-minbase', 'dev-machine'])(
    '%s',
    async (sample) => {
      const path = `${samples ?? ''}/${sample}/var/lib/dpkg/status`;
      const bytes =
        sample === 'dev-machine' ? gunzipSync(readFileSync(`${path}.gz`)) : readFileSync(path);
      const result = await readCatalog(dpkgStatus, STATUS, bytes);
      expect(found([result])).toEqual(expectedOf(sample));
      expect(result.diagnostics).toBeUndefined();
    },
  );

  it('distroless-style', async () => {
    const folder = `${samples ?? ''}/distroless-style/var/lib/dpkg/status.d`;
    const results = await Promise.all(
      ['libssl3', 'libssl3.md5sums', 'openssl', 'openssl.md5sums'].map((name) =>
        readCatalog(dpkgStatusD, `${STATUS}.d/${name}`, readFileSync(`${folder}/${name}`)),
      ),
    );
    expect(found(results)).toEqual(expectedOf('distroless-style'));
  });
});
