/**
 * Walks a folder on this disk as if it were the one layer of an image.
 *
 * Symbolic links are reported and never followed, so that nothing outside the folder is read; a
 * file that was swapped between being listed and being opened is noticed. Devices, pipes and
 * sockets are reported and never opened. An unreadable entry becomes a diagnostic with the gap
 * `unreadable`. The order is that of the names. Calls are synchronous, as many small asynchronous
 * ones take ten times as long; other tasks get a turn at intervals.
 */

import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  type Stats,
} from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

import { compareText } from '../../../core/base/compare.ts';
import type { Context } from '../../../core/base/context.ts';
import { throwIfInterrupted } from '../../../core/base/interrupt.ts';
import { createUnpackBudgets, type UnpackBudget } from '../../../formats/archive/tar/layer-tar.ts';
import type { BodySink, LayerVisitor, SpecialFile } from '../../../core/model/artifact/artifact.ts';
import type { Diagnostic } from '../../../core/model/finding/finding.ts';
import { reasonOf } from '../file-error.ts';
import { linkTarget } from './link-target.ts';
import type { OpenArtifact } from '../source.ts';
import { systemCode } from '../../../core/base/system-code.ts';

/** The entries of a directory that are read. */
export interface WalkRules {
  /** Returns whether a directory is named but not entered. Paths are absolute within the root. */
  readonly isClosed: (path: string, stats: Stats) => boolean;
  /** Returns whether a path is not even named. */
  readonly isSkipped: (path: string, isFolder: boolean) => boolean;
}

/**
 * Reports an unreadable entry. A `body` is a gap only for a reader that requested it, whose sink is
 * then never ended; an `entry` could be of any kind, and a directory could hold anything.
 */
export type ReportUnreadable = (path: string, reason: string, what: 'body' | 'entry') => void;

const PIECE_BYTES = 256 * 1024;

/** Entries, and pieces of files, between two turns for others: a few milliseconds of work. */
const STEPS_PER_TURN = 256;

/** The last part of a path may be no link, and a pipe must not make the opening wait. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** A directory of this machine that is walked as a layer. */
export interface WalkedDirectory {
  readonly root: string;
  /** Path within the root of the only thing to read; absent for all of it. */
  readonly only?: string;
  /** Displayed name; absent: the path. */
  readonly shownAs?: string;
  readonly rules: WalkRules;
  /** Absolute targets of links are paths of this machine, and none below the root. */
  readonly isPartOfDisk?: boolean;
}

interface FolderWalk extends WalkedDirectory {
  readonly budget: UnpackBudget;
  readonly report: ReportUnreadable;
}

/**
 * Returns the walks over a folder: each gives every entry below the root, and the root itself as
 * `/`.
 */
export function createWalks(
  folder: WalkedDirectory,
  reference: string,
  { limits }: Pick<Context, 'limits'>,
): Required<Pick<OpenArtifact, 'walk' | 'probe' | 'diagnostics'>> {
  const unreadable = createUnreadableList();
  const budgets = createUnpackBudgets(limits, reference);
  return {
    walk: (_layer, visit, context) =>
      walkFolder({ ...folder, budget: budgets(0), report: unreadable.report }, visit, context),
    probe: async (visit, context) => {
      let isReadable = true;
      const budget = createUnpackBudgets(limits, reference)(0);
      const report = (): void => {
        isReadable = false;
      };
      await walkFolder({ ...folder, budget, report }, visit, context);
      return isReadable;
    },
    diagnostics: unreadable.diagnostics,
  };
}

async function walkFolder(walk: FolderWalk, visit: LayerVisitor, context: Context): Promise<void> {
  const { only = '', shownAs } = walk;
  const visitShown: LayerVisitor =
    shownAs === undefined ? visit : (entry) => visit({ ...entry, path: shownAs });
  await new FolderWalker(walk, visitShown, context).walk(only);
}

class FolderWalker {
  readonly #root: string;
  readonly #visit: LayerVisitor;
  readonly #rules: WalkRules;
  readonly #isPartOfDisk: boolean;
  readonly #budget: UnpackBudget;
  readonly #report: ReportUnreadable;
  readonly #context: Context;
  readonly #buffer = Buffer.allocUnsafeSlow(PIECE_BYTES);
  #steps = 0;
  #readBytes = 0;

  constructor(walk: FolderWalk, visit: LayerVisitor, context: Context) {
    this.#root = walk.root;
    this.#visit = visit;
    this.#rules = walk.rules;
    this.#isPartOfDisk = walk.isPartOfDisk === true;
    this.#budget = walk.budget;
    this.#report = walk.report;
    this.#context = context;
  }

  async walk(start: string): Promise<void> {
    const open = [start];
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      await this.#step();
      const stats = this.#statsOf(path);
      if (stats === undefined || this.#rules.isSkipped(path, stats.isDirectory())) continue;
      this.#budget.addEntry();
      if (!stats.isDirectory()) {
        await this.#visitLeaf(path, stats);
        continue;
      }
      const names = this.#rules.isClosed(path, stats) ? [] : this.#namesIn(path);
      this.#visit({
        type: 'directory',
        path: path === '' ? '/' : path,
        mode: modeOf(stats),
        names,
      });
      // The stack gives the first name first when it is pushed last.
      for (let at = names.length - 1; at >= 0; at -= 1) open.push(`${path}/${names[at] ?? ''}`);
    }
  }

  async #visitLeaf(path: string, stats: Stats): Promise<void> {
    if (stats.isSymbolicLink()) {
      const target = this.#attempt(path, () => readlinkSync(this.#onDisk(path)));
      if (target !== undefined) this.#visitLink(path, target);
    } else if (stats.isFile()) {
      const sizeBytes = stats.size;
      const sink = this.#visit({ type: 'file', path, mode: modeOf(stats), sizeBytes });
      if (sink !== undefined) await this.#readBody(path, stats, sink);
    } else this.#visit({ type: 'special', path, what: kindOf(stats) });
  }

  #visitLink(path: string, target: string): void {
    const recorded = this.#isPartOfDisk ? linkTarget(path, target, this.#root) : target;
    this.#visit({ type: 'symlink', path, target: recorded });
  }

  async #readBody(path: string, listed: Stats, sink: BodySink): Promise<void> {
    const file = this.#attempt(path, () => openSync(this.#onDisk(path), OPEN_FLAGS), 'body');
    if (file === undefined) return;
    this.#context.progress({ kind: 'file', path, sizeBytes: listed.size });
    try {
      const opened = fstatSync(file);
      if (opened.ino !== listed.ino || opened.dev !== listed.dev || !opened.isFile()) {
        this.#report(path, 'it was replaced while the folder was being read', 'body');
        return;
      }
      let doneBytes = 0;
      while (doneBytes < listed.size) {
        const wanted = Math.min(PIECE_BYTES, listed.size - doneBytes);
        const read = (): number => readSync(file, this.#buffer, 0, wanted, doneBytes);
        const length = this.#attempt(path, read, 'body');
        if (length === undefined) return;
        if (length === 0) {
          this.#report(path, 'it became shorter while it was being read', 'body');
          return;
        }
        doneBytes += length;
        this.#budget.addBytes(length);
        sink.write(this.#buffer.subarray(0, length));
        this.#readBytes += length;
        await this.#step();
      }
      sink.end();
    } finally {
      closeSync(file);
      this.#context.progress({ kind: 'fileDone', path });
    }
  }

  /** Returns `undefined` where the file has gone or may not be looked at. */
  #statsOf(path: string): Stats | undefined {
    return this.#attempt(path, () => lstatSync(this.#onDisk(path)));
  }

  #namesIn(path: string): string[] {
    const names = this.#attempt(path, () => readdirSync(this.#onDisk(path))) ?? [];
    // Bytes that are no UTF-8 were replaced: such a name cannot be opened again.
    const readable = names.filter((name) => {
      if (!name.includes('\ufffd')) return true;
      this.#report(`${path}/${name}`, 'its name is not UTF-8', 'entry');
      return false;
    });
    return readable.sort(compareText);
  }

  /**
   * Runs an action and reports its failure; a file that was deleted meanwhile is not part of the
   * artifact.
   */
  #attempt<T>(path: string, action: () => T, what: 'body' | 'entry' = 'entry'): T | undefined {
    try {
      return action();
    } catch (error) {
      if (systemCode(error) === undefined) throw error;
      if (systemCode(error) !== 'ENOENT') {
        this.#report(path === '' ? '/' : path, reasonOf(error), what);
      }
      return undefined;
    }
  }

  #onDisk(path: string): string {
    return join(this.#root, path);
  }

  async #step(): Promise<void> {
    if (++this.#steps % STEPS_PER_TURN !== 0) return;
    await setImmediate();
    throwIfInterrupted(this.#context.signal);
    this.#context.progress({
      kind: 'bytes',
      what: 'files',
      doneBytes: this.#readBytes,
      totalBytes: undefined,
    });
  }
}

/** Collects what could not be read, once a path, and no more than a person would look at. */
export function createUnreadableList(): {
  readonly report: ReportUnreadable;
  readonly diagnostics: () => readonly Diagnostic[];
} {
  const found = new Map<string, Diagnostic>();
  const further = new Set<string>();
  return {
    report(path, reason, what) {
      if (found.has(path) || found.size < MAX_REPORTED) {
        const message = `cannot read "${path}": ${reason}`;
        found.set(path, unreadable(message, path, what === 'entry'));
      } else if (further.size < MAX_COUNTED) {
        further.add(path);
      }
    },
    diagnostics() {
      if (further.size === 0) return [...found.values()];
      const count = further.size === MAX_COUNTED ? `${MAX_COUNTED} or more` : further.size;
      const rest = unreadable(`cannot read ${count} further files and folders`, '/', true);
      return [...found.values(), rest];
    },
  };
}

const MAX_REPORTED = 200;
const MAX_COUNTED = 100_000;

function unreadable(message: string, path: string, isGap: boolean): Diagnostic {
  const location = { path, layer: 0 };
  return { stage: 'source', message, location, ...(isGap && { gap: 'unreadable' }) };
}

function kindOf(stats: Stats): SpecialFile {
  if (stats.isFIFO()) return 'a named pipe';
  return stats.isSocket() ? 'a socket' : 'a device';
}

function modeOf(stats: Stats): number {
  return stats.mode & 0o7777;
}
