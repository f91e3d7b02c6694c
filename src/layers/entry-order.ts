/**
 * What is kept of a layer's entries, in stored order: the last entry of a path wins, and what lay below a folder is
 * gone once a later entry of the same layer puts something else in the folder's place. Bounded, because an archive of
 * a few hundred kilobytes can name a hundred million folders.
 *
 * Of files that are forgotten a hash of the path is left where something may lie below the layer: one of them may have
 * taken the place of a folder there.
 */

import { PathHashes } from './path-hashes.ts';

/** Linux refuses longer paths and link targets (`PATH_MAX`), so no container ever sees them. */
const MAX_PATH_LENGTH = 4096;

/** Three times the folders of an image of three million files. */
const MAX_FOLDERS = 1_000_000;

/** More than the executables, links and package files of the largest public images together. */
const MAX_KEPT = 4_000_000;

/** `target` and `isHard` of links only. */
interface Orderable {
  readonly kind: string;
  /** Set by the order it is put into. */
  sequence: number;
  readonly target?: string;
  readonly isHard?: boolean;
}

export class EntryOrder<T extends Orderable> {
  readonly #kept = new Map<string, T>();
  /** Every folder that holds something kept, with or without an entry of its own. */
  readonly #folders = new Set<string>();
  /** When something else took the place of a folder. */
  readonly #replaced = new Map<string, number>();
  readonly #whiteouts = new Set<string>();
  readonly #opaques = new Set<string>();
  readonly #forgotten: PathHashes | undefined;
  /** Targets of hard links, and when something was put there after a link was made to it. */
  readonly #aims = new Map<string, number>();
  #isAimChanged = false;
  readonly #late = new Set<string>();
  #reaimed: string | undefined;
  #sequence = 0;
  #refusedCount = 0;
  /** Entries of one folder mostly follow each other. */
  #lastFolder = '';

  /** `isLowest`: nothing lies below the layer. */
  constructor({ isLowest }: { readonly isLowest: boolean }) {
    this.#forgotten = isLowest ? undefined : new PathHashes();
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
    (kind === 'whiteout' ? this.#whiteouts : this.#opaques).add(path);
  }

  /** False where there is no room for it. */
  add(path: string, value: T): boolean {
    if ((value.target?.length ?? 0) > MAX_PATH_LENGTH || !this.#hasRoomFor(path)) {
      this.#refusedCount += 1;
      return false;
    }
    this.#sequence += 1;
    const before = this.#kept.get(path);
    const isFolder = this.#folders.has(path);
    this.#noteOrder(path, value, { before, isFolder });
    if (value.kind === 'directory') {
      if (before?.kind === 'directory') return true;
      if (!isFolder) this.#folders.add(path);
    } else if (isFolder) this.#replaced.set(path, this.#sequence);
    // Behind all others, as it is stored.
    if (before !== undefined) this.#kept.delete(path);
    value.sequence = this.#sequence;
    this.#kept.set(path, value);
    return true;
  }

  /** A file of no interest takes the place of whatever was there. */
  forget(path: string): void {
    this.#sequence += 1;
    const before = this.#kept.get(path);
    const isFolder = this.#folders.has(path);
    this.#noteOrder(path, undefined, { before, isFolder });
    if (isFolder) this.#replaced.set(path, this.#sequence);
    if (before !== undefined) this.#kept.delete(path);
    if (this.#forgotten === undefined || path.length > MAX_PATH_LENGTH) return;
    if (!this.#forgotten.add(path)) this.#refusedCount += 1;
  }

  /** In stored order. A walk over a million entries is no place for a generator. */
  forEachKept(take: (path: string, value: T) => void): void {
    const isAnyReplaced = this.#replaced.size > 0;
    this.#kept.forEach((value, path) => {
      if (!isAnyReplaced || !this.#isBuried(path, value.sequence)) take(path, value);
    });
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
   */
  reaimed(): string | undefined {
    if (this.#reaimed !== undefined) return this.#reaimed;
    if (!this.#isAimChanged) return undefined;
    for (const [path, { isHard, target, sequence }] of this.#kept) {
      if (isHard !== true || target === undefined) continue;
      if ((this.#aims.get(target) ?? 0) > sequence) return path;
    }
    return undefined;
  }

  #noteOrder(
    path: string,
    value: T | undefined,
    { before, isFolder }: { readonly before: T | undefined; readonly isFolder: boolean },
  ): void {
    if (before?.isHard === false && before.target !== value?.target) this.#reaimed ??= path;
    if (before === undefined && isFolder) this.#late.add(path);
    if (this.#aims.size > 0 && this.#aims.has(path)) {
      this.#aims.set(path, this.#sequence);
      this.#isAimChanged = true;
    }
    if (value?.isHard === true && value.target !== undefined && !this.#aims.has(value.target)) {
      this.#aims.set(value.target, 0);
    }
  }

  #isBuried(path: string, sequence: number): boolean {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      if ((this.#replaced.get(path.slice(0, end)) ?? 0) > sequence) return true;
    }
    return false;
  }

  /** Makes the folders above a path known, unless that would be too many. */
  #hasRoomFor(path: string): boolean {
    const count = this.#kept.size + this.#whiteouts.size + this.#opaques.size;
    if (path.length > MAX_PATH_LENGTH || count >= MAX_KEPT) return false;
    const last = this.#lastFolder;
    if (path.lastIndexOf('/') === last.length && path.startsWith(last)) return true;
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (this.#folders.has(folder)) break;
      if (this.#folders.size >= MAX_FOLDERS) return false;
      this.#folders.add(folder);
    }
    this.#lastFolder = path.slice(0, path.lastIndexOf('/'));
    return true;
  }
}
