/**
 * RPM packages of the database on disk: `rpmdb.sqlite`, `Packages.db` (ndb) or `Packages` (Berkeley
 * DB).
 *
 * Source: see `formats/binary/rpm/rpm-database.ts` and `formats/binary/rpm/rpm-header.ts`. A header that was changed after
 * its packager made it is skipped by rpm itself; here it is a package, with its contradictions. A
 * row that is no header is a gap, and so are a write-ahead log and a rollback journal whose pages
 * cannot be brought together with the database.
 */

import type { Context } from '../../../core/base/context.ts';
import { readExactly } from '../../../formats/bytes/byte-source.ts';
import type { OpenPgpKey } from '../../../formats/crypto/openpgp/openpgp-keys.ts';
import { readRpmDatabase } from '../../../formats/binary/rpm/rpm-database.ts';
import { RpmHeader } from '../../../formats/binary/rpm/rpm-header.ts';
import { readWal } from '../../../formats/binary/sqlite/sqlite-wal.ts';
import type {
  CatalogFile,
  CatalogedPackage,
  Siblings,
} from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { rpmPackage } from './rpm-package.ts';
import { RpmProviders, rpmRelations, type RpmRelations } from './rpm-relations.ts';

const WAL = '-wal';
const JOURNAL = '-journal';
/**
 * sqlite.org, "Database File Format", section 3: a journal that begins otherwise is not rolled
 * back.
 */
const JOURNAL_MAGIC = Buffer.from('d9d505f920a163d7', 'hex');

/** Reads without any trusted key, so that no header is proven. */
export const rpmdb: Cataloger = rpmdbWith([]);

/**
 * Returns a reader that knows the keys that the user trusts: headers that one of them signed are
 * proven.
 */
export function rpmdbWith(keys: readonly OpenPgpKey[]): Cataloger {
  return {
    async read(file, siblings, context) {
      const result = new CatalogBuilder(file.path);
      if (file.path.endsWith(WAL)) await judgeStrayLog(file, siblings, result);
      else if (file.path.endsWith(JOURNAL)) await judgeJournal(file, result);
      else await readDatabase(file, { siblings, context, keys, result });
      return result.done();
    },
  };
}

/** One package while the others are read. */
interface Entry {
  readonly cataloged: CatalogedPackage;
  readonly relations: RpmRelations;
}

interface Job {
  readonly siblings: Siblings;
  readonly context: Context;
  readonly keys: readonly OpenPgpKey[];
  readonly result: CatalogBuilder;
}

async function readDatabase(file: CatalogFile, job: Job): Promise<void> {
  const { siblings, context, keys, result } = job;
  const entries: Entry[] = [];
  let row = 0;
  for await (const blob of readRpmDatabase(file, siblings.get(file.path + WAL))) {
    context.signal.throwIfAborted();
    row += 1;
    const header = blob && RpmHeader.read(blob);
    if (header === undefined) {
      result.unreadableRow(`package ${String(row)}`, { reason: 'no header of RPM' });
      continue;
    }
    const { cataloged, problem } = rpmPackage(header, keys);
    if (problem !== undefined) result.unreadableRow(problem, { reason: 'a broken header' });
    if (cataloged === undefined) continue;
    entries.push({ cataloged, relations: rpmRelations(cataloged.name, header) });
  }
  const providers = new RpmProviders(entries.map(({ relations }) => relations));
  for (const { cataloged } of entries)
    providers.addFiles(cataloged.name, cataloged.ownedFiles ?? []);
  for (const { cataloged, relations } of entries) {
    result.add({ ...cataloged, ...providers.resolve(relations) });
  }
}

/**
 * A log beside its database is read with it; one in a layer of its own changes a database that is
 * out of reach.
 */
async function judgeStrayLog(
  file: CatalogFile,
  siblings: Siblings,
  result: CatalogBuilder,
): Promise<void> {
  if (siblings.get(file.path.slice(0, -WAL.length)) !== undefined) return;
  if ((await readWal(file)) === undefined) return;
  result.gap('unreadable', 'changes of a package database that lies in another layer');
}

async function judgeJournal(file: CatalogFile, result: CatalogBuilder): Promise<void> {
  if (file.sizeBytes < JOURNAL_MAGIC.length) return;
  const head = await readExactly(file, 0, JOURNAL_MAGIC.length);
  if (!JOURNAL_MAGIC.equals(head)) return;
  result.gap('unreadable', 'a change of the package database that broke off and was not undone');
}
