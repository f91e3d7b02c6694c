/** Notes the entries of a layer that image rules look at, while the layer is walked. */

import type { LayerEntry } from '../../core/model/artifact/artifact.ts';
import type {
  CountedDirectory,
  EntryCriteria,
  EntryMode,
  EntryNotes,
} from '../../core/model/layer/entry-notes.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';

/** The largest distributions have less than a hundred such files and directories. */
const MAX_NOTED = 100_000;

/** Builds the notes of one layer. */
export class EntryNotesBuilder {
  readonly #criteria: EntryCriteria;
  readonly #modes = new Map<string, EntryMode>();
  readonly #counts = new Map<string, { fileCount: number; sizeBytes: number }>();
  #leftOutCount = 0;

  constructor(criteria: EntryCriteria) {
    this.#criteria = criteria;
  }

  /** Takes a file or directory. The last entry of a path counts. */
  add(entry: LayerEntry & { readonly type: 'file' | 'directory' }): void {
    const { path, mode, uid, gid, type } = entry;
    const { fileModes, directoryModes } = this.#criteria;
    if (type === 'file') this.#count(path, entry.sizeBytes);
    if (this.#modes.size > 0) this.#modes.delete(path);
    if ((mode & (type === 'file' ? fileModes : directoryModes)) === 0) return;
    if (this.#modes.size >= MAX_NOTED) {
      this.#leftOutCount += 1;
      return;
    }
    this.#modes.set(path, {
      ...{ kind: type, path, mode },
      ...(uid !== undefined && { uid }),
      ...(gid !== undefined && { gid }),
    });
  }

  /** Returns the notes of all entries so far. */
  notes(): EntryNotes {
    const counted: CountedDirectory[] = [];
    for (const [path, count] of this.#counts) counted.push({ path, ...count });
    return { modes: [...this.#modes.values()], counted };
  }

  /** Returns the gap for entries beyond the limit. */
  gaps(layer: number): readonly Diagnostic[] {
    if (this.#leftOutCount === 0) return [];
    const message = `layer ${layer + 1}: the modes of ${this.#leftOutCount} files and directories are not judged, because more than ${MAX_NOTED} have set-user-ID bits or may be written by everyone`;
    return [{ stage: 'layers', message, gap: 'limit' }];
  }

  /** Empty files, such as locks, are no content. */
  #count(path: string, sizeBytes: number): void {
    if (sizeBytes === 0) return;
    for (const directory of this.#criteria.countedDirectories) {
      if (!path.startsWith(directory) || path.charAt(directory.length) !== '/') continue;
      const count = this.#counts.get(directory);
      if (count === undefined) this.#counts.set(directory, { fileCount: 1, sizeBytes });
      else {
        count.fileCount += 1;
        count.sizeBytes += sizeBytes;
      }
      return;
    }
  }
}
