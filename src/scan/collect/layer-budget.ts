/**
 * Limits how many files and programs of one layer are read. The others are counted, and are a gap.
 */

import type { Context } from '../../core/base/context.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import { overLimitGap } from './record-budget.ts';

/** Images that were built on Windows mark every file as executable. */
const PROGRAMS_PER_FILE = 2;

/**
 * Characters of the paths of wanted files: 300 for each file of the limit. A path is in memory
 * several times.
 */
const MAX_PATHS_LENGTH = 32 * 1024 * 1024;
const LONG_PATHS_LENGTH = 4 * 1024 * 1024;

/** Few images have as many entries. */
const MANY_ENTRIES = 100_000;

/** The counters of one layer. */
export class LayerBudget {
  /** The number of entries so far. */
  entryCount = 0;
  readonly #maxFiles: number;
  readonly #onMuchHeld: Context['onMuchHeld'];
  #fileCount = 0;
  #pathsLength = 0;
  #leftOutCount = 0;
  #programCount = 0;

  constructor({ limits, onMuchHeld }: Pick<Context, 'limits' | 'onMuchHeld'>) {
    this.#maxFiles = limits.maxReadFiles;
    this.#onMuchHeld = onMuchHeld;
  }

  /** Counts an entry. */
  countEntry(): void {
    this.entryCount += 1;
    if (this.entryCount === MANY_ENTRIES) this.#onMuchHeld?.();
  }

  /** Counts a wanted file. Returns whether it is read. */
  takesFile(path: string): boolean {
    if (this.#fileCount >= this.#maxFiles || this.#pathsLength > MAX_PATHS_LENGTH) {
      this.#leftOutCount += 1;
      return false;
    }
    this.#fileCount += 1;
    this.#pathsLength += path.length;
    if (this.#pathsLength > LONG_PATHS_LENGTH) this.#onMuchHeld?.();
    return true;
  }

  /** Counts an executable. Returns whether its first bytes are read. */
  takesProgram(): boolean {
    this.#programCount += 1;
    return this.#programCount <= this.#maxPrograms;
  }

  /** Returns the gaps for files and programs that were not read. */
  gaps(layer: number): readonly Diagnostic[] {
    const programCount = Math.max(0, this.#programCount - this.#maxPrograms);
    return [
      ...overLimitGap(this.#leftOutCount, 'file', { layer, key: 'files' }),
      ...overLimitGap(programCount, 'program', { layer, key: 'files' }),
    ];
  }

  get #maxPrograms(): number {
    return this.#maxFiles * PROGRAMS_PER_FILE;
  }
}
