/**
 * The files that a package's manifest names, as columns: the records of a system's image have tens
 * of thousands of them, and verification reads only the directory, the name and the digest of most.
 */

import type { Digest } from '../artifact/artifact.ts';
import type {
  LayerManifestMatch,
  OwnedDirectoryRun,
  OwnedFile,
  OwnedFileRows,
  OwnedFiles,
} from '../catalog/catalog.ts';

/** The columns of an {@link OwnedFileTable}: one value for each file, in the manifest's order. */
export interface OwnedFileColumns {
  readonly folders: readonly string[];
  /** The index of a directory and the number of its files that follow each other, in turns. */
  readonly runs: readonly number[];
  /** The base names, each followed by a `/`. */
  readonly names: string;
  /** One line for each file, empty for a file without a digest. Absent if no file has one. */
  readonly digests?: string;
  /** `f`, `c` or `l` for each file; absent if all are plain files. */
  readonly kinds?: string;
  /** Targets of the links that have one. */
  readonly targets?: readonly string[];
  /** Rows of these links. */
  readonly targetRows?: readonly number[];
  /** Rows of the files that may be absent. */
  readonly absent?: readonly number[];
  /** Absent if the manifest was not compared with the files of its layer. */
  readonly joined?: LayerManifestMatch;
}

type Kind = OwnedFile['kind'];
const LETTERS: Readonly<Record<Kind, string>> = { file: 'f', config: 'c', link: 'l' };
const KINDS: ReadonlyMap<string | undefined, Kind> = new Map([
  ['c', 'config'],
  ['l', 'link'],
]);

/** The files of a manifest as columns. Rows are numbered from 0. */
export class OwnedFileTable implements OwnedFiles, OwnedFileRows {
  readonly columns: OwnedFileColumns;
  readonly length: number;
  /** Split when the first name is read; the names of most tables never are. */
  #names: readonly string[] | undefined;
  #texts: Texts | undefined;

  constructor(columns: OwnedFileColumns) {
    this.columns = columns;
    let length = 0;
    for (let at = 1; at < columns.runs.length; at += 2) length += columns.runs[at] ?? 0;
    this.length = length;
  }

  /**
   * Returns a table of the files, or `undefined` if columns cannot express them, such as a path
   * without a slash.
   */
  static from(files: OwnedFiles): OwnedFileTable | undefined {
    return files instanceof OwnedFileTable ? files : tableOf(files);
  }

  get rows(): OwnedFileRows {
    return this;
  }

  get layerMatch(): LayerManifestMatch | undefined {
    return this.columns.joined;
  }

  *runs(): Generator<OwnedDirectoryRun, undefined> {
    const { folders, runs } = this.columns;
    for (let at = 0, start = 0; at < runs.length; at += 2) {
      const end = start + (runs[at + 1] ?? 0);
      yield { folder: folders[runs[at] ?? 0] ?? '', start, end };
      start = end;
    }
    return undefined;
  }

  name(row: number): string {
    return (this.#names ??= this.columns.names.split('/'))[row] ?? '';
  }

  file(row: number, path: string): OwnedFile {
    const { digests, targets, absent, isPlain } = this.#textsOf();
    const digest = digests[row];
    // Most files are plain.
    if (isPlain && digest !== undefined && digest !== '') {
      return { path, kind: 'file', digest: digest as Digest };
    }
    const file: { -readonly [Key in keyof OwnedFile]: OwnedFile[Key] } = {
      path,
      kind: KINDS.get(this.columns.kinds?.[row]) ?? 'file',
    };
    if (digest !== undefined && digest !== '') file.digest = digest as Digest;
    const target = targets.get(row);
    if (target !== undefined) file.target = target;
    if (absent.has(row)) file.mayBeAbsent = true;
    return file;
  }

  *[Symbol.iterator](): Generator<OwnedFile, undefined> {
    for (const { folder, start, end } of this.runs()) {
      for (let row = start; row < end; row += 1) {
        yield this.file(row, `${folder}/${this.name(row)}`);
      }
    }
    return undefined;
  }

  #textsOf(): Texts {
    return (this.#texts ??= textsOf(this.columns));
  }
}

/** Returns whether a file of the manifest is no configuration file. */
export function listsMoreThanConfig(files: OwnedFiles): boolean {
  if (files instanceof OwnedFileTable) {
    const { kinds } = files.columns;
    return kinds === undefined ? files.length > 0 : /[^c]/u.test(kinds);
  }
  for (const { kind } of files) if (kind !== 'config') return true;
  return false;
}

/** The columns besides names, by row. */
interface Texts {
  readonly digests: readonly string[];
  readonly targets: ReadonlyMap<number, string>;
  readonly absent: ReadonlySet<number>;
  /** Whether all files are plain files with nothing but a digest. */
  readonly isPlain: boolean;
}

function textsOf(columns: OwnedFileColumns): Texts {
  const { digests, kinds, targetRows = [], targets = [], absent = [] } = columns;
  return {
    digests: digests?.split('\n') ?? [],
    targets: new Map(targetRows.map((row, at) => [row, targets[at] ?? ''])),
    absent: new Set(absent),
    isPlain: kinds === undefined && targetRows.length === 0 && absent.length === 0,
  };
}

function tableOf(files: OwnedFiles): OwnedFileTable | undefined {
  const folders = new Map<string, number>();
  const runs: number[] = [];
  const digests: string[] = [];
  const targets = new Map<number, string>();
  const absent: number[] = [];
  let names = '';
  let kinds = '';
  let last = -1;
  for (const { path, digest = '', kind, target, mayBeAbsent } of files) {
    const slash = path.lastIndexOf('/');
    if (slash < 0 || digest.includes('\n') || mayBeAbsent === false) return undefined;
    const row = digests.length;
    const folder = path.slice(0, slash);
    const index = folders.get(folder) ?? folders.size;
    folders.set(folder, index);
    if (index === last) runs.push((runs.pop() ?? 0) + 1);
    else runs.push(index, 1);
    last = index;
    names += `${path.slice(slash + 1)}/`;
    kinds += LETTERS[kind];
    digests.push(digest);
    if (target !== undefined) targets.set(row, target);
    if (mayBeAbsent === true) absent.push(row);
  }
  return new OwnedFileTable({
    ...{ folders: [...folders.keys()], runs, names },
    ...(digests.some((digest) => digest !== '') && { digests: digests.join('\n') }),
    ...(/[^f]/.test(kinds) && { kinds }),
    ...(targets.size > 0 && {
      targets: [...targets.values()],
      targetRows: [...targets.keys()],
    }),
    ...(absent.length > 0 && { absent }),
  });
}
