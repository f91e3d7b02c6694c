/**
 * The headers in a database of RPM, whichever of its three forms it has: SQLite, ndb, or a hash
 * table of Berkeley DB.
 *
 * Source: rpm.org, "Database backends". The form is recognized by the first bytes, not from the
 * file's name.
 */

import { ParseError } from '../../../core/base/errors.ts';
import { isBdbHash, readBdbHash } from './bdb-hash.ts';
import { dataView, readExactly, type ByteSource } from '../../bytes/byte-source.ts';
import { isNdb, readNdb } from './ndb.ts';
import { isSqlite, openSqlite } from '../sqlite/sqlite.ts';

const HEAD_BYTES = 16;
/** In SQLite: `CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL)`. */
const TABLE = 'Packages';
const BLOB_COLUMN = 1;

/**
 * Yields the blobs of all packages; `undefined` for one that the database names and does not hold.
 *
 * @param wal the write-ahead log of an SQLite database
 * @throws ParseError where it is no such database, or its pages are damaged
 */
export async function* readRpmDatabase(
  source: ByteSource,
  wal?: ByteSource,
): AsyncGenerator<Uint8Array | undefined> {
  const head = await headOf(source, wal);
  if (isSqlite(head)) yield* sqliteBlobs(source, wal);
  else if (isNdb(head)) yield* readNdb(source);
  else if (isBdbHash(head)) yield* bdbBlobs(source);
  else throw new ParseError(source.path, 'no database of RPM');
}

/**
 * Returns the head of a database; an SQLite database all of whose pages are still in its log is an
 * empty file.
 */
async function headOf(source: ByteSource, wal: ByteSource | undefined): Promise<Uint8Array> {
  if (source.sizeBytes === 0 && wal !== undefined) return Buffer.from('SQLite format 3\0');
  return readExactly(source, 0, HEAD_BYTES);
}

async function* sqliteBlobs(
  source: ByteSource,
  wal: ByteSource | undefined,
): AsyncGenerator<Uint8Array | undefined> {
  const database = await openSqlite(source, wal);
  const table = (await database.tables()).get(TABLE);
  if (table === undefined) throw new ParseError(source.path, `no table "${TABLE}"`);
  for await (const row of database.rows(table)) {
    const blob = row?.values[BLOB_COLUMN];
    yield blob instanceof Uint8Array ? blob : undefined;
  }
}

/** Under the key 0 the table keeps the highest number given. */
async function* bdbBlobs(source: ByteSource): AsyncGenerator<Uint8Array | undefined> {
  for await (const { key, value } of readBdbHash(source)) {
    if (key.length === 4 && dataView(key).getUint32(0) === 0) continue;
    yield value;
  }
}
