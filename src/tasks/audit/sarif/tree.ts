/** The audited directory, as places of results are compared with it. */

import { resolve, join, posix, sep } from 'node:path';
import { realpathSync } from 'node:fs';

import { normalizePath } from '../../../core/base/artifact-path.ts';
import { readBoundedFileSync } from '../../../core/base/bounded-file.ts';
import { AssayError } from '../../../core/base/errors.ts';
import { pathInRoot } from '../../../core/base/path-in-root.ts';
import { systemCode } from '../../../core/base/system-code.ts';

/** Longer files are not written by people; no identity of a result depends on their lines. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;

/** A directory whose files results name. No file outside of it is read, whatever symlinks say. */
export class Tree {
  /** The name that the user gave, for messages. */
  readonly name: string;
  readonly #root: string;
  /** The directory by its own name and without symlinks: analyzers write either. */
  readonly #prefixes: readonly string[];
  /** By path of the tree. Thousands of results can name one file. */
  readonly #diskPaths = new Map<string, string | undefined>();
  /** Most analyzers write the results of one file together. */
  #last: { readonly path: string; readonly lines: readonly string[] | undefined } | undefined;

  /** @param directory An existing directory. */
  constructor(name: string, directory: string) {
    this.name = name;
    this.#root = resolve(directory);
    this.#prefixes = [this.#root, realpathSync(this.#root)].map(withSlashes);
  }

  /**
   * Returns an absolute path of this machine as a path of the tree; `undefined` if it is outside.
   */
  relative(absolute: string): string | undefined {
    const path = posix.normalize(absolute);
    for (const prefix of this.#prefixes) {
      if (path === prefix) return '/';
      const start = prefix === '/' ? prefix : `${prefix}/`;
      if (path.startsWith(start)) return normalizePath(path.slice(start.length));
    }
    return undefined;
  }

  /** Returns whether the tree has something with this path that does not lead out of it. */
  has(path: string): boolean {
    return this.#diskPath(path) !== undefined;
  }

  /**
   * Returns the lines of a text file; `undefined` for what is absent, no text, too long, or leads
   * out of the tree.
   */
  lines(path: string): readonly string[] | undefined {
    if (this.#last?.path !== path) this.#last = { path, lines: this.#read(path) };
    return this.#last.lines;
  }

  #read(path: string): readonly string[] | undefined {
    const diskPath = this.#diskPath(path);
    if (diskPath === undefined) return undefined;
    try {
      const bytes = readBoundedFileSync(diskPath, { maxBytes: MAX_FILE_BYTES });
      return bytes.includes(0) ? undefined : bytes.toString().split(/\r\n|\n|\r/u);
    } catch (error) {
      if (error instanceof AssayError || systemCode(error) !== undefined) return undefined;
      throw error;
    }
  }

  #diskPath(path: string): string | undefined {
    if (!this.#diskPaths.has(path)) this.#diskPaths.set(path, this.#find(path));
    return this.#diskPaths.get(path);
  }

  #find(path: string): string | undefined {
    const relativePath = path.slice(1);
    if (relativePath === '') return this.#root;
    const found = pathInRoot(this.#root, relativePath).path;
    return found === undefined ? undefined : join(this.#root, found);
  }
}

function withSlashes(path: string): string {
  const text = path.split(sep).join('/');
  return text.startsWith('/') ? text : `/${text}`;
}
