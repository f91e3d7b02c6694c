/**
 * Compares the manifests of a layer with the files of the same layer when the layer is read:
 * packages mostly come with their lists, and for a layer that many images share this is done once.
 * It is used wherever the merged root still has those files at those places (`content.ts`).
 */

import { appendTo } from '../../core/base/maps.ts';
import type { CatalogResult, OwnedFile, OwnedFiles } from '../../core/model/catalog/catalog.ts';
import { FileTable } from '../../core/model/layer/file-table.ts';
import type { LayerRecord } from '../../core/model/layer/layer-record.ts';
import { OwnedFileTable } from '../../core/model/layer/owned-file-table.ts';
import { classifyFile, isSharedLibrary, mayBeMissing } from './file-class.ts';

/**
 * Numbers of lists are kept in 16 bits; the files of further ones are compared one by one in each
 * image.
 */
const MAX_LISTS = 0xffff;
const NO_LIST = 0;
const NO_ROW = -1;

/**
 * Returns the record with the matches between its manifests and its files; the same record if there
 * is nothing to compare.
 */
export function withLayerManifestMatches(record: LayerRecord): LayerRecord {
  const { cataloged } = record;
  const files = FileTable.from(record.files);
  if (files.columns.digests === undefined) return record;
  const tables = tablesIn(cataloged.map(({ result }) => result));
  if (tables.size === 0) return record;
  const joint = new Joint(files);
  const rows = [...tables.values()].map((table, at) => joint.claim(table, at + 1));
  joint.release();
  const joined = new Map(
    [...tables].map(([owns, table], at) => [owns, joint.join(table, at + 1, rows[at] ?? [])]),
  );
  return {
    ...record,
    files: new FileTable({ ...files.columns, lists: joint.lists }),
    cataloged: cataloged.map((row) => ({ ...row, result: withTables(row.result, joined) })),
  };
}

/** A layer's files, and which list has each of them. */
class Joint {
  /** See `FileColumns.lists`. */
  readonly lists: Uint16Array;
  readonly #files: FileTable;
  readonly #rowsIn = new Map<string, ReadonlyMap<string, number>>();
  /** Rows by folder: where those that follow each other in it begin. */
  readonly #runs = new Map<string, number[]>();
  /** Files that stand in more than one line. */
  readonly #shared = new Set<number>();

  constructor(files: FileTable) {
    this.#files = files;
    this.lists = new Uint16Array(files.length);
    for (let row = 0; row < files.length; row = files.endOfFolder(row)) {
      const folder = files.folder(row);
      appendTo(this.#runs, folder, row);
    }
  }

  /** Returns the layer's rows of the files of a list that lie there with the list's digest. */
  claim(table: OwnedFileTable, list: number): readonly number[] {
    const rows: number[] = [];
    for (const { folder, start, end } of table.runs()) {
      const rowsByName = this.#folder(folder);
      for (let at = start; at < end; at += 1) {
        const name = table.name(at);
        const row = rowsByName.get(name) ?? NO_ROW;
        const { kind, digest } = table.file(at, `${folder}/${name}`);
        const isSame =
          row !== NO_ROW &&
          kind !== 'link' &&
          digest !== undefined &&
          this.#files.hasDigest(row, digest);
        rows.push(isSame ? row : NO_ROW);
        if (!isSame) continue;
        if (this.lists[row] === NO_LIST) this.lists[row] = list;
        else this.#shared.add(row);
      }
    }
    return rows;
  }

  /**
   * Leaves the files out that more than one line has: which of them counts is known once all
   * packages are.
   */
  release(): void {
    for (const row of this.#shared) this.lists[row] = NO_LIST;
  }

  join(table: OwnedFileTable, list: number, rows: readonly number[]): OwnedFileTable {
    const slim: number[] = [];
    const rest: number[] = [];
    let count = 0;
    let hasCode = false;
    let hasLibrary = false;
    for (const { folder, start, end } of table.runs()) {
      for (let at = start; at < end; at += 1) {
        const path = `${folder}/${table.name(at)}`;
        const owned = table.file(at, path);
        const row = rows[at] ?? NO_ROW;
        if (row === NO_ROW || this.lists[row] !== list) {
          (isSlim(owned) ? slim : rest).push(at);
          continue;
        }
        count += 1;
        if (classifyFile(owned, { path, isExecutable: this.#files.isExecutable(row) }) !== 'code')
          continue;
        hasCode = true;
        hasLibrary ||= isSharedLibrary(path);
      }
    }
    return new OwnedFileTable({
      ...table.columns,
      joined: { list, count, hasCode, hasLibrary, slim, rest },
    });
  }

  #folder(path: string): ReadonlyMap<string, number> {
    const known = this.#rowsIn.get(path);
    if (known !== undefined) return known;
    const rows = new Map<string, number>();
    for (const start of this.#runs.get(path) ?? []) {
      const end = this.#files.endOfFolder(start);
      for (let row = start; row < end; row += 1) rows.set(this.#files.name(row), row);
    }
    this.#rowsIn.set(path, rows);
    return rows;
  }
}

/** Returns whether it counts as left out wherever nothing lies in its folder. */
function isSlim(owned: OwnedFile): boolean {
  // Such names lead elsewhere.
  return owned.kind !== 'link' && !/\/\.{0,2}$/u.test(owned.path) && mayBeMissing(owned);
}

/** Returns all lists of files that results name, as far as they can be tables. */
function tablesIn(results: readonly CatalogResult[]): ReadonlyMap<OwnedFiles, OwnedFileTable> {
  const tables = new Map<OwnedFiles, OwnedFileTable>();
  for (const { packages, externalClaims = [] } of results) {
    for (const { ownedFiles: owns } of [...packages, ...externalClaims]) {
      if (owns === undefined || owns.length === 0 || tables.size === MAX_LISTS) continue;
      const table = OwnedFileTable.from(owns);
      if (table !== undefined) tables.set(owns, table);
    }
  }
  return tables;
}

function withTables(
  result: CatalogResult,
  tables: ReadonlyMap<OwnedFiles, OwnedFileTable>,
): CatalogResult {
  const { packages, externalClaims } = result;
  const changed = <T extends { readonly ownedFiles?: OwnedFiles }>(row: T): T => {
    const ownedFiles = row.ownedFiles && tables.get(row.ownedFiles);
    return ownedFiles === undefined ? row : { ...row, ownedFiles };
  };
  return {
    ...result,
    packages: packages.map(changed),
    ...(externalClaims !== undefined && { externalClaims: externalClaims.map(changed) }),
  };
}
