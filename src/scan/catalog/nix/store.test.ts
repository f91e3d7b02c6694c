import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { startCpuClock } from '../../../../test/support/cpu-time.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { sqliteTables } from '../../../../test/support/small-databases.ts';
import { storeDatabase } from './store-database.ts';
import { storePackage } from './store-name.ts';
import { storePath } from './store-path.ts';

const HASH = '3s0i9k4rbb6xkq1lzjz2v0n8gahwyd5m';
const STORE = `/nix/store/${HASH}`;

describe('the name of a store path', () => {
  it.each([
    ['hello-2.12.1', 'hello', '2.12.1'],
    ['bash-interactive-5.2p26', 'bash-interactive', '5.2p26'],
    ['python3.11-requests-2.31.0', 'python3.11-requests', '2.31.0'],
    ['openssl-3.0.13-bin', 'openssl', '3.0.13'],
    ['glibc-2.39-52', 'glibc', '2.39-52'],
    ['gcc-13.2.0-lib', 'gcc', '13.2.0'],
    ['nss-cacert-3.98', 'nss-cacert', '3.98'],
    ['x264-0-unstable-2023-10-01', 'x264', '0-unstable-2023-10-01'],
    ['a--1', 'a', '-1'],
    ['glibc-2.38-getent', 'glibc', '2.38'],
    ['util-linux-2.39.3-swap', 'util-linux', '2.39.3'],
    ['linux-6.1.52-modules', 'linux', '6.1.52'],
    ['ncurses-6.4-man', 'ncurses', '6.4'],
    ['glibc-2.39-52-getent', 'glibc', '2.39-52'],
    ['x264-0-unstable-2023-10-01-lib', 'x264', '0-unstable-2023-10-01'],
    ['x264-0-unstable-2023-10-01-tool', 'x264', '0-unstable-2023-10-01'],
    ['foo-unstable-2023-01-01', 'foo-unstable', '2023-01-01'],
    ['foo-1.0-rc1', 'foo', '1.0-rc1'],
    ['foo-1.0-beta', 'foo', '1.0-beta'],
    ['rust-1.70.0-x86_64-unknown-linux-gnu', 'rust', '1.70.0-x86_64-unknown-linux-gnu'],
    ['perl5.36.0-URI-5.05', 'perl5.36.0-URI', '5.05'],
    ['gtk+3-3.24.35', 'gtk+3', '3.24.35'],
    ['7zip-22.01', '7zip', '22.01'],
  ])('%s', (rest, name, version) => {
    expect(storePackage(`${STORE}-${rest}`)).toEqual({ name, version });
  });

  it.each([
    `${STORE}-source`,
    `${STORE}-hello-2.12.1.drv`,
    `${STORE}-hello-2.12.1.tar.gz`,
    `${STORE}-CVE-2024-1.patch`,
    `${STORE}-unit-nscd.service`,
    '/nix/store/eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee-hello-1',
    `/nix/store/${HASH}0-hello-1`,
    `${STORE}--1`,
    `${STORE}-hello-1/bin`,
    `${STORE}-jq-1.7.1-source`,
    `${STORE}-\u001b[31mx-1.0`,
    `/nix/store/${HASH.toUpperCase()}-hello-1`,
    '/nix/store/.links',
    '',
  ])('is none of "%s"', (path) => {
    expect(storePackage(path)).toBeUndefined();
  });

  it.each([
    ['foo-1.0-beta', 'foo-1.0', 'foo', '1.0'],
    ['foo-1.0-beta', 'foo-1.0-beta', 'foo', '1.0-beta'],
    ['foo-1.0-tool-x', 'foo-1.0', 'foo', '1.0'],
    ['foo-1.0-getent', 'bar-2.0', 'foo', '1.0'],
  ])('%s, which %s built', (rest, built, name, version) => {
    const deriver = `/nix/store/${HASH}-${built}.drv`;
    expect(storePackage(`${STORE}-${rest}`, deriver)).toEqual({ name, version });
  });

  it('is read in time however long it is', () => {
    const cpuMs = startCpuClock();
    for (const text of ['-', 'a-', '-a', '1-', '-1'])
      storePackage(`${STORE}-${text.repeat(100_000)}`);
    expect(cpuMs()).toBeLessThan(1000);
  });
});

describe('a folder of the store', () => {
  it.each([
    [`${STORE}-hello-2.12.1/bin/hello`, ['hello@2.12.1']],
    [`/mnt${STORE}-zlib-1.3/lib/libz.so`, ['zlib@1.3']],
    [`${STORE}-tzdata-2023c/share/zoneinfo/UTC`, ['tzdata@2023c']],
    [`${STORE}-jquery-1.2/x`, ['jquery@1.2']],
    [`${STORE}-source/lib/x`, []],
    [`${STORE}-hello-1`, []],
    ['/usr/bin/x', []],
  ])('%s', async (path, expected) => {
    const { packages, diagnostics } = await readCatalog(storePath, path, 'x');
    expect(packages.map(({ name, version }) => `${name}@${version}`)).toEqual(expected);
    expect(diagnostics).toBeUndefined();
  });

  it('that no store can have is a gap', async () => {
    const path = `${STORE}-\u001b[31mx-1.0/bin/x`;
    const { packages, diagnostics } = await readCatalog(storePath, path, 'x');
    expect(packages).toEqual([]);
    expect(diagnostics?.map(({ gap }) => gap)).toEqual(['unreadable']);
  });
});

describe('the database of the store', () => {
  const PATH = '/nix/var/nix/db/db.sqlite';
  const paths = {
    name: 'ValidPaths',
    sql: 'CREATE TABLE ValidPaths (id integer primary key autoincrement not null, path text)',
    rows: [
      [null, `${STORE}-curl-8.7.1`],
      [null, `${STORE}-openssl-3.0.13`],
      [null, `${STORE}-openssl-3.0.13-bin`],
      [null, `${STORE}-source`],
      [null, null],
    ],
  };
  const references = {
    name: 'Refs',
    sql: 'CREATE TABLE Refs (referrer integer not null, reference integer not null)',
    rows: [
      [1, 2],
      [1, 4],
      [2, 3],
      [9, 1],
    ],
  };

  it('lists each package once, with what it refers to', async () => {
    const database = sqliteTables([paths, references]);
    const { packages, diagnostics } = await readCatalog(storeDatabase, PATH, database);
    expect(packages).toEqual([
      { name: 'curl', version: '8.7.1', dependsOn: ['openssl@3.0.13'] },
      { name: 'openssl', version: '3.0.13' },
    ]);
    expect(diagnostics?.map(({ gap }) => gap)).toEqual(['unreadable']);
  });

  it('says which paths it cannot read', async () => {
    const odd = ['x', `${STORE}-a-1/../x`, `/nix/store/short-abc-1.0`];
    const rows = [`${STORE}-curl-8.7.1`, ...odd].map((path) => [null, path]);
    const database = sqliteTables([{ ...paths, rows }, references]);
    const { packages, diagnostics = [] } = await readCatalog(storeDatabase, PATH, database);
    expect(packages).toHaveLength(1);
    expect(diagnostics.map(({ gap, message }) => [gap, message])).toEqual(
      odd.map((path) => ['unreadable', `unreadable row (no path of the store): "${path}"`]),
    );
  });

  it('takes outputs from the name of the derivation', async () => {
    const table = {
      name: 'ValidPaths',
      sql: 'CREATE TABLE ValidPaths (id integer primary key autoincrement not null, path text, hash text, registrationTime integer, deriver text)',
      rows: [[null, `${STORE}-foo-1.0-beta`, 'sha256:0', 1, `/nix/store/${HASH}-foo-1.0.drv`]],
    };
    const { packages } = await readCatalog(storeDatabase, PATH, sqliteTables([table]));
    expect(packages).toEqual([{ name: 'foo', version: '1.0' }]);
  });

  it('is refused without its table', async () => {
    const database = sqliteTables([references]);
    await expect(readCatalog(storeDatabase, PATH, database)).rejects.toThrow('ValidPaths');
  });

  it('survives hostile files', () =>
    survivesHostileInput(storeDatabase, PATH, sqliteTables([paths, references])));
});
