/**
 * What is kept of a layer's entries, in stored order: the last entry of a path wins, and what lay below a folder is
 * gone once a later entry of the same layer puts something else in the folder's place. Bounded, because an archive of
 * a few hundred kilobytes can name a hundred million folders.
 *
 * Of files that are forgotten a hash of the path is left where something may lie below the layer: one of them may have
 * taken the place of a folder there.
 */

import type { Digest, RawFileHeader } from '../model/artifact.ts';
import type { FileTable } from '../model/file-table.ts';
import {
  hashBaseName,
  FileTableBuilder,
  NO_ROW,
  type FileAttributes,
} from './file-table-builder.ts';
import { PathHashBuilder } from '../model/path-hashes.ts';

/** Linux refuses longer paths and link targets (`PATH_MAX`), so no container ever sees them. */
const MAX_PATH_LENGTH = 4096;

/** Twice the folders of an image of three million files. */
const MAX_FOLDERS = 600_000;

/** The links of all packages that the largest distributions have, in one layer, are fewer. */
const MAX_LINKS = 300_000;

/** Characters of the paths of folders and links, and of what links lead to: eighty for each of the folders that are kept. */
const MAX_TEXT_LENGTH = 48 * 1024 * 1024;

/** More than the executables, links and package files of the largest public images together. */
const MAX_KEPT = 4_000_000;

/** Room for the names of ten thousand folders and links, with few that look alike. */
const NAME_BITS = 2 ** 17;
const WORD_BITS = 32;

/** A folder or a link. */
export type RetainedEntry =
  | { readonly kind: 'directory' }
  | { readonly kind: 'link'; readonly target: string; readonly isHard: boolean };

/** `target` and `isHard` of links only; no `sequence` of files. */
interface Before {
  readonly kind: RetainedEntry['kind'] | 'file';
  readonly target?: string;
  readonly isHard?: boolean;
  readonly sequence?: number;
}

const FILE_BEFORE: Before = { kind: 'file' };

export class RetainedEntries {
  /** Folders and links. */
  readonly #kept = new Map<string, Sequenced>();
  readonly #files = new FileTableBuilder();
  /** Base names of everything else that matters to a file: folders, links, targets of hard links. */
  readonly #others = new NameHashes();
  /** Every folder that holds something kept, with or without an entry of its own, by number. */
  readonly #folders = new Map([['', 0]]);
  /** When something else took the place of a folder. */
  readonly #replaced = new Map<string, number>();
  readonly #whiteouts = new Set<string>();
  readonly #opaques = new Set<string>();
  readonly #forgotten: PathHashBuilder | undefined;
  /** Targets of hard links, and when something was put there after a link was made to it. */
  readonly #aims = new Map<string, number>();
  #isAimChanged = false;
  readonly #late = new Set<string>();
  #reaimed: string | undefined;
  #sequence = 0;
  #refusedCount = 0;
  #linkCount = 0;
  #textLength = 0;
  /** Entries of one folder mostly follow each other. */
  #last = { folder: '', number: 0 };

  /** `isLowest`: nothing lies below the layer. */
  constructor({ isLowest }: { readonly isLowest: boolean }) {
    this.#forgotten = isLowest ? undefined : new PathHashBuilder();
  }

  /** How many entries were too many, too deep or too long to be kept. */
  get refusedCount(): number {
    return this.#refusedCount;
  }

  addErasure(path: string, kind: 'whiteout' | 'opaque'): void {
    if (!this.#hasRoomFor(path)) {
      this.#refusedCount += 1;
      return;
    }
    if (kind === 'whiteout' && this.#folders.has(path) && !this.#kept.has(path)) {
      this.#late.add(path);
    }
    if (kind === 'opaque' && this.#mayHoldAny(path)) this.#late.add(`${path}/`);
    (kind === 'whiteout' ? this.#whiteouts : this.#opaques).add(path);
  }

  /** Takes a folder or a link, where there is room for it. */
  add(path: string, value: RetainedEntry): void {
    const isLong =
      value.kind === 'link' &&
      (value.target.length > MAX_PATH_LENGTH || this.#linkCount >= MAX_LINKS);
    if (isLong || !this.#hasRoomFor(path)) {
      this.#refusedCount += 1;
      return;
    }
    this.#sequence += 1;
    this.#textLength += path.length;
    if (value.kind === 'link') {
      this.#linkCount += 1;
      this.#textLength += value.target.length;
    }
    const row = this.#rowOf(path);
    const before = this.#kept.get(path) ?? (row === NO_ROW ? undefined : FILE_BEFORE);
    const isFolder = this.#folders.has(path);
    this.#noteOrder(path, value, { before, isFolder });
    if (value.kind === 'directory') {
      if (before?.kind === 'directory') return;
      if (!isFolder) this.#folders.set(path, this.#folders.size);
    } else if (isFolder) this.#replaced.set(path, this.#sequence);
    this.#remove(path, before, row);
    this.#others.add(path);
    // Behind all others, as it is stored.
    this.#kept.set(path, { ...value, sequence: this.#sequence });
  }

  /** Takes a file; answers a number for it, or nothing where there is no room. */
  addFile(path: string, file: FileAttributes): number | undefined {
    const nameStart = path.lastIndexOf('/') + 1;
    if (!this.#hasRoomFor(path) || !this.#files.hasRoomFor(path.length - nameStart)) {
      this.#refusedCount += 1;
      return undefined;
    }
    this.#sequence += 1;
    const nameHash = hashBaseName(path, nameStart);
    const place = { folder: this.#last.number, path, nameStart, nameHash };
    if (this.#others.mayHave(nameHash)) {
      const before = this.#kept.get(path);
      const isFolder = this.#folders.has(path);
      // Only there it matters whether a file was at the place.
      const isFile = isFolder && this.#files.find(place) !== NO_ROW;
      this.#noteOrder(path, undefined, { before: isFile ? FILE_BEFORE : before, isFolder });
      if (isFolder) this.#replaced.set(path, this.#sequence);
      if (before !== undefined) this.#kept.delete(path);
    }
    return this.#files.add(place, file, this.#sequence);
  }

  /**
   * {@link RetainedEntries.addFile} for a file by its bytes. {@link NO_ROW}, and nothing is done, where it is to be added by its
   * path: what may be in its place already, or has no room, is told apart there.
   */
  addRaw(file: RawFileHeader, { folder, nameHash }: PathHashParts, isExecutable: boolean): number {
    if (this.#others.mayHave(nameHash)) return NO_ROW;
    if (folder !== this.#last.folder || this.#isFull()) {
      if (!this.#hasRoomFor(`${folder}/`)) return NO_ROW;
      // The same text from now on, so that comparing it takes no time.
      this.#last = { folder, number: this.#last.number };
    }
    const { bytes, nameStart, end, mode, sizeBytes } = file;
    if (!this.#files.hasRoomFor(end - nameStart)) return NO_ROW;
    this.#sequence += 1;
    const place = { folder: this.#last.number, bytes, nameStart, end, nameHash };
    return this.#files.addRaw(place, { mode, sizeBytes, isExecutable }, this.#sequence);
  }

  /** {@link RetainedEntries.forget} for a file by its bytes; false, and nothing is done, where that is to be asked. */
  forgetRaw(file: RawFileHeader, { folder, folderHash, nameHash }: PathHashParts): boolean {
    if (this.#others.mayHave(nameHash)) return false;
    this.#sequence += 1;
    const number = folder === this.#last.folder ? this.#last.number : this.#folders.get(folder);
    if (number !== undefined) {
      const { bytes, nameStart, end } = file;
      const row = this.#files.findRaw({ folder: number, bytes, nameStart, end, nameHash });
      if (row !== NO_ROW) this.#files.drop(row);
    }
    if (this.#forgotten?.addRaw(folderHash, file) === false) this.#refusedCount += 1;
    return true;
  }

  /** What holds nothing takes the place of whatever was there, in this layer and in lower ones. */
  empty(path: string): void {
    this.#clear(path);
    if (this.#forgotten !== undefined) this.addErasure(path, 'whiteout');
  }

  /** A file of no interest takes the place of whatever was there. */
  forget(path: string): void {
    this.#clear(path);
    if (this.#forgotten === undefined || path.length > MAX_PATH_LENGTH) return;
    if (!this.#forgotten.add(path)) this.#refusedCount += 1;
  }

  /** Folders and links in stored order. A walk over a million entries is no place for a generator. */
  forEachKept(take: (path: string, value: RetainedEntry) => void): void {
    const isAnyReplaced = this.#replaced.size > 0;
    this.#kept.forEach((value, path) => {
      if (!isAnyReplaced || !this.#isBuried(path, value.sequence)) take(path, value);
    });
  }

  /**
   * The files in stored order. `read` is told of each that it has a number of, and may say what became of its body; of
   * those that are `digested` nothing but digests is known. To be called last.
   */
  files(
    numbers: Iterable<number>,
    read: (file: RetainedFile) => void,
    digested: ReadonlyMap<number, { digests(): readonly Digest[] }>,
  ): FileTable {
    const files = this.#files;
    const folders = [...this.#folders.keys()];
    const pathOf = (row: number): string =>
      `${folders[files.folder(row)] ?? ''}/${files.name(row)}`;
    if (this.#replaced.size > 0) {
      for (let row = 0; row < files.rowCount; row += 1) {
        if (files.isKept(row) && this.#isBuried(pathOf(row), files.sequence(row))) files.drop(row);
      }
    }
    for (const [row, body] of digested) {
      if (files.isKept(row)) files.setDigests(row, body.digests());
    }
    for (const row of numbers) {
      if (!files.isKept(row)) continue;
      read({
        number: row,
        path: pathOf(row),
        mode: files.mode(row),
        isExecutable: files.isExecutable(row),
        setBody: (sizeBytes, digests) => {
          files.setBody(row, sizeBytes, digests);
        },
      });
    }
    return files.toTable(folders);
  }

  whiteouts(): readonly string[] {
    return [...this.#whiteouts];
  }

  opaques(): readonly string[] {
    return [...this.#opaques];
  }

  /** See `LayerRecord.forgotten`. */
  forgotten(): string | undefined {
    return this.#forgotten?.toText();
  }

  /** See `LayerRecord.late`; empty where nothing lies below the layer. */
  late(): readonly string[] {
    return this.#forgotten === undefined ? [] : [...this.#late];
  }

  /**
   * A link that leads elsewhere at the end than it did before, or a hard link whose target was stored again: a runtime,
   * which goes by the order of the entries, has put something where this class cannot tell. `undefined` for archives
   * as any tool writes them.
   *
   * A symlink that the very next entry replaces was never used.
   */
  reaimed(): string | undefined {
    if (this.#reaimed !== undefined) return this.#reaimed;
    if (!this.#isAimChanged) return undefined;
    for (const [path, value] of this.#kept) {
      if (value.kind !== 'link' || !value.isHard) continue;
      if ((this.#aims.get(value.target) ?? 0) > value.sequence) return path;
    }
    return undefined;
  }

  /** Whether entries of this layer may lie below a directory. Its own entry right before the question is no such entry. */
  #mayHoldAny(path: string): boolean {
    if (path === '/') return this.#sequence > 0;
    return this.#folders.has(path) && this.#kept.get(path)?.sequence !== this.#sequence;
  }

  #clear(path: string): void {
    this.#sequence += 1;
    const row = this.#rowOf(path);
    const before = this.#kept.get(path) ?? (row === NO_ROW ? undefined : FILE_BEFORE);
    const isFolder = this.#folders.has(path);
    this.#noteOrder(path, undefined, { before, isFolder });
    if (isFolder) this.#replaced.set(path, this.#sequence);
    this.#remove(path, before, row);
  }

  #noteOrder(
    path: string,
    value: Before | undefined,
    { before, isFolder }: { readonly before: Before | undefined; readonly isFolder: boolean },
  ): void {
    const isReaimed = before?.isHard === false && before.target !== value?.target;
    if (isReaimed && before.sequence !== this.#sequence - 1) this.#reaimed ??= path;
    if (before === undefined && isFolder) this.#late.add(path);
    if (this.#aims.size > 0 && this.#aims.has(path)) {
      this.#aims.set(path, this.#sequence);
      this.#isAimChanged = true;
    }
    if (value?.isHard === true && value.target !== undefined && !this.#aims.has(value.target)) {
      this.#aims.set(value.target, 0);
      this.#others.add(value.target);
    }
  }

  #remove(path: string, before: Before | undefined, row: number): void {
    if (row !== NO_ROW) this.#files.drop(row);
    else if (before !== undefined) this.#kept.delete(path);
  }

  /** Of the file that is kept at a path. */
  #rowOf(path: string): number {
    const nameStart = path.lastIndexOf('/') + 1;
    const folder = this.#numberOf(path, nameStart - 1);
    if (folder === undefined) return NO_ROW;
    return this.#files.find({ folder, path, nameStart, nameHash: hashBaseName(path, nameStart) });
  }

  /** Of the folder that a path begins with; nothing that is kept lies in one without a number. */
  #numberOf(path: string, length: number): number | undefined {
    const { folder, number } = this.#last;
    if (length === folder.length && path.startsWith(folder)) return number;
    return this.#folders.get(path.slice(0, length));
  }

  #isBuried(path: string, sequence: number): boolean {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      if ((this.#replaced.get(path.slice(0, end)) ?? 0) > sequence) return true;
    }
    return false;
  }

  #isFull(): boolean {
    return (
      this.#textLength > MAX_TEXT_LENGTH ||
      this.#kept.size + this.#files.rowCount + this.#whiteouts.size + this.#opaques.size >= MAX_KEPT
    );
  }

  /** Makes the folders above a path known, unless that would be too many; the last is then the one it lies in. */
  #hasRoomFor(path: string): boolean {
    if (path.length > MAX_PATH_LENGTH || this.#isFull()) return false;
    const length = path.lastIndexOf('/');
    if (length === this.#last.folder.length && path.startsWith(this.#last.folder)) return true;
    for (let end = length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (this.#folders.has(folder)) break;
      if (this.#folders.size > MAX_FOLDERS || this.#textLength > MAX_TEXT_LENGTH) return false;
      this.#textLength += folder.length;
      this.#folders.set(folder, this.#folders.size);
      this.#others.add(folder);
    }
    const folder = path.slice(0, length);
    this.#last = { folder, number: this.#folders.get(folder) ?? 0 };
    return true;
  }
}

/** The folder of a file, and what is known of its path. */
export interface PathHashParts {
  /** Absolute, `''` for the root. */
  readonly folder: string;
  /** Of `path-hashes.ts`, of the folder with a slash behind it. */
  readonly folderHash: number;
  /** Of the base name, as of `file-table-builder.ts`. */
  readonly nameHash: number;
}

/** A file whose body has gone by. */
export interface RetainedFile {
  readonly number: number;
  readonly path: string;
  readonly mode: number;
  readonly isExecutable: boolean;
  readonly setBody: (sizeBytes: number, digests: readonly Digest[]) => void;
}

type Sequenced = RetainedEntry & { readonly sequence: number };

/** Hashes of base names: a quick "no" for most of those that were never added. */
class NameHashes {
  readonly #bits = new Uint32Array(NAME_BITS / WORD_BITS);

  /** Adds the base name of a path. */
  add(path: string): void {
    const bit = hashBaseName(path, path.lastIndexOf('/') + 1) & (NAME_BITS - 1);
    const word = Math.floor(bit / WORD_BITS);
    this.#bits[word] = (this.#bits[word] ?? 0) | (1 << (bit % WORD_BITS));
  }

  /** Whether a name of that hash may have been added; never false for one that was. */
  mayHave(nameHash: number): boolean {
    const bit = nameHash & (NAME_BITS - 1);
    return ((this.#bits[Math.floor(bit / WORD_BITS)] ?? 0) & (1 << (bit % WORD_BITS))) !== 0;
  }
}
