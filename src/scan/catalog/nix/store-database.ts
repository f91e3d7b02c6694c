/**
 * Packages of Nix by the database of its store, `/nix/var/nix/db/db.sqlite`.
 *
 * Source: the Nix manual, "Store Object" and "Nix Database", and Nix's `schema.sql`; the table
 * `ValidPaths` has an id, the path, its hash, its time and the derivation that built it, `Refs`
 * which path refers to which. Several paths of one name and version, as of several outputs, are one
 * package. Names: see `store-name.ts`. Refused: what is no such database. A row that cannot be read
 * is a gap.
 */

import { ParseError } from '../../../core/base/errors.ts';
import { openSqlite, type SqliteDatabase } from '../../../formats/binary/sqlite/sqlite.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { isStorePath, storePackage, type StorePackage } from './store-name.ts';

const WAL = '-wal';

interface Row extends StorePackage {
  readonly dependsOn: Set<string>;
}

export const storeDatabase: Cataloger = {
  async read(file, siblings, context) {
    const result = new CatalogBuilder(file.path);
    const database = await openSqlite(file, siblings.get(file.path + WAL));
    const rows = await readPaths(database, file.path, result);
    context.signal.throwIfAborted();
    await readReferences(database, rows);
    for (const { name, version, dependsOn } of new Set(rows.values())) {
      result.add({ name, version, ...(dependsOn.size > 0 && { dependsOn: [...dependsOn] }) });
    }
    return result.done();
  },
};

/** Returns the packages by the ids of their paths. */
async function readPaths(
  database: SqliteDatabase,
  path: string,
  result: CatalogBuilder,
): Promise<ReadonlyMap<number, Row>> {
  const table = (await database.tables()).get('ValidPaths');
  if (table === undefined) throw new ParseError(path, 'no table "ValidPaths"');
  const byPackage = new Map<string, Row>();
  const byId = new Map<number, Row>();
  for await (const row of database.rows(table)) {
    const [, storePath, , , deriver] = row?.values ?? [];
    if (row === undefined || typeof storePath !== 'string' || !isStorePath(storePath)) {
      result.unreadableRow(storePath ?? 'a path', { reason: 'no path of the store' });
      continue;
    }
    const found = storePackage(storePath, typeof deriver === 'string' ? deriver : undefined);
    if (found === undefined) continue;
    const key = keyOf(found);
    const known = byPackage.get(key) ?? { ...found, dependsOn: new Set() };
    byPackage.set(key, known);
    byId.set(row.rowid, known);
  }
  return byId;
}

async function readReferences(
  database: SqliteDatabase,
  rows: ReadonlyMap<number, Row>,
): Promise<void> {
  const table = (await database.tables()).get('Refs');
  if (table === undefined) return;
  for await (const row of database.rows(table)) {
    const [from, to] = (row?.values ?? []).map((id) => rows.get(Number(id)));
    if (from !== undefined && to !== undefined && from !== to) from.dependsOn.add(keyOf(to));
  }
}

function keyOf({ name, version }: StorePackage): string {
  return `${name}@${version}`;
}
