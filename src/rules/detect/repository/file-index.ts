/** The files of a repository, looked up by path, by name and by pattern. */

import { baseName } from '../../../core/base/artifact-path.ts';
import {
  costOfMatch,
  matchesOwnerPattern,
  type OwnerPattern,
} from '../../../formats/text/code-owners/code-owners-pattern.ts';

/**
 * Steps that all comparisons of patterns with paths may take together: one or two seconds. A step
 * is a comparison of some characters.
 */
const MAX_STEPS = 40_000_000;

/** An index of paths. */
export class FileIndex {
  readonly paths: readonly string[];
  readonly #directories = new Set<string>();
  readonly #files: ReadonlySet<string>;
  /** Names of files and of directories, wherever they lie. */
  readonly #fileNames = new Set<string>();
  readonly #directoryNames = new Set<string>();
  #steps = 0;

  constructor(paths: readonly string[]) {
    this.paths = paths;
    this.#files = new Set(paths);
    for (const path of paths) {
      this.#fileNames.add(baseName(path));
      for (
        let end = path.lastIndexOf('/');
        end > 0 && !this.#directories.has(path.slice(0, end));
        end = path.lastIndexOf('/', end - 1)
      ) {
        const directory = path.slice(0, end);
        this.#directories.add(directory);
        this.#directoryNames.add(baseName(directory));
      }
    }
  }

  /** Whether some comparisons were left out because there were too many. */
  get isExhausted(): boolean {
    return this.#steps > MAX_STEPS;
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  /** Returns whether a pattern matches a path; `undefined` once too many comparisons were made. */
  matches(pattern: OwnerPattern, path: string): boolean | undefined {
    this.#steps += costOfMatch(pattern, path);
    return this.isExhausted ? undefined : matchesOwnerPattern(pattern, path);
  }

  /**
   * Returns whether a pattern matches any file; `undefined` once too many comparisons were made.
   */
  matchesAny(pattern: OwnerPattern): boolean | undefined {
    const { literal, isDirectory, coversContent } = pattern;
    if (literal !== undefined && (literal.isRooted || !literal.path.includes('/'))) {
      const { path, isRooted } = literal;
      const [files, directories] = isRooted
        ? [this.#files, this.#directories]
        : [this.#fileNames, this.#directoryNames];
      const name = isRooted ? `/${path}` : path;
      return (!isDirectory && files.has(name)) || (coversContent && directories.has(name));
    }
    const { start } = pattern;
    for (let at = this.#firstFrom(start); at < this.paths.length; at += 1) {
      const path = this.paths[at] ?? '';
      if (!path.startsWith(start)) break;
      const matches = this.matches(pattern, path);
      if (matches !== false) return matches;
    }
    return false;
  }

  /**
   * Returns the number of the first path that does not stand before a text: the paths are sorted.
   */
  #firstFrom(text: string): number {
    let [low, high] = [0, this.paths.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.paths[middle] ?? '') < text) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
