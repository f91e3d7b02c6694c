import { describe, expect, it } from 'vitest';

import { catalogFile, readCatalog } from '../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../test/support/hostile.ts';
import { sqliteTables } from '../../../test/support/small-databases.ts';
import { quietContext } from '../../base/context.ts';
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
    '/nix/store/.links',
    '',
  ])('is none of "%s"', (path) => {
    expect(storePackage(path)).toBeUndefined();
  });

  it('is read in time however long it is', () => {
    const began = performance.now();
    for (const text of ['-', 'a-', '-a', '1-']) storePackage(`${STORE}-${text.repeat(100_000)}`);
    expect(performance.now() - began).toBeLessThan(1000);
  });
});

describe('a folder of the store', () => {
  it.each([
    [`${STORE}-hello-2.12.1/bin/hello`, ['hello@2.12.1']],
    [`/mnt${STORE}-zlib-1.3/lib/libz.so`, ['zlib@1.3']],
    [`${STORE}-python3-3.11.9/lib/python3.11/bin/x`, []],
    [`${STORE}-source/lib/x`, []],
    ['/usr/bin/x', []],
  ])('%s', async (path, expected) => {
    const { packages } = await readCatalog(storePath, path, 'x');
    expect(packages.map(({ name, version }) => `${name}@${version}`)).toEqual(expected);
  });

  it('is spoken for by one of its files', async () => {
    const files = ['a', 'b'].map((name) => catalogFile(`${STORE}-x-1/bin/${name}`, ''));
    const siblings = { get: () => undefined, beside: () => files };
    const counts = [];
    for (const file of files) {
      counts.push((await storePath.read(file, siblings, quietContext())).packages.length);
    }
    expect(counts).toEqual([1, 0]);
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

  it('is refused without its table', async () => {
    const database = sqliteTables([references]);
    await expect(readCatalog(storeDatabase, PATH, database)).rejects.toThrow('ValidPaths');
  });

  it('survives hostile files', () =>
    survivesHostileInput(storeDatabase, PATH, sqliteTables([paths, references])));
});
