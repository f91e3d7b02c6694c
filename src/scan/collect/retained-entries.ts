/**
 * Retains the entries of a layer in stored order. The last entry of a path wins, and a later entry
 * that replaces a directory removes everything below it. The number of entries is limited, because
 * an archive of a few hundred kilobytes can list a hundred million directories.
 *
 * Above the lowest layer, a hash of the path of each unrecorded file is retained, because one of
 * them may have replaced a directory of a lower layer.
 */

import type { Digest, RawFileHeader } from '../../core/model/artifact/artifact.ts';
import type { FileTable } from '../../core/model/layer/file-table.ts';
import {
  hashBaseName,
  FileTableBuilder,
  NO_ROW,
  type FileAttributes,
} from './file-table-builder.ts';
import { PathHashBuilder } from '../../core/model/layer/path-hashes.ts';
import { NameHashSet } from './name-hash-set.ts';
import type { PathHashParts, RetainedEntry, RetainedFile } from './retained-entry.ts';

/** Linux refuses longer paths and link targets (`PATH_MAX`), so no container has them. */
const MAX_PATH_LENGTH = 4096;

/** Twice the directories of an image of three million files. */
const MAX_DIRECTORIES = 600_000;

/** The links of all packages that the largest distributions have, in one layer, are fewer. */
const MAX_LINKS = 300_000;

/**
 * Characters of the paths of directories and links, and of link targets: eighty for each directory
 * of the limit.
 */
const MAX_TEXT_LENGTH = 48 * 1024 * 1024;

/** More than the executables, links and package files of the largest public images together. */
const MAX_RETAINED = 4_000_000;

/** The earlier entry of a path. Links only have `target` and `isHard`; files have no `sequence`. */
interface Before {
  readonly kind: RetainedEntry['kind'] | 'file';
  readonly target?: string;
  readonly isHard?: boolean;
  readonly sequence?: number;
}

const FILE_BEFORE: Before = { kind: 'file' };

/** The retained entries of one layer. */
export class RetainedEntries {
  /** Directories and links by their paths. */
  readonly #kept = new Map<string, Sequenced>();
  readonly #files = new FileTableBuilder();
  /** Base names that a file may replace: of directories, links, and targets of hard links. */
  readonly #others = new NameHashSet();
  /**
   * Numbers of the directories that contain a retained entry, with or without an entry of their
   * own.
   */
  readonly #folders = new Map([['', 0]]);
  /** When a directory was replaced by something else. */
  readonly #replaced = new Map<string, number>();
  readonly #whiteouts = new Set<string>();
  readonly #opaques = new Set<string>();
  readonly #unrecorded: PathHashBuilder | undefined;
  /** Targets of hard links, and when they were changed after the link. */
  readonly #hardLinkTargets = new Map<string, number>();
  #isTargetChanged = false;
  readonly #late = new Set<string>();
  #retargeted: string | undefined;
  #sequence = 0;
  #refusedCount = 0;
  #linkCount = 0;
  #textLength = 0;
  /** The directory of the last entry. Entries of one directory mostly follow each other. */
  #last = { folder: '', number: 0 };

  /** `isLowest` means that no layer lies below. */
  constructor({ isLowest }: { readonly isLowest: boolean }) {
    this.#unrecorded = isLowest ? undefined : new PathHashBuilder();
  }

  /**
   * Returns the number of entries that were not retained, because they are too many or too long.
   */
  get refusedCount(): number {
    return this.#refusedCount;
  }

  /** Adds a whiteout or an opaque directory. */
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

  /** Adds a directory or a link, if there is room for it. */
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
    // At the end, as in the archive.
    this.#kept.set(path, { ...value, sequence: this.#sequence });
  }

  /** Adds a file. Returns its number; `undefined` when there is no room. */
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
      // An earlier file at the place matters only if the path is a directory too.
      const isFile = isFolder && this.#files.find(place) !== NO_ROW;
      this.#noteOrder(path, undefined, { before: isFile ? FILE_BEFORE : before, isFolder });
      if (isFolder) this.#replaced.set(path, this.#sequence);
      if (before !== undefined) this.#kept.delete(path);
    }
    return this.#files.add(place, file, this.#sequence);
  }

  /**
   * Does the same as {@link RetainedEntries.addFile} for a file by its header. Returns {@link
   * NO_ROW}, with nothing done, if the file may replace something or has no room; the caller adds
   * it by its path then.
   */
  addHeader(
    file: RawFileHeader,
    { folder, nameHash }: PathHashParts,
    isExecutable: boolean,
  ): number {
    if (this.#others.mayHave(nameHash)) return NO_ROW;
    if (folder !== this.#last.folder || this.#isFull()) {
      if (!this.#hasRoomFor(`${folder}/`)) return NO_ROW;
      // The same string from now on, so that comparing it takes no time.
      this.#last = { folder, number: this.#last.number };
    }
    const { bytes, nameStart, end, mode, sizeBytes } = file;
    if (!this.#files.hasRoomFor(end - nameStart)) return NO_ROW;
    this.#sequence += 1;
    const place = { folder: this.#last.number, bytes, nameStart, end, nameHash };
    return this.#files.addRaw(place, { mode, sizeBytes, isExecutable }, this.#sequence);
  }

  /**
   * Does the same as {@link RetainedEntries.addUnrecorded} for a file by its header. Returns false,
   * with nothing done, if the file may replace something.
   */
  addUnrecordedHeader(
    file: RawFileHeader,
    { folder, folderHash, nameHash }: PathHashParts,
  ): boolean {
    if (this.#others.mayHave(nameHash)) return false;
    this.#sequence += 1;
    const number = folder === this.#last.folder ? this.#last.number : this.#folders.get(folder);
    if (number !== undefined) {
      const { bytes, nameStart, end } = file;
      const row = this.#files.findRaw({ folder: number, bytes, nameStart, end, nameHash });
      if (row !== NO_ROW) this.#files.drop(row);
    }
    if (this.#unrecorded?.addRaw(folderHash, file) === false) this.#refusedCount += 1;
    return true;
  }

  /**
   * Adds a special file, which removes the earlier entry of its path in this layer and in lower
   * ones.
   */
  addSpecial(path: string): void {
    this.#clear(path);
    if (this.#unrecorded !== undefined) this.addErasure(path, 'whiteout');
  }

  /** Adds a file that is not recorded, which removes the earlier entry of its path. */
  addUnrecorded(path: string): void {
    this.#clear(path);
    if (this.#unrecorded === undefined || path.length > MAX_PATH_LENGTH) return;
    if (!this.#unrecorded.add(path)) this.#refusedCount += 1;
  }

  /**
   * Calls back for directories and links in stored order. A generator would be too slow for a
   * million entries.
   */
  forEachRetained(take: (path: string, value: RetainedEntry) => void): void {
    const isAnyReplaced = this.#replaced.size > 0;
    this.#kept.forEach((value, path) => {
      if (!isAnyReplaced || !this.#isBuried(path, value.sequence)) take(path, value);
    });
  }

  /**
   * Returns the files in stored order. Called last. `read` is called for each of `numbers` that is
   * still retained, and may set the facts of its body. `digested` has the digests of files whose
   * bodies were only digested.
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

  /** Returns the paths of whiteouts in stored order. */
  whiteouts(): readonly string[] {
    return [...this.#whiteouts];
  }

  /** Returns the paths of opaque directories in stored order. */
  opaques(): readonly string[] {
    return [...this.#opaques];
  }

  /** See `LayerRecord.unrecordedPathHashes`. */
  unrecordedPathHashes(): string | undefined {
    return this.#unrecorded?.toText();
  }

  /** See `LayerRecord.late`; empty in the lowest layer. */
  late(): readonly string[] {
    return this.#unrecorded === undefined ? [] : [...this.#late];
  }

  /**
   * Returns a link whose target changed after it was used, or a hard link whose target was stored
   * again. A runtime extracts entries in order, so it may have written through the link to a path
   * that is not known here. `undefined` for archives as tools write them. A symlink that the very
   * next entry replaces was never used.
   */
  retargetedLink(): string | undefined {
    if (this.#retargeted !== undefined) return this.#retargeted;
    if (!this.#isTargetChanged) return undefined;
    for (const [path, value] of this.#kept) {
      if (value.kind !== 'link' || !value.isHard) continue;
      if ((this.#hardLinkTargets.get(value.target) ?? 0) > value.sequence) return path;
    }
    return undefined;
  }

  /**
   * Returns whether entries of this layer may lie below a directory, other than its own entry if
   * that is the last one.
   */
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
    const isRetargeted = before?.isHard === false && before.target !== value?.target;
    if (isRetargeted && before.sequence !== this.#sequence - 1) this.#retargeted ??= path;
    if (before === undefined && isFolder) this.#late.add(path);
    if (this.#hardLinkTargets.size > 0 && this.#hardLinkTargets.has(path)) {
      this.#hardLinkTargets.set(path, this.#sequence);
      this.#isTargetChanged = true;
    }
    if (
      value?.isHard === true &&
      value.target !== undefined &&
      !this.#hardLinkTargets.has(value.target)
    ) {
      this.#hardLinkTargets.set(value.target, 0);
      this.#others.add(value.target);
    }
  }

  #remove(path: string, before: Before | undefined, row: number): void {
    if (row !== NO_ROW) this.#files.drop(row);
    else if (before !== undefined) this.#kept.delete(path);
  }

  /** Returns the row of the file at a path. */
  #rowOf(path: string): number {
    const nameStart = path.lastIndexOf('/') + 1;
    const folder = this.#numberOf(path, nameStart - 1);
    if (folder === undefined) return NO_ROW;
    return this.#files.find({ folder, path, nameStart, nameHash: hashBaseName(path, nameStart) });
  }

  /**
   * Returns the number of the directory with which a path begins; `undefined` if it contains no
   * retained entry.
   */
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
      this.#kept.size + this.#files.rowCount + this.#whiteouts.size + this.#opaques.size >=
        MAX_RETAINED
    );
  }

  /**
   * Numbers the directories above a path, and remembers its own as the last one. Returns false when
   * there are too many.
   */
  #hasRoomFor(path: string): boolean {
    if (path.length > MAX_PATH_LENGTH || this.#isFull()) return false;
    const length = path.lastIndexOf('/');
    if (length === this.#last.folder.length && path.startsWith(this.#last.folder)) return true;
    for (let end = length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (this.#folders.has(folder)) break;
      if (this.#folders.size > MAX_DIRECTORIES || this.#textLength > MAX_TEXT_LENGTH) return false;
      this.#textLength += folder.length;
      this.#folders.set(folder, this.#folders.size);
      this.#others.add(folder);
    }
    const folder = path.slice(0, length);
    this.#last = { folder, number: this.#folders.get(folder) ?? 0 };
    return true;
  }
}

type Sequenced = RetainedEntry & { readonly sequence: number };
