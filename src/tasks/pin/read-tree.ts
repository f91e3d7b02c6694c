/**
 * Reads the references of the files of a target, and of the files that these name: included
 * pipelines, requirements and Compose files, and Dockerfiles of any name. A file that is named and
 * cannot be read is a failure, because it can hide references.
 */

import { posix } from 'node:path';

import { compareText } from '../../core/base/compare.ts';
import type { Context } from '../../core/base/context.ts';
import { compileGlobs } from '../../core/base/glob.ts';
import { indexBy } from '../../core/base/maps.ts';
import type { CheckCache } from './check-cache.ts';
import { filesWhere, type CollectedFile, type CollectedFiles } from './collect-files.ts';
import type { Exclusion } from './exclusion.ts';
import type { FinderRow } from './finders/list.ts';
import type { ReadingFailure } from './outcome.ts';
import { pathInRoot } from '../../core/base/path-in-root.ts';
import {
  readReferences,
  type FoundInclude,
  type ReadFile,
  type ReadFiles,
} from './read-references.ts';

/** Options for reading a tree. */
export interface TreeReading {
  readonly finders: readonly FinderRow[];
  readonly exclusion: Exclusion;
  readonly cache: CheckCache | undefined;
}

/** The files that have references, what could not be read, and how many files were read. */
export interface ReadTree extends Pick<ReadFiles, 'files' | 'failures'> {
  /** Files that are named and cannot be read. */
  readonly missing: readonly ReadingFailure[];
  readonly collected: readonly CollectedFile[];
}

/**
 * Reads all files. Of a target that is a file only this one is read.
 * @throws AssayError `INTERRUPTED`, `LIMIT_EXCEEDED`
 */
export async function readTree(
  { root, isAlone, files }: CollectedFiles,
  reading: TreeReading,
  context: Context,
): Promise<ReadTree> {
  const first = await readReferences(root, files, context, reading.cache);
  if (isAlone || first.includes.length === 0) return { ...first, missing: [], collected: files };
  const tree = new Tree(root, files, reading);
  tree.take(first, files);
  for (let open = first.includes; open.length > 0;) {
    const added = await tree.resolve(open, context);
    const read = await readReferences(root, added, context, reading.cache);
    tree.take(read, added);
    open = read.includes;
  }
  return tree.result();
}

/**
 * Files that were read, by their paths. A file that another format names too is read again by all
 * of its readers.
 */
class Tree {
  readonly #root: string;
  readonly #reading: TreeReading;
  readonly #collected: Map<string, CollectedFile>;
  readonly #files = new Map<string, ReadFile>();
  readonly #failures = new Map<string, ReadingFailure[]>();
  readonly #missing: ReadingFailure[] = [];

  constructor(root: string, files: readonly CollectedFile[], reading: TreeReading) {
    this.#root = root;
    this.#reading = reading;
    this.#collected = indexBy(files, 'path');
  }

  take({ files, failures }: ReadFiles, of: readonly CollectedFile[]): void {
    for (const { path } of of) {
      this.#files.delete(path);
      this.#failures.delete(path);
    }
    for (const file of files) this.#files.set(file.path, file);
    for (const failure of failures) {
      this.#failures.set(failure.path, [...(this.#failures.get(failure.path) ?? []), failure]);
    }
  }

  /** Returns the files that must be read now. */
  async resolve(
    includes: readonly FoundInclude[],
    context: Context,
  ): Promise<readonly CollectedFile[]> {
    const added = new Map<string, CollectedFile>();
    const patterns = new Map<FinderRow, string[]>();
    for (const found of includes) {
      const finder = this.#reading.finders.find(({ id }) => id === found.include.format);
      if (finder === undefined) continue;
      const path = pathOf(found);
      if (path.includes('*')) {
        patterns.set(finder, [
          ...(patterns.get(finder) ?? []),
          path.replaceAll(/[^\w*/.-]/gu, '?'),
        ]);
      } else {
        const real = this.#existing(path, found);
        if (real !== undefined) this.#add(real, finder, added);
      }
    }
    for (const [finder, globs] of patterns) {
      const { exclusion } = this.#reading;
      const walk = { exclusion, finder, context };
      for (const path of await filesWhere(this.#root, compileGlobs(globs), walk)) {
        this.#add(path, finder, added);
      }
    }
    return [...added.values()];
  }

  result(): ReadTree {
    return {
      files: [...this.#files.values()].sort((a, b) => compareText(a.path, b.path)),
      failures: [...this.#failures.values()].flat(),
      missing: this.#missing,
      collected: [...this.#collected.values()],
    };
  }

  #add(path: string, finder: FinderRow, added: Map<string, CollectedFile>): void {
    if (this.#reading.exclusion.isPathExcluded(path)) return;
    const known = this.#collected.get(path);
    if (known?.finders.includes(finder) === true) return;
    const finders = [...(known?.finders ?? []), finder];
    const file = {
      path,
      finderPath: known?.finderPath ?? path,
      finders,
      isIncluded: true,
    } as const;
    this.#collected.set(path, file);
    added.set(path, file);
  }

  /**
   * Returns the path of a file without symlinks; `undefined` for one that cannot be read, which is
   * noted.
   */
  #existing(path: string, { by, include }: FoundInclude): string | undefined {
    const real = pathInRoot(this.#root, path);
    if (real.path !== undefined) return real.path;
    const { line, column } = include;
    const message = `the file names "${include.path.slice(0, 200)}", which ${real.problem}`;
    this.#missing.push({ path: by, line, column, message });
    return undefined;
  }
}

function pathOf({ by, include: { path, from } }: FoundInclude): string {
  const written = path.replaceAll('\\', '/');
  if (posix.isAbsolute(written)) return written;
  return from === 'root' ? posix.normalize(written) : posix.join(posix.dirname(by), written);
}
