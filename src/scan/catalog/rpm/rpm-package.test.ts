import { describe, expect, it } from 'vitest';

import { ndbDatabase, rpmHeader, type RpmValue } from '../../../../test/support/rpm.ts';
import { namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import { RPM_TAG } from '../../../formats/binary/rpm/rpm-header.ts';
import type { CatalogResult } from '../../../core/model/catalog/catalog.ts';
import { rpmdb } from './rpmdb.ts';

const PATH = '/var/lib/rpm/Packages.db';
const SHA256 = 'a'.repeat(64);

const OPENSSL: readonly (readonly [number, RpmValue])[] = [
  [RPM_TAG.name, { text: 'openssl' }],
  [RPM_TAG.version, { text: '3.0.7' }],
  [RPM_TAG.release, { text: '1.el9' }],
];

function read(
  signed: readonly (readonly [number, RpmValue])[],
  added: readonly (readonly [number, RpmValue])[] = [],
): Promise<CatalogResult> {
  const header = rpmHeader(new Map([...OPENSSL, ...signed]), new Map(added));
  return readCatalog(rpmdb, PATH, ndbDatabase([header]));
}

describe('identity', () => {
  it.each([
    ['none', [], '3.0.7-1.el9'],
    ['zero', [[RPM_TAG.epoch, { int32: [0] }]], '3.0.7-1.el9'],
    ['one', [[RPM_TAG.epoch, { int32: [1] }]], '1:3.0.7-1.el9'],
  ] as const)('an epoch of %s', async (_name, tags, version) => {
    const result = await read(tags);
    expect(namesOf(result)).toEqual([`openssl@${version}`]);
    expect(result.packages[0]?.selfChecks?.map(({ outcome }) => outcome)).toEqual(['match']);
  });

  it('is without source where the package is one', async () => {
    expect((await read([])).packages[0]?.source).toBeUndefined();
  });

  it.each([
    ['no version', [[RPM_TAG.version, { text: '' }]], 'no name or version'],
    ['no name', [[RPM_TAG.name, { text: '' }]], 'no name or version'],
  ] as const)('%s is an unreadable row', async (_name, tags, reason) => {
    const result = await read(tags);
    expect(result.packages).toEqual([]);
    expect(result.diagnostics?.[0]).toMatchObject({ gap: 'unreadable' });
    expect(result.diagnostics?.[0]?.message).toContain(reason);
  });

  it('leaves out keys, which prove nothing', async () => {
    expect(await read([[RPM_TAG.name, { text: 'gpg-pubkey' }]])).toEqual({ packages: [] });
  });

  it('reads the others of a database with one that is no header', async () => {
    const good = rpmHeader(new Map(OPENSSL));
    const result = await readCatalog(rpmdb, PATH, ndbDatabase([Buffer.alloc(30), good]));
    expect(namesOf(result)).toEqual(['openssl@3.0.7-1.el9']);
    expect(result.diagnostics?.[0]?.gap).toBe('unreadable');
  });
});

describe('entries behind the signed part', () => {
  it('cannot replace the version without being seen: both are stated', async () => {
    const result = await read([], [[RPM_TAG.version, { text: '3.9.9' }]]);
    expect(namesOf(result)).toEqual(['openssl@3.9.9-1.el9']);
    expect(result.packages[0]?.versionClaims).toEqual([
      { by: 'signed part of the rpm header', version: '3.0.7-1.el9', weight: 'binding' },
    ]);
  });

  it('cannot replace the name or the digests of files', async () => {
    const result = await read(
      [[RPM_TAG.fileDigests, { texts: [SHA256] }]],
      [
        [RPM_TAG.name, { text: 'harmless' }],
        [RPM_TAG.fileDigests, { texts: ['b'.repeat(64)] }],
      ],
    );
    const mismatches = result.packages[0]?.selfChecks?.filter(
      ({ outcome }) => outcome === 'mismatch',
    );
    expect(mismatches?.map(({ by }) => by)).toEqual([
      'name in the signed part of the rpm header',
      'file digests in the signed part of the rpm header',
    ]);
  });

  it('are what installation adds, and no contradiction', async () => {
    const result = await read([], [[RPM_TAG.fileStates, { binary: Uint8Array.of(0) }]]);
    expect(result.packages[0]?.selfChecks?.map(({ outcome }) => outcome)).toEqual(['match']);
  });
});

describe('files', () => {
  const FILES: readonly (readonly [number, RpmValue])[] = [
    [RPM_TAG.baseNames, { texts: ['a', 'b', 'c', 'd'] }],
    [RPM_TAG.dirNames, { texts: ['/usr/bin/', '/etc/'] }],
    [RPM_TAG.dirIndexes, { int32: [0, 1, 1, 0] }],
    [RPM_TAG.fileModes, { int16: [0o100755, 0o100644, 0o040755, 0o020644] }],
    [RPM_TAG.fileFlags, { int32: [0, 1, 0, 0] }],
    [RPM_TAG.fileDigests, { texts: [SHA256, SHA256, '', ''] }],
    [RPM_TAG.fileDigestAlgorithm, { int32: [8] }],
  ];

  it('are files and links, not folders or devices', async () => {
    expect((await read(FILES)).packages[0]?.ownedFiles).toEqual([
      { path: '/usr/bin/a', kind: 'file', digest: `sha256:${SHA256}` },
      { path: '/etc/b', kind: 'config', digest: `sha256:${SHA256}` },
    ]);
  });

  it('that the packager does not verify have no digest', async () => {
    const result = await read([
      ...FILES,
      [RPM_TAG.fileVerifyFlags, { int32: [0xfffe, 0xffff, 0, 0] }],
    ]);
    expect(Array.from(result.packages[0]?.ownedFiles ?? [], ({ digest }) => digest)).toEqual([
      undefined,
      `sha256:${SHA256}`,
    ]);
  });

  it('have MD5 digests where no algorithm is named', async () => {
    const tags = new Map(FILES);
    tags.delete(RPM_TAG.fileDigestAlgorithm);
    tags.set(RPM_TAG.fileDigests, { texts: ['c'.repeat(32), SHA256, '', ''] });
    const owns = (await read([...tags])).packages[0]?.ownedFiles;
    expect(Array.from(owns ?? [], ({ digest }) => digest)).toEqual([
      `md5:${'c'.repeat(32)}`,
      undefined,
    ]);
  });

  it.each([
    ['folders that are not there', [RPM_TAG.dirIndexes, { int32: [0, 9, 1, 0] }]],
    ['fewer numbers than names', [RPM_TAG.dirIndexes, { int32: [0] }]],
    ['fewer modes than names', [RPM_TAG.fileModes, { int16: [0] }]],
    ['folders that are no paths', [RPM_TAG.dirNames, { texts: ['usr', 'etc'] }]],
  ] as const)('with %s are an unreadable row, and the package stays', async (_name, tag) => {
    const result = await read([...new Map([...FILES, tag])]);
    expect(namesOf(result)).toEqual(['openssl@3.0.7-1.el9']);
    expect(result.diagnostics?.[0]?.gap).toBe('unreadable');
  });
});
