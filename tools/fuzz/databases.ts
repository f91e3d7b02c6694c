/** Databases, and what stands in them. */

import { ndbDatabase, rpmHeader } from '../../test/support/rpm.ts';
import { rpmdb } from '../../src/scan/catalog/rpm/rpmdb.ts';
import { openBolt, type BoltBucket } from '../../src/formats/binary/bolt.ts';
import { readOpenPgpKeys } from '../../src/formats/crypto/openpgp/openpgp-keys.ts';
import { readPackets } from '../../src/formats/crypto/openpgp/openpgp-packets.ts';
import { readSignature } from '../../src/formats/crypto/openpgp/openpgp-signature.ts';
import { readRpmDatabase } from '../../src/formats/binary/rpm/rpm-database.ts';
import { headerDigests } from '../../src/formats/binary/rpm/rpm-digest.ts';
import { RPM_TAG, RpmHeader } from '../../src/formats/binary/rpm/rpm-header.ts';
import { verifyHeaderSignature } from '../../src/formats/binary/rpm/rpm-signature.ts';
import { openSqlite } from '../../src/formats/binary/sqlite/sqlite.ts';
import { boltDatabase } from '../../test/support/bolt-database.ts';
import { bdbDatabase, sqliteDatabase } from '../../test/support/small-databases.ts';
import { catalogs, drain, expect, fileOf, type FuzzTarget } from './target.ts';

const MAX_ROWS = 200_000;

function header(): Buffer {
  return rpmHeader(
    new Map([
      [RPM_TAG.name, { text: 'a' }],
      [RPM_TAG.version, { text: '1' }],
      [RPM_TAG.release, { text: '2' }],
      [RPM_TAG.requireName, { texts: ['b'] }],
      [RPM_TAG.dirIndexes, { int32: [0] }],
      [RPM_TAG.baseNames, { texts: ['x'] }],
      [RPM_TAG.dirNames, { texts: ['/'] }],
      [RPM_TAG.fileModes, { int16: [0o100644] }],
    ]),
  );
}

/** A public key of RSA, version 4, with a name; see RFC 9580, 5.5.2. */
function keyPacket(): Buffer {
  const modulus = Buffer.alloc(256, 0xd5);
  const body = Buffer.concat([
    Buffer.from([4, 0x65, 0, 0, 0, 1, 0x08, 0x00]),
    modulus,
    Buffer.from([0x00, 0x11, 0x01, 0x00, 0x01]),
  ]);
  const head = Buffer.from([0x99, body.length >> 8, body.length & 0xff]);
  return Buffer.concat([head, body, Buffer.from([0xcd, 1]), Buffer.from('a')]);
}

function armored(packets: Buffer): Buffer {
  const lines = packets.toString('base64').replaceAll(/.{64}/g, '$&\n');
  const [begin, end] = ['BEGIN', 'END'].map((word) => `-----${word} PGP PUBLIC KEY BLOCK-----`);
  return Buffer.from(`${String(begin)}\n\n${lines}\n${String(end)}\n`);
}

/** Walks all buckets and rows. */
async function walk(bucket: BoltBucket, budget: { rows: number }): Promise<void> {
  for await (const entry of bucket.entries()) {
    budget.rows += 1;
    expect(budget.rows < MAX_ROWS, 'more rows than the file can hold');
    if ('bucket' in entry) await walk(entry.bucket, budget);
  }
}

export const DATABASE_TARGETS: readonly FuzzTarget[] = [
  {
    id: 'sqlite/rows',
    seeds: () => [sqliteDatabase()],
    async run(bytes: Uint8Array): Promise<void> {
      const database = await openSqlite(fileOf(bytes));
      let rows = 0;
      for (const table of (await database.tables()).values()) {
        for await (const row of database.rows(table)) {
          rows += row === undefined ? 0 : 1;
          expect(rows < MAX_ROWS, 'more rows than the file can hold');
        }
      }
    },
  },
  {
    id: 'sqlite/write-ahead-log',
    seeds: () => [Buffer.concat([Buffer.alloc(32), Buffer.alloc(24), sqliteDatabase()])],
    async run(bytes: Uint8Array): Promise<void> {
      const database = await openSqlite(fileOf(sqliteDatabase()), fileOf(bytes, '/fuzzed-wal'));
      for (const table of (await database.tables()).values()) await drain(database.rows(table));
    },
  },
  {
    id: 'rpm/ndb',
    seeds: () => [ndbDatabase([header(), header()])],
    run: (bytes) => drain(readRpmDatabase(fileOf(bytes))),
  },
  {
    id: 'rpm/berkeley-db',
    seeds: () => [bdbDatabase(header())],
    run: (bytes) => drain(readRpmDatabase(fileOf(bytes))),
  },
  {
    id: 'rpm/header',
    seeds: () => [header()],
    async run(bytes: Uint8Array): Promise<void> {
      const read = RpmHeader.read(bytes);
      if (read === undefined) return;
      headerDigests(read);
      verifyHeaderSignature(read, []);
      await catalogs(rpmdb, '/var/lib/rpm/Packages.db', ndbDatabase([bytes]));
    },
  },
  {
    id: 'bolt/buckets',
    seeds: () => [boltDatabase({ a: 'b', c: { d: 'e', f: {} } })],
    async run(bytes: Uint8Array): Promise<void> {
      const { root } = await openBolt(fileOf(bytes));
      await walk(root, { rows: 0 });
      await root.value('a');
    },
  },
  {
    id: 'openpgp/packets',
    seeds: () => [keyPacket(), armored(keyPacket())],
    run(bytes: Uint8Array): void {
      for (const { body } of readPackets(bytes) ?? []) readSignature(body);
      readOpenPgpKeys('fuzzed', bytes);
    },
  },
];
