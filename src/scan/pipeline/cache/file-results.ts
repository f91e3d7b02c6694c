/**
 * The cache of what detectors have found in single files of a directory: where a few files have
 * changed, the others are not judged again. One record has all results of a directory, by the paths
 * and digests of its files; its key has the build, the versions of the detectors and their
 * settings. Files that a run does not come across are dropped from the record.
 */

import { createHash } from 'node:crypto';

import type { RecordStore } from '../../../core/base/record-store.ts';
import type { DetectionNote } from '../../../rules/detect/detector.ts';
import type { RuleDraft } from '../../../core/model/rule/rule-finding.ts';

/** A detector's results for a file. */
export interface FileResult {
  readonly drafts: readonly RuleDraft[];
  readonly notes: readonly DetectionNote[];
}

interface Entry {
  /** SHA-256 of the file, in base64. */
  readonly digest: string;
  readonly result: FileResult;
}

/** The results for the files of one directory. */
export class FileResults {
  readonly #store: RecordStore;
  readonly #key: string;
  /** By the detector and the path. */
  readonly #known: ReadonlyMap<string, Entry>;
  readonly #current = new Map<string, Entry>();
  #hasChanged = false;

  private constructor(store: RecordStore, key: string, known: ReadonlyMap<string, Entry>) {
    this.#store = store;
    this.#key = key;
    this.#known = known;
  }

  /** Loads the results under a key. A record that cannot be read counts as missing. */
  static async load(store: RecordStore, key: string): Promise<FileResults> {
    const content = await store.get(key);
    return new FileResults(store, key, content === undefined ? new Map() : decoded(content));
  }

  /**
   * Returns what a detector has reported about a file with this content; has it judged if there is
   * no such result.
   */
  async of(
    file: { readonly id: string; readonly path: string; readonly bytes: Uint8Array },
    judge: () => Promise<FileResult>,
  ): Promise<FileResult> {
    const place = `${file.id} ${file.path}`;
    const digest = createHash('sha256').update(file.bytes).digest('base64');
    const known = this.#known.get(place);
    if (known?.digest === digest) {
      this.#current.set(place, known);
      return known.result;
    }
    const result = await judge();
    this.#hasChanged = true;
    if (result.notes.every(isLasting)) this.#current.set(place, { digest, result });
    return result;
  }

  /** Puts the results back if they have changed. */
  async save(): Promise<void> {
    if (!this.#hasChanged && this.#known.size === this.#current.size) return;
    this.#hasChanged = false;
    await this.#store.put(this.#key, Buffer.from(JSON.stringify([...this.#current])));
  }
}

/** Another run would not report a gap that depends on time or memory. */
function isLasting(note: DetectionNote): boolean {
  return note.kind !== 'gap' || note.isPassing !== true;
}

/** Keys contain the build, so the values are not checked. */
function decoded(content: Uint8Array): ReadonlyMap<string, Entry> {
  try {
    return new Map(JSON.parse(Buffer.from(content).toString()) as readonly [string, Entry][]);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return new Map();
    throw error;
  }
}
