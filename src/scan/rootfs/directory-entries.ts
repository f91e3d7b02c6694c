/**
 * The entries of one directory of the merged root, by name, in order of arrival. Most entries are
 * new files without results: such a file is a row of its layer's table until it is looked up, and
 * has no name here before the first look-up.
 */

import type { FileTable } from '../../core/model/layer/file-table.ts';

/** The files of one layer of the root, and where they were put. */
export class PlacedLayerFiles {
  readonly files: FileTable;
  readonly layer: number;
  /** Number of files in the layers below, so that each file of the root has a number of its own. */
  readonly filesBelow: number;
  /** By folder of the table: the place that took its files. */
  readonly homes: (object | undefined)[] = [];
  /** Rows of which that does not say whether they lie there, or still do. */
  readonly apart: number[] = [];
  #isScattered = false;

  constructor(files: FileTable, layer: number, filesBelow: number) {
    this.files = files;
    this.layer = layer;
    this.filesBelow = filesBelow;
  }

  /** Returns whether files of one folder of the table were put in several places. */
  get isScattered(): boolean {
    return this.#isScattered;
  }

  /**
   * Records where files are put, with one of them; false if others of their directory were put
   * elsewhere.
   */
  settle(row: number, place: object): boolean {
    const folder = this.files.columns.folderOf[row] ?? 0;
    const isHome = (this.homes[folder] ??= place) === place;
    if (!isHome) this.#isScattered = true;
    return isHome;
  }
}

/** Rows from `start` to before `end`, all stored in one folder. */
interface Run {
  readonly source: PlacedLayerFiles;
  readonly start: number;
  readonly end: number;
}

/** Callbacks for a walk over a directory. */
export interface DirectoryEntryVisitor<T> {
  readonly node: (name: string, node: T) => void;
  /** Called with files that were not looked up, all stored in one directory. */
  readonly rows: (source: PlacedLayerFiles, start: number, end: number) => void;
}

/** A place among sources in the higher bits of a number, and a row in the lower ones. */
const ROW_ROOM = 2 ** 32;

/**
 * The entries of a directory by name. Files stay rows of their layer's table until one is asked
 * for.
 */
export class DirectoryEntries<T extends object> {
  readonly #nodeOf: (source: PlacedLayerFiles, row: number) => T;
  /** Numbers stand for rows. */
  readonly #named = new Map<string, T | number>();
  #hasNamedRows = false;
  /**
   * Nodes that were placed here, apart from named rows, so that a search for directories does not
   * visit each row.
   */
  #placed: Map<string, T> | undefined;
  /** Sources of the named rows. */
  readonly #sources: PlacedLayerFiles[] = [];
  /** Rows whose names are not among the others yet, and are all different from them. */
  #runs: Run[] = [];

  /** `nodeOf` makes the node of a row that is asked for. */
  constructor(nodeOf: (source: PlacedLayerFiles, row: number) => T) {
    this.#nodeOf = nodeOf;
  }

  /** Returns the same node each time. */
  get(name: string): T | undefined {
    const found = this.find(name);
    if (typeof found !== 'number') return found;
    const source = this.sourceOf(found);
    if (source === undefined) return undefined;
    source.apart.push(rowOf(found));
    const node = this.#nodeOf(source, rowOf(found));
    this.#named.set(name, node);
    return node;
  }

  /**
   * Returns a node, or what {@link DirectoryEntries.sourceOf} and {@link rowOf} take where it would
   * have to be made.
   */
  find(name: string): T | number | undefined {
    const found = this.#named.get(name);
    if (found !== undefined || this.#runs.length === 0) return found;
    this.#nameRuns();
    return this.#named.get(name);
  }

  get isEmpty(): boolean {
    return this.#named.size === 0 && this.#runs.length === 0;
  }

  has(name: string): boolean {
    return this.find(name) !== undefined;
  }

  /** Returns the source of a found row. */
  sourceOf(found: number): PlacedLayerFiles | undefined {
    return this.#sources[Math.floor(found / ROW_ROOM)];
  }

  set(name: string, node: T): void {
    this.#tellApart(this.find(name));
    this.#named.set(name, node);
    if (this.#hasNamedRows) (this.#placed ??= new Map<string, T>()).set(name, node);
  }

  delete(name: string): void {
    this.#tellApart(this.find(name));
    this.#named.delete(name);
    this.#placed?.delete(name);
  }

  /**
   * Adds files of one stored folder behind all others; false, with nothing added, where a name of
   * them is there.
   */
  addRows(source: PlacedLayerFiles, start: number, end: number): boolean {
    const last = this.#runs.at(-1);
    if (last !== undefined && !isSameFolder(last, source, start)) this.#nameRuns();
    if (this.#named.size > 0) {
      for (let row = start; row < end; row += 1) {
        if (this.#named.has(source.files.name(row))) return false;
      }
    }
    this.#runs.push({ source, start, end });
    if (!source.settle(start, this)) {
      for (let row = start; row < end; row += 1) source.apart.push(row);
    }
    return true;
  }

  names(): readonly string[] {
    this.#nameRuns();
    return [...this.#named.keys()];
  }

  /**
   * Visits the nodes that are not rows, in the order of the names. Nothing may be added meanwhile.
   */
  forEachNode(take: (name: string, node: T) => void): void {
    // A walk over the pairs of a map makes a list of each.
    this.#named.forEach((value, name) => {
      if (typeof value !== 'number') take(name, value);
    });
  }

  /**
   * Visits the nodes that were placed here, and no file of a table, whether it was looked up or
   * not; in no particular order.
   */
  forEachPlaced(take: (name: string, node: T) => void): void {
    if (!this.#hasNamedRows) this.forEachNode(take);
    else {
      this.#placed?.forEach((node, name) => {
        take(name, node);
      });
    }
  }

  /** Visits all entries; nothing may be added meanwhile. */
  forEach({ node, rows }: DirectoryEntryVisitor<T>): void {
    // Of the rows that follow each other, the first one as it was found, and how many they are.
    let first = 0;
    let count = 0;
    const tell = (): void => {
      const source = count === 0 ? undefined : this.sourceOf(first);
      if (source !== undefined) rows(source, rowOf(first), rowOf(first) + count);
      count = 0;
    };
    this.#named.forEach((value, name) => {
      if (typeof value === 'number') {
        if (count > 0 && value === first + count && this.#isSameFolder(first, value)) count += 1;
        else {
          tell();
          first = value;
          count = 1;
        }
      } else {
        tell();
        node(name, value);
      }
    });
    tell();
    for (const { source, start, end } of this.#runs) rows(source, start, end);
  }

  /** Names a row whose place another entry takes. */
  #tellApart(found: T | number | undefined): void {
    if (typeof found === 'number') this.sourceOf(found)?.apart.push(rowOf(found));
  }

  #isSameFolder(a: number, b: number): boolean {
    const folderOf = this.sourceOf(a)?.files.columns.folderOf;
    return folderOf !== undefined && folderOf[rowOf(a)] === folderOf[rowOf(b)];
  }

  #nameRuns(): void {
    const runs = this.#runs;
    if (runs.length === 0) return;
    this.#runs = [];
    if (!this.#hasNamedRows) {
      this.#hasNamedRows = true;
      for (const [name, value] of this.#named) {
        if (typeof value !== 'number') (this.#placed ??= new Map<string, T>()).set(name, value);
      }
    }
    for (const { source, start, end } of runs) {
      if (this.#sources.at(-1) !== source) this.#sources.push(source);
      const base = (this.#sources.length - 1) * ROW_ROOM;
      for (let row = start; row < end; row += 1)
        this.#named.set(source.files.name(row), base + row);
    }
  }
}

/** Returns the row among those of its source. */
export function rowOf(found: number): number {
  return found % ROW_ROOM;
}

/** No two files of one stored folder of a layer have one name. */
function isSameFolder(run: Run, source: PlacedLayerFiles, row: number): boolean {
  const { folderOf } = source.files.columns;
  return run.source === source && folderOf[run.start] === folderOf[row];
}
