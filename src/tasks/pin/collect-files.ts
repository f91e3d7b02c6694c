/**
 * Collects the files of a directory whose names a finder accepts. Symlinks are never followed, so
 * that nothing outside of the directory is read or written. Directories of installed packages, of
 * version control and of vendored code are left out and named. A .gitignore has no effect, because
 * a build can use files that git ignores.
 */

import { lstatSync, readdirSync, realpathSync, type Dirent } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';

import { compareText } from '../../core/base/compare.ts';
import type { Context } from '../../core/base/context.ts';
import { AssayError, errorMessage } from '../../core/base/errors.ts';
import { throwIfInterrupted } from '../../core/base/interrupt.ts';
import { systemCode } from '../../core/base/system-code.ts';
import type { Exclusion } from './exclusion.ts';
import { FINDERS, type FinderRow } from './finders/list.ts';
import type { ReadingFailure } from './outcome.ts';
import type { PinRequest } from './request.ts';

/** A file and the finders that accept its name. */
export interface CollectedFile {
  /** Relative to the root, with `/` between its parts. */
  readonly path: string;
  /**
   * The path that finders get, because a place has a meaning to some: of a file that is the target
   * the whole path, of others the path below the target, with the names of directories like
   * `.github` in which the target is.
   */
  readonly finderPath: string;
  readonly finders: readonly FinderRow[];
  /** Another file names it. */
  readonly isIncluded?: true;
}

/** The files of a target. */
export interface CollectedFiles {
  /** Absolute, without symlinks. */
  readonly root: string;
  /** Whether the target is the one file. */
  readonly isAlone: boolean;
  readonly files: readonly CollectedFile[];
  readonly failures: readonly ReadingFailure[];
  readonly directories: readonly string[];
  readonly excluded: readonly string[];
  /** Symlinks with the name of a known format. */
  readonly symlinks: readonly CollectedFile[];
}

/** Directories whose content belongs to others. */
const FOREIGN: ReadonlySet<string> = new Set([
  ...['.git', '.hg', '.svn', 'node_modules', 'bower_components', 'site-packages'],
  ...['vendor', 'third_party', '.venv', '.tox', '.terraform', '__pycache__'],
]);

/** Entries between two turns for others: a few milliseconds of work. */
const ENTRIES_PER_TURN = 512;

/**
 * Collects the files of a directory, or the one file that the target is.
 *
 * @throws AssayError `NOT_FOUND`, `ACCESS_DENIED`; `LIMIT_EXCEEDED` for a directory with too many
 * entries
 */
export async function collectFiles(
  { target, cwd, finders = FINDERS }: Pick<PinRequest, 'target' | 'cwd' | 'finders'>,
  exclusion: Exclusion,
  context: Context,
): Promise<CollectedFiles> {
  const path = resolve(cwd, target);
  if (kindOf(path, target) === 'file') return collectOne(path, target, finders);
  const walk = new Walk({ root: realpathSync(path), exclusion, finders }, context);
  await walk.run();
  return {
    root: walk.root,
    isAlone: false,
    files: walk.files,
    failures: walk.failures,
    directories: walk.directories,
    excluded: walk.excluded,
    symlinks: walk.symlinks,
  };
}

/** Returns all files of a directory whose path is accepted. */
export async function filesWhere(
  root: string,
  isWanted: (path: string) => boolean,
  walk: { readonly exclusion: Exclusion; readonly finder: FinderRow; readonly context: Context },
): Promise<readonly string[]> {
  const finders = [{ ...walk.finder, accepts: isWanted }];
  const found = new Walk({ root, exclusion: walk.exclusion, finders }, walk.context);
  await found.run();
  return found.files.map(({ path }) => path);
}

function kindOf(path: string, shown: string): 'file' | 'directory' {
  try {
    const stats = lstatSync(path);
    if (stats.isFile()) return 'file';
    if (stats.isDirectory()) return 'directory';
    if (stats.isSymbolicLink()) {
      const real = realpathSync(path);
      if (lstatSync(real).isDirectory()) return 'directory';
      throw new AssayError('USAGE', `"${shown}" is a symlink`, {
        hint: `Name the file that it leads to: "${real}"`,
      });
    }
  } catch (cause) {
    if (cause instanceof AssayError || systemCode(cause) === undefined) throw cause;
    throw targetError(cause, shown);
  }
  throw new AssayError('USAGE', `"${shown}" is neither a directory nor a regular file`, {
    hint: 'Name a directory, or a file such as ./Dockerfile',
  });
}

function targetError(cause: unknown, shown: string): AssayError {
  const code = systemCode(cause);
  const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
  const hint = 'Name a directory, or a file such as ./Dockerfile';
  return isMissing
    ? new AssayError('NOT_FOUND', `there is no file or directory "${shown}"`, { hint, cause })
    : new AssayError('ACCESS_DENIED', `cannot read "${shown}": ${errorMessage(cause)}`, { cause });
}

function collectOne(path: string, shown: string, finders: readonly FinderRow[]): CollectedFiles {
  const name = basename(path);
  // Some names are recognized only below a directory, as in .github/workflows.
  const folder = realpathSync(dirname(path));
  const finderPath = join(folder, name).replaceAll('\\', '/').replace(/^\/+/u, '');
  const rows = finders.filter((row) => row.accepts(finderPath, true));
  if (rows.length === 0) {
    throw new AssayError('USAGE', `"${shown}" is of no format that assay pin reads`, {
      hint: `Formats: ${finders.map((row) => row.name).join(', ')}. See docs/pin.md.`,
    });
  }
  return {
    root: folder,
    isAlone: true,
    files: [{ path: name, finderPath, finders: rows }],
    failures: [],
    directories: [],
    excluded: [],
    symlinks: [],
  };
}

interface WalkOptions {
  readonly root: string;
  readonly exclusion: Exclusion;
  readonly finders: readonly FinderRow[];
}

class Walk {
  readonly root: string;
  readonly files: CollectedFile[] = [];
  readonly failures: ReadingFailure[] = [];
  readonly directories: string[] = [];
  readonly excluded: string[] = [];
  readonly symlinks: CollectedFile[] = [];
  readonly #exclusion: Exclusion;
  readonly #finders: readonly FinderRow[];
  readonly #context: Context;
  readonly #prefix: string;
  #entryCount = 0;

  constructor(walk: WalkOptions, context: Context) {
    this.root = walk.root;
    this.#exclusion = walk.exclusion;
    this.#finders = walk.finders;
    this.#context = context;
    this.#prefix = meaningfulParents(walk.root);
  }

  async run(): Promise<void> {
    const open = [''];
    for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
      const inner: string[] = [];
      for (const entry of this.#entriesOf(folder)) {
        await this.#count();
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (this.#visit(path, entry)) inner.push(path);
      }
      open.push(...inner.reverse());
    }
    this.files.sort((a, b) => compareText(a.path, b.path));
  }

  /** Returns whether the entry is a directory to enter. */
  #visit(path: string, entry: Dirent): boolean {
    const isFolder = entry.isDirectory();
    if (isFolder && FOREIGN.has(entry.name)) {
      this.directories.push(path);
      return false;
    }
    const finderPath = this.#prefix + path;
    const finders = isFolder ? [] : this.#finders.filter((row) => row.accepts(finderPath, false));
    if (!isFolder && finders.length === 0) return false;
    if (this.#exclusion.isPathExcluded(path)) {
      this.excluded.push(path);
      return false;
    }
    if (entry.isFile()) this.files.push({ path, finderPath, finders });
    else if (entry.isSymbolicLink()) this.symlinks.push({ path, finderPath, finders });
    return isFolder;
  }

  #entriesOf(folder: string): readonly Dirent[] {
    try {
      const entries = readdirSync(join(this.root, folder), { withFileTypes: true });
      return entries.filter(({ name }) => this.#isReadable(folder, name)).sort(byName);
    } catch (error) {
      if (systemCode(error) === undefined) throw error;
      const path = folder === '' ? '.' : folder;
      this.failures.push({ path, message: `cannot read the directory: ${errorMessage(error)}` });
      return [];
    }
  }

  /** Bytes that are not UTF-8 were replaced: such a name cannot be opened again. */
  #isReadable(folder: string, name: string): boolean {
    if (!name.includes('\ufffd')) return true;
    this.failures.push({ path: `${folder}/${name}`, message: 'its name is not UTF-8' });
    return false;
  }

  async #count(): Promise<void> {
    this.#entryCount += 1;
    const { maxEntries } = this.#context.limits;
    if (this.#entryCount > maxEntries) {
      throw new AssayError('LIMIT_EXCEEDED', `"${this.root}" has more than ${maxEntries} entries`, {
        hint: 'Name a directory below it.',
      });
    }
    if (this.#entryCount % ENTRIES_PER_TURN !== 0) return;
    await setImmediate();
    throwIfInterrupted(this.#context.signal);
  }
}

/** Directories whose files have a meaning by their place. */
const MEANINGFUL = new Set([
  ...['.github', '.gitlab', '.gitlab-ci', '.gitlab-ci.d', '.circleci', '.azure-pipelines'],
  ...['azure-pipelines', 'workflow-templates', 'requirements'],
]);

/**
 * Returns the last parts of a path from a directory that gives its files a meaning:
 * `.github/workflows/`; else an empty text.
 */
function meaningfulParents(root: string): string {
  const parts = root.split(/[/\\]/u).slice(-2);
  const first = parts.findIndex((part) => MEANINGFUL.has(part));
  return first < 0 ? '' : `${parts.slice(first).join('/')}/`;
}

function byName(a: Dirent, b: Dirent): number {
  return compareText(a.name, b.name);
}
