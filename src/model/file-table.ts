/**
 * The files that are remembered of a layer, as columns: a layer has tens of thousands, and a hostile one millions. What is
 * asked for is made from them when it is asked for.
 */

import type { Digest } from './artifact.ts';
import type { FileFact, LayerFiles } from './layer-record.ts';

/** One value for each file, in stored order. */
export interface FileColumns {
  /** Paths of folders, each once; `''` is the root. Some may hold none of the files. */
  readonly folders: readonly string[];
  /** Which of them the file lies in. */
  readonly folderOf: Uint32Array;
  /** The base names, each with a `/` behind it. */
  readonly names: string;
  /** Where in `names` the slash behind it stands. */
  readonly nameEnds: Uint32Array;
  readonly sizes: Float64Array;
  /** The mode, and whether the file is executable in the lowest bit. */
  readonly modes: Uint32Array;
  /** Digests with a blank between two of one file, and a line break between two files. Absent where no file has any. */
  readonly digests?: string;
}

const NO_DIGESTS: readonly Digest[] = [];

/** Rows are numbered from 0 in stored order; asking for others is a mistake. */
export class FileTable implements LayerFiles {
  readonly columns: FileColumns;
  readonly #facts = new Map<number, FileFact>();
  #digests: readonly string[] | undefined;

  constructor(columns: FileColumns) {
    this.columns = columns;
  }

  /** Of two facts with one path the later one counts, in the place of the first. */
  static from(facts: LayerFiles): FileTable {
    return facts instanceof FileTable ? facts : tableOf(facts);
  }

  get length(): number {
    return this.columns.folderOf.length;
  }

  /** Absolute path of the folder that the file lies in; `''` for the root. */
  folder(row: number): string {
    const { folders, folderOf } = this.columns;
    return folders[folderOf[row] ?? 0] ?? '';
  }

  /** The base name. */
  name(row: number): string {
    const { names, nameEnds } = this.columns;
    return names.slice(row === 0 ? 0 : (nameEnds[row - 1] ?? 0) + 1, nameEnds[row]);
  }

  path(row: number): string {
    return `${this.folder(row)}/${this.name(row)}`;
  }

  /** The same object each time. */
  fact(row: number): FileFact {
    let fact = this.#facts.get(row);
    if (fact === undefined) this.#facts.set(row, (fact = this.#makeFact(row)));
    return fact;
  }

  /** The row behind the last of those from `row` on that lie in its folder. */
  endOfFolder(row: number): number {
    const { folderOf } = this.columns;
    const folder = folderOf[row];
    let end = row + 1;
    while (end < folderOf.length && folderOf[end] === folder) end += 1;
    return end;
  }

  *paths(): Generator<string, undefined> {
    for (let row = 0; row < this.length; row += 1) yield this.path(row);
    return undefined;
  }

  /** The facts of those files whose paths are wanted. */
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

  #makeFact(row: number): FileFact {
    const { sizes, modes } = this.columns;
    const mode = modes[row] ?? 0;
    return {
      path: this.path(row),
      mode: mode >>> 1,
      sizeBytes: sizes[row] ?? 0,
      digests: this.#digestsOf(row),
      isExecutable: mode % 2 === 1,
    };
  }

  #digestsOf(row: number): readonly Digest[] {
    const { digests } = this.columns;
    if (digests === undefined) return NO_DIGESTS;
    this.#digests ??= digests.split('\n');
    const text = this.#digests[row] ?? '';
    return text === '' ? NO_DIGESTS : (text.split(' ') as unknown as readonly Digest[]);
  }
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

/** As of {@link FileColumns.modes}; bits of a mode above the lowest 31 are of no file system. */
export function modeOf(mode: number, isExecutable: boolean): number {
  return ((mode << 1) | (isExecutable ? 1 : 0)) >>> 0;
}
