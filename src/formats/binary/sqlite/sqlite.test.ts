import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';

import '../../../../test/support/property-seed.ts';
import { missingTool, needs, run } from '../../../../test/support/tools.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { ByteSource } from '../../bytes/byte-source.ts';
import { openSqlite, type SqliteRow } from './sqlite.ts';
import { readRecord, readVarint } from './sqlite-record.ts';

function source(bytes: Uint8Array, path = '/a.sqlite'): ByteSource {
  return {
    path,
    sizeBytes: bytes.length,
    readAt: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
  };
}

async function rowsOf(
  bytes: Uint8Array,
  table: string,
  wal?: Uint8Array,
): Promise<readonly (SqliteRow | undefined)[]> {
  const database = await openSqlite(source(bytes), wal && source(wal, '/a.sqlite-wal'));
  const found = (await database.tables()).get(table);
  if (found === undefined) throw new Error(`no table ${table}`);
  const rows: (SqliteRow | undefined)[] = [];
  for await (const row of database.rows(found)) rows.push(row);
  return rows;
}

describe('varints and records', () => {
  it.each([
    [[0x00], 0],
    [[0x7f], 127],
    [[0x81, 0x00], 128],
    [[0xff, 0xff, 0x7f], 2_097_151],
  ])('%j is %d', (bytes, value) => {
    expect(readVarint(Uint8Array.from(bytes), 0)).toEqual({ value, end: bytes.length });
  });

  it('refuses a varint that leaves the bytes, and a record that does', () => {
    expect(readVarint(Uint8Array.of(0x81), 0)).toBeUndefined();
    expect(readRecord(Uint8Array.of(0x02, 0x05))).toBeUndefined();
    expect(readRecord(Uint8Array.of(0x09))).toBeUndefined();
    expect(readRecord(Uint8Array.of(0x02, 0x0a))).toBeUndefined();
  });

  it('reads numbers of every width', () => {
    expect(readRecord(Uint8Array.of(4, 1, 2, 9, 0xff, 0x01, 0x00))).toEqual([-1, 256, 1]);
    expect(readRecord(Uint8Array.of(2, 15, 0x41))).toEqual(['A']);
  });
});

const FOLDER = mkdtempSync(join(tmpdir(), 'assay-sqlite-'));
afterAll(() => {
  rmSync(FOLDER, { recursive: true, force: true });
});

/**
 * Three generations of a table: in the file, committed to the log, and written to the log without a
 * commit.
 */
const SCRIPT = `
import sqlite3, sys, shutil
path, page, wal = sys.argv[1], int(sys.argv[2]), sys.argv[3] == 'wal'
db = sqlite3.connect(path, isolation_level=None)
db.execute('pragma page_size = %d' % page)
db.execute('create table Packages (hnum integer primary key, blob blob not null)')
db.execute('create index names on Packages (blob)')
if wal: db.execute('pragma journal_mode = wal'); db.execute('pragma wal_autocheckpoint = 0')
db.execute('begin')
for i in range(1, 400):
    db.execute('insert into Packages values (?, ?)', (i, bytes([i % 251]) * (i * 37 % 9000)))
db.execute('commit')
db.execute('delete from Packages where hnum = 7')
if wal:
    shutil.copy(path, path + '.copy'); shutil.copy(path + '-wal', path + '.copy-wal')
db.close()
`;

describe.skipIf(missingTool('python3'))(`against SQLite${needs(missingTool('python3'))}`, () => {
  const expected = Array.from({ length: 399 }, (_, index) => index + 1)
    .filter((number) => number !== 7)
    .map((number) => [number, (number * 37) % 9000]);

  function build(pageBytes: number, mode: 'wal' | 'plain'): string {
    const path = join(FOLDER, `${mode}-${String(pageBytes)}.db`);
    run('python3', ['-c', SCRIPT, path, String(pageBytes), mode]);
    return path;
  }

  function shape(rows: readonly (SqliteRow | undefined)[]): readonly unknown[] {
    return rows.map((row) => {
      const blob = row?.values[1];
      if (!(blob instanceof Uint8Array)) return undefined;
      const isRight = blob.every((byte) => byte === (row?.rowid ?? 0) % 251);
      return isRight ? [row?.rowid, blob.length] : undefined;
    });
  }

  it.each([512, 1024, 4096, 32_768, 65_536])('pages of %d bytes', async (pageBytes) => {
    const bytes = readFileSync(build(pageBytes, 'plain'));
    expect(shape(await rowsOf(bytes, 'Packages'))).toEqual(expected);
  });

  it.each([512, 4096, 65_536])('a log of pages of %d bytes', async (pageBytes) => {
    const path = build(pageBytes, 'wal');
    const bytes = readFileSync(`${path}.copy`);
    const wal = readFileSync(`${path}.copy-wal`);
    expect(shape(await rowsOf(bytes, 'Packages', wal))).toEqual(expected);
    // A frame cut off takes the last commit with it: the row that it deleted is there again.
    const rows = await rowsOf(bytes, 'Packages', wal.subarray(0, wal.length - 1));
    expect(rows.length).toBe(399);
    // A log of another salt is one that was checkpointed long ago.
    const other = Buffer.from(wal);
    other[16] = (other[16] ?? 0) ^ 1;
    expect(await openSqlite(source(bytes), source(other)).then((db) => db.usesWal)).toBe(false);
    const damaged = Buffer.from(wal);
    damaged[40] = (damaged[40] ?? 0) ^ 1;
    expect(await openSqlite(source(bytes), source(damaged)).then((db) => db.usesWal)).toBe(false);
  });

  it('ends with an error, or without, whatever the bytes', async () => {
    const good = readFileSync(build(2048, 'plain'));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 })), {
          minLength: 1,
          maxLength: 20,
        }),
        fc.option(fc.nat(good.length - 1)),
        async (changes, length) => {
          const bytes = Buffer.from(good.subarray(0, length ?? undefined));
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          try {
            await rowsOf(bytes, 'Packages');
          } catch (error) {
            const isExpected =
              error instanceof ParseError || /^no table/.test(String(error).slice(7));
            expect(isExpected, String(error)).toBe(true);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('what is no database', () => {
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['another magic', Buffer.alloc(4096)],
    [
      'a page size that is none',
      Buffer.concat([Buffer.from('SQLite format 3\0\x03\x03'), Buffer.alloc(4096)]),
    ],
    ['only a header', Buffer.concat([Buffer.from('SQLite format 3\0\x10\x00'), Buffer.alloc(82)])],
  ])('%s is refused', async (_name, bytes) => {
    await expect(rowsOf(bytes, 'Packages')).rejects.toThrow(ParseError);
  });
});
