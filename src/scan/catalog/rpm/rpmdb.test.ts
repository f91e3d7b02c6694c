import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { missingAbility } from '../../../../test/support/abilities.ts';
import { catalogFile, namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import { ndbDatabase } from '../../../../test/support/rpm.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { missingTool, needs, run } from '../../../../test/support/tools.ts';
import { quietContext } from '../../../core/base/context.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { ByteSource } from '../../../formats/bytes/byte-source.ts';
import { readOpenPgpKeys } from '../../../formats/crypto/openpgp/openpgp-keys.ts';
import { readRpmDatabase } from '../../../formats/binary/rpm/rpm-database.ts';
import type { CatalogedPackage, CatalogResult } from '../../../core/model/catalog/catalog.ts';
import { rpmdb, rpmdbWith } from './rpmdb.ts';

const samples = sharedPath('samples/rpm');

function sample(path: string): Buffer {
  const bytes = readFileSync(`${samples ?? ''}/${path}`);
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

function fileNameOf(path: string): string {
  return `/var/lib/rpm/${path.slice(path.indexOf('/') + 1).replace('.gz', '')}`;
}

interface Row {
  readonly name: string;
  readonly epoch: number | null;
  readonly version: string;
  readonly release: string;
  readonly arch: string;
  readonly sourceRpm: string;
  readonly modularityLabel: string | null;
  readonly vendor: string | null;
}

function expectedOf(folder: string): readonly string[] {
  const rows = JSON.parse(sample(`${folder}/expected.json`).toString()) as readonly Row[];
  return rows
    .map(({ name, epoch, version, release, arch, sourceRpm, modularityLabel, vendor }) => {
      const prefix = epoch === null || epoch === 0 ? '' : `${String(epoch)}:`;
      const source = sourceRpm.replace(/\.(?:src|nosrc)\.rpm$/, '');
      return [name, `${prefix}${version}-${release}`, arch, source, modularityLabel, vendor].join(
        ' ',
      );
    })
    .sort();
}

function found({ packages }: CatalogResult): readonly string[] {
  return packages
    .map(({ name, version, source, qualifiers }) => {
      const sourceText = `${source?.name ?? ''}-${(source?.version ?? '').replace(/^\d+:/, '')}`;
      const module = qualifiers?.get('modularitylabel') ?? null;
      const vendor = qualifiers?.get('vendor') ?? null;
      return [name, version, qualifiers?.get('arch'), sourceText, module, vendor].join(' ');
    })
    .sort();
}

function outcomes(pkg: CatalogedPackage): readonly string[] {
  return (pkg.selfChecks ?? []).map(({ outcome }) => outcome);
}

describe.skipIf(!samples)('real databases (needs ../shared)', () => {
  it.each([
    ['sqlite-own/rpmdb.sqlite', 8],
    ['ndb-own/Packages.db', 8],
    ['sqlite-mariner2/rpmdb.sqlite.gz', 129],
    ['ndb-sle15-bci/Packages.db.gz', 35],
    ['bdb-libuuid/Packages', 1],
    ['bdb-syft/Packages', 1],
    ['bdb-epoch/Packages', 1],
  ])('%s: %d packages, none contradicted', async (path, packageCount) => {
    const result = await readCatalog(rpmdb, fileNameOf(path), sample(path));
    expect(found(result)).toEqual(expectedOf(path.slice(0, path.indexOf('/'))));
    expect(result.packages).toHaveLength(packageCount);
    expect(result.packages.flatMap(outcomes)).not.toContain('mismatch');
    expect(result.packages.flatMap(({ versionClaims = [] }) => versionClaims)).toEqual([]);
    expect(result.diagnostics).toBeUndefined();
  });

  it('says what a package owns, needs and checks', async () => {
    const result = await readCatalog(
      rpmdb,
      '/var/lib/rpm/rpmdb.sqlite',
      sample('sqlite-mariner2/rpmdb.sqlite.gz'),
    );
    const zlib = result.packages.find(({ name }) => name === 'zlib');
    const owned = [...(zlib?.ownedFiles ?? [])];
    expect(owned.filter(({ kind }) => kind === 'link').length).toBeGreaterThan(0);
    expect(owned.some(({ digest }) => digest?.startsWith('sha256:') === true)).toBe(true);
    expect(zlib?.licenses?.length).toBe(1);
    expect(outcomes(zlib ?? { name: '', version: '' })).toEqual(['match', 'match']);
    const openssl = result.packages.find(({ name }) => name === 'openssl-libs');
    expect(openssl?.dependsOn).toContain('glibc');
    const exact = result.packages.flatMap(({ requiresExactly = [] }) => requiresExactly);
    const versions = new Map(result.packages.map(({ name, version }) => [name, version]));
    expect(exact.length).toBeGreaterThan(10);
    for (const { name, version } of exact) expect(version).toBe(versions.get(name));
  });

  it('contradicts the packages whose version was changed, and shows them', async () => {
    const path = '/var/lib/rpm/rpmdb.sqlite';
    const result = await readCatalog(rpmdb, path, sample('sqlite-tampered/rpmdb.sqlite'));
    const bad = result.packages.filter((pkg) => outcomes(pkg).includes('mismatch'));
    expect(bad.map(({ name }) => name).sort()).toEqual(['openssl', 'openssl-libs']);
    expect(bad[0]?.selfChecks?.[0]).toMatchObject({
      kind: 'header',
      by: 'SHA-256 of the rpm header',
    });
    expect(bad.map((pkg) => outcomes(pkg).length)).toEqual([3, 3]);
    expect(result.packages).toHaveLength(8);
  });

  it('proves what a trusted key signed', async () => {
    const keys = readOpenPgpKeys('sample.asc', sample('sample.asc'));
    const path = '/var/lib/rpm/Packages.db';
    const result = await readCatalog(rpmdbWith(keys), path, sample('ndb-own/Packages.db'));
    const proven = result.packages.filter((pkg) => outcomes(pkg).includes('proven'));
    expect(proven.map(({ name }) => name).sort()).toEqual(['openssl', 'openssl-libs']);
    expect(proven[0]?.selfChecks?.at(-1)?.by).toContain('signature of the rpm header by');
  });
});

describe('what is no database', () => {
  it.each([
    ['nothing', ''],
    ['a letter', 'x'],
    ['the beginning of an SQLite database', 'SQLite format 3\0'],
    ['the beginning of an ndb database', 'RpmP'],
    ['zeros', '\0'.repeat(4096)],
  ])('%s is refused', async (_name, text) => {
    await expect(readCatalog(rpmdb, '/var/lib/rpm/Packages', text)).rejects.toThrow(ParseError);
  });

  it('is a journal of a change that broke off: a gap', async () => {
    const path = '/var/lib/rpm/rpmdb.sqlite-journal';
    const hot = Buffer.concat([Buffer.from('d9d505f920a163d7', 'hex'), Buffer.alloc(504)]);
    expect((await readCatalog(rpmdb, path, hot)).diagnostics?.[0]?.gap).toBe('unreadable');
    expect((await readCatalog(rpmdb, path, Buffer.alloc(512))).diagnostics).toBeUndefined();
  });
});

const ROOT = mkdtempSync(join(tmpdir(), 'assay-rpm-'));
afterAll(() => {
  rmSync(ROOT, { recursive: true, force: true });
});

const SPEC = `Name: alpha
Epoch: 3
Version: 1.2
Release: 4.el9
Summary: a
License: MIT
Vendor: Assay
BuildArch: noarch
%description
a
%package libs
Summary: b
%description libs
b
%install
mkdir -p %{buildroot}/etc %{buildroot}/usr/bin %{buildroot}/usr/share/doc/alpha
echo conf > %{buildroot}/etc/alpha.conf
echo ghost > %{buildroot}/etc/alpha.state
echo '#!/bin/sh' > %{buildroot}/usr/bin/alpha
ln -s alpha %{buildroot}/usr/bin/alpha-link
echo doc > %{buildroot}/usr/share/doc/alpha/README
echo lib > %{buildroot}/usr/bin/alpha-helper
%files
%config(noreplace) /etc/alpha.conf
%ghost /etc/alpha.state
/usr/bin/alpha
/usr/bin/alpha-link
%doc /usr/share/doc/alpha/README
%files libs
/usr/bin/alpha-helper
`;

describe.skipIf(missingTool('rpm', 'rpmbuild') !== undefined)(
  `against rpm${needs(missingTool('rpm', 'rpmbuild'))}`,
  () => {
    let packages: readonly string[] = [];

    beforeAll(() => {
      writeFileSync(
        join(ROOT, 'alpha.spec'),
        SPEC.replace(
          '%description\na\n',
          'Requires: %{name}-libs = 3:%{version}-%{release}\n%description\na\n',
        ),
      );
      run('rpmbuild', ['-bb', '--define', `_topdir ${ROOT}/build`, join(ROOT, 'alpha.spec')]);
      const folder = `${ROOT}/build/RPMS/noarch`;
      packages = ['alpha', 'alpha-libs'].map((name) => `${folder}/${name}-1.2-4.el9.noarch.rpm`);
    }, 60_000);

    function install(
      backend: string,
      folder = backend,
    ): {
      readonly root: string;
      readonly listed: readonly string[];
    } {
      const root = join(ROOT, folder);
      mkdirSync(root);
      const common = [
        '--root',
        root,
        '--define',
        `_db_backend ${backend}`,
        '--dbpath',
        '/var/lib/rpm',
      ];
      run('rpm', [...common, '--initdb']);
      run('rpm', [...common, '-i', '--nodeps', '--noscripts', '--nosignature', ...packages]);
      const format = '%{NAME}@%{EPOCH}:%{VERSION}-%{RELEASE}\\n';
      const listed = run('rpm', [...common, '-qa', '--qf', format])
        .trim()
        .split('\n')
        .sort();
      return { root, listed };
    }

    /** Reads a file of an installed database; `undefined` if there is none. */
    function databaseFile(root: string, name: string): Buffer | undefined {
      const file = `${root}/var/lib/rpm/${name}`;
      return existsSync(file) ? readFileSync(file) : undefined;
    }

    async function expectPackages(
      name: string,
      listed: readonly string[],
      bytes: Buffer,
      wal?: Buffer,
    ): Promise<void> {
      const path = `/var/lib/rpm/${name}`;
      const siblings = new Map(
        wal === undefined ? [] : [[`${path}-wal`, catalogFile(`${path}-wal`, wal)]],
      );
      const result = await rpmdb.read(catalogFile(path, bytes), siblings, quietContext());
      expect(namesOf(result)).toEqual(listed);
      const alpha = result.packages.find((pkg) => pkg.name === 'alpha');
      expect(alpha).toMatchObject({
        source: { name: 'alpha', version: '3:1.2-4.el9' },
        licenses: ['MIT'],
        dependsOn: ['alpha-libs'],
        requiresExactly: [{ name: 'alpha-libs', version: '3:1.2-4.el9' }],
      });
      expect(outcomes(alpha ?? { name: '', version: '' })).toEqual(['match', 'match']);
      const byPath = new Map(Array.from(alpha?.ownedFiles ?? [], (file) => [file.path, file]));
      expect(byPath.get('/etc/alpha.conf')?.kind).toBe('config');
      expect(byPath.get('/etc/alpha.state')).toEqual({
        path: '/etc/alpha.state',
        kind: 'file',
        mayBeAbsent: true,
      });
      expect(byPath.get('/usr/bin/alpha-link')).toEqual({
        path: '/usr/bin/alpha-link',
        kind: 'link',
        target: 'alpha',
      });
      expect(byPath.get('/usr/bin/alpha')?.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(byPath.get('/usr/share/doc/alpha/README')?.mayBeAbsent).toBe(true);

      const tampered = Buffer.from(bytes);
      for (
        let at = tampered.indexOf('\x001.2\x00');
        at >= 0;
        at = tampered.indexOf('\x001.2\x00', at + 1)
      ) {
        tampered.write('9', at + 1, 'latin1');
      }
      const changed = await readCatalog(rpmdb, path, tampered);
      expect(changed.packages.map((pkg) => outcomes(pkg))).toEqual([
        ['mismatch', 'mismatch'],
        ['mismatch', 'mismatch'],
      ]);
      expect(namesOf(changed)).toContain('alpha@3:9.2-4.el9');
    }

    it('sqlite: the packages are those of rpm -qa', async () => {
      const { root, listed } = install('sqlite');
      const bytes = databaseFile(root, 'rpmdb.sqlite') ?? expect.fail();
      await expectPackages('rpmdb.sqlite', listed, bytes, databaseFile(root, 'rpmdb.sqlite-wal'));
    });

    const noNdb = missingAbility('rpm/ndb');
    it.skipIf(noNdb !== undefined)(
      `ndb: the packages are those of rpm -qa${needs(noNdb)}`,
      async () => {
        const { root, listed } = install('ndb');
        const bytes = databaseFile(root, 'Packages.db') ?? expect.fail();
        await expectPackages('Packages.db', listed, bytes);
      },
    );

    it('ndb, written by the test with the headers of rpm: the packages are the same', async () => {
      const { root, listed } = install('sqlite', 'headers');
      const part = (name: string): ByteSource | undefined => {
        const bytes = databaseFile(root, name);
        return bytes && catalogFile(name, bytes);
      };
      const source = part('rpmdb.sqlite') ?? expect.fail();
      const headers: Uint8Array[] = [];
      for await (const header of readRpmDatabase(source, part('rpmdb.sqlite-wal'))) {
        headers.push(header ?? expect.fail());
      }
      await expectPackages('Packages.db', listed, ndbDatabase(headers));
    });
  },
);
