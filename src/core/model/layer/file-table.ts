/**
 * The recorded files of a layer as columns: a layer has tens of thousands of files, and a hostile
 * one millions. Objects are made from the columns when they are used.
 */

import { appendTo } from '../../base/maps.ts';
import type { Digest } from '../artifact/artifact.ts';
import type { FileFact, LayerFiles } from './layer-record.ts';

/** The columns of a {@link FileTable}: one value for each file, in stored order. */
export interface FileColumns {
  /** Paths of directories, each once; `''` is the root. A directory may have none of the files. */
  readonly folders: readonly string[];
  /** Index in `folders` of the file's directory. */
  readonly folderOf: Uint32Array;
  /** The base names, each followed by a `/`. */
  readonly names: string;
  /** Index in `names` of the slash that follows the file's name. */
  readonly nameEnds: Uint32Array;
  readonly sizes: Float64Array;
  /**
   * The mode, shifted by one bit; the lowest bit is set if the file is executable. See
   * {@link modeOf}.
   */
  readonly modes: Uint32Array;
  /**
   * Digests, separated by a space within a file and by a line break between files. Absent if no
   * file has any.
   */
  readonly digests?: string;
  /**
   * `LayerManifestMatch.list` of the only manifest that has the file with its digest; 0 if there is
   * none, or more than one. Absent if the manifests of the layer were not compared with its files.
   */
  readonly lists?: Uint16Array;
}

const NO_DIGESTS: readonly Digest[] = [];

/**
 * The recorded files of a layer. Rows are numbered from 0 in stored order; methods must not be
 * called with other rows.
 */
export class FileTable implements LayerFiles {
  readonly columns: FileColumns;
  readonly #facts: (FileFact | undefined)[] = [];
  #digests: readonly string[] | undefined;
  /** By directory: the first rows of its runs of files. */
  #runs: Map<string, number[]> | undefined;
  readonly #namesIn = new Map<string, ReadonlySet<string>>();

  constructor(columns: FileColumns) {
    this.columns = columns;
  }

  /**
   * Returns a table of the facts. Of two facts with one path, the later one takes the place of the
   * first.
   */
  static from(facts: LayerFiles): FileTable {
    return facts instanceof FileTable ? facts : tableOf(facts);
  }

  get length(): number {
    return this.columns.folderOf.length;
  }

  /** Returns the absolute path of the file's directory; `''` for the root. */
  folder(row: number): string {
    const { folders, folderOf } = this.columns;
    return folders[folderOf[row] ?? 0] ?? '';
  }

  /** Returns the base name. */
  name(row: number): string {
    const { names, nameEnds } = this.columns;
    return names.slice(row === 0 ? 0 : (nameEnds[row - 1] ?? 0) + 1, nameEnds[row]);
  }

  path(row: number): string {
    return `${this.folder(row)}/${this.name(row)}`;
  }

  /** Returns the same object each time. */
  fact(row: number): FileFact {
    return (this.#facts[row] ??= this.#makeFact(row));
  }

  mode(row: number): number {
    return (this.columns.modes[row] ?? 0) >>> 1;
  }

  sizeBytes(row: number): number {
    return this.columns.sizes[row] ?? 0;
  }

  isExecutable(row: number): boolean {
    return (this.columns.modes[row] ?? 0) % 2 === 1;
  }

  digests(row: number): readonly Digest[] {
    const text = this.#digestText(row);
    return text === '' ? NO_DIGESTS : (text.split(' ') as unknown as readonly Digest[]);
  }

  /** Returns whether the file has the digest. No list of digests is made. */
  hasDigest(row: number, digest: Digest): boolean {
    const text = this.#digestText(row);
    return text === digest || (text.length > digest.length && this.digests(row).includes(digest));
  }

  /** Returns the row after the run of files from `row` on that are in the same directory. */
  endOfFolder(row: number): number {
    const { folderOf } = this.columns;
    const folder = folderOf[row];
    let end = row + 1;
    while (end < folderOf.length && folderOf[end] === folder) end += 1;
    return end;
  }

  /**
   * Returns whether a file has this path. The names of a directory are indexed at its first lookup.
   */
  has(path: string): boolean {
    const slash = path.lastIndexOf('/');
    const folder = path.slice(0, Math.max(slash, 0));
    let names = this.#namesIn.get(folder);
    if (names === undefined) this.#namesIn.set(folder, (names = this.#namesOf(folder)));
    return names.has(path.slice(slash + 1));
  }

  *paths(): Generator<string, undefined> {
    for (let row = 0; row < this.length; row += 1) yield this.path(row);
    return undefined;
  }

  /** Returns the facts of those files whose paths are wanted. */
  where(isWanted: (path: string) => boolean): readonly FileFact[] {
    const found: FileFact[] = [];
    for (let row = 0; row < this.length; row += 1) {
      if (isWanted(this.path(row))) found.push(this.fact(row));
    }
    return found;
  }

  *[Symbol.iterator](): Generator<FileFact, undefined> {
    for (let row = 0; row < this.length; row += 1) yield this.fact(row);
    return undefined;
  }

  /**
   * Returns the rows of files that are executable or whose base names match `nameEnds`, ascending.
   * The expression is global and ends in the `/` that follows each name.
   */
  runnable(nameEnds: RegExp): readonly number[] {
    const { names, nameEnds: ends, modes } = this.columns;
    const marks = new Uint8Array(modes.length);
    for (let row = 0; row < modes.length; row += 1) marks[row] = (modes[row] ?? 0) % 2;
    for (const match of names.matchAll(nameEnds)) {
      marks[rowThatEnds(ends, match.index + match[0].length - 1)] = 1;
    }
    const rows: number[] = [];
    for (let row = marks.indexOf(1); row >= 0; row = marks.indexOf(1, row + 1)) rows.push(row);
    return rows;
  }

  #namesOf(folder: string): ReadonlySet<string> {
    if (this.#runs === undefined) {
      this.#runs = new Map();
      for (let row = 0; row < this.length; row = this.endOfFolder(row)) {
        appendTo(this.#runs, this.folder(row), row);
      }
    }
    const names = new Set<string>();
    for (const start of this.#runs.get(folder) ?? []) {
      const end = this.endOfFolder(start);
      for (let row = start; row < end; row += 1) names.add(this.name(row));
    }
    return names;
  }

  #makeFact(row: number): FileFact {
    return {
      path: this.path(row),
      mode: this.mode(row),
      sizeBytes: this.sizeBytes(row),
      digests: this.digests(row),
      isExecutable: this.isExecutable(row),
    };
  }

  #digestText(row: number): string {
    const { digests } = this.columns;
    if (digests === undefined) return '';
    this.#digests ??= digests.split('\n');
    return this.#digests[row] ?? '';
  }
}

/** Returns the index of `place` in ascending places. */
function rowThatEnds(ends: Uint32Array, place: number): number {
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ends[middle] ?? 0) < place) low = middle + 1;
    else high = middle;
  }
  return low;
}

function tableOf(facts: Iterable<FileFact>): FileTable {
  const byPath = new Map<string, FileFact>();
  for (const fact of facts) byPath.set(fact.path, fact);
  const count = byPath.size;
  const folders = new Map<string, number>();
  const folderOf = new Uint32Array(count);
  const nameEnds = new Uint32Array(count);
  const sizes = new Float64Array(count);
  const modes = new Uint32Array(count);
  const digests: string[] = [];
  let names = '';
  let row = 0;
  for (const { path, sizeBytes, mode, isExecutable, digests: own } of byPath.values()) {
    const slash = path.lastIndexOf('/');
    const folder = path.slice(0, Math.max(slash, 0));
    const index = folders.get(folder) ?? folders.size;
    folders.set(folder, index);
    names += path.slice(slash + 1);
    folderOf[row] = index;
    nameEnds[row] = names.length;
    names += '/';
    sizes[row] = sizeBytes;
    modes[row] = modeOf(mode, isExecutable);
    digests.push(own.join(' '));
    row += 1;
  }
  const hasDigests = digests.some((text) => text !== '');
  const columns = { folders: [...folders.keys()], folderOf, names, nameEnds, sizes, modes };
  return new FileTable({ ...columns, ...(hasDigests && { digests: digests.join('\n') }) });
}

/**
 * Returns a value for {@link FileColumns.modes}. Bits of the mode above the lowest 31 are dropped;
 * no file system has them.
 */
export function modeOf(mode: number, isExecutable: boolean): number {
  return ((mode << 1) | (isExecutable ? 1 : 0)) >>> 0;
}
