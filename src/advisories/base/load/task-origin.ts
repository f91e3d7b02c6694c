/**
 * The files of one task as its feed asks for them. A file that is as it was is not given; when a
 * later one has changed after all, the sets have to be made anew of all of them, and the task
 * starts again.
 */

import type { FeedOrigin, OriginFile } from '../../feeds/feed.ts';
import type { Context } from '../../../core/base/context.ts';
import type { FetchedTask } from './fetched-tasks.ts';
import type { FeedSource } from './mirror.ts';
import type { FileVersion } from './file-origins.ts';

/** A file that was brought here before the task started again. */
interface Kept {
  readonly path: string;
  readonly file: OriginFile;
}

/** Thrown through the feed, which has given nothing yet. {@link origin} takes its place. */
export class FullReloadNeeded extends Error {
  readonly origin: TaskOrigin;

  constructor(origin: TaskOrigin) {
    super('a file has changed after others that have not');
    this.origin = origin;
  }
}

/** The files that a feed is loaded from, as its task found them. */
export class TaskOrigin implements FeedOrigin {
  readonly statesDates: boolean;
  /** Paths for messages of all files that were given. */
  readonly opened: string[] = [];
  readonly versions: FileVersion[] = [];
  readonly #source: FeedSource;
  readonly #known: readonly FileVersion[];
  #kept: Kept | undefined;
  #unchangedCount = 0;

  /** Files of `previous` that are unchanged are not given. */
  constructor(source: FeedSource, previous?: FetchedTask, kept?: Kept) {
    this.#source = source;
    this.#known = previous?.files ?? [];
    this.#kept = kept;
    this.statesDates = source.isPublisher;
  }

  /** Returns whether all that is there is as it was. */
  get isUnchanged(): boolean {
    return this.#unchangedCount > 0 && this.opened.length === 0;
  }

  /** Opens a file for the feed. @throws FullReloadNeeded */
  async open(path: string, context: Context): Promise<OriginFile | undefined> {
    const file = await this.#openOrKept(path, context);
    if (file === undefined) return undefined;
    if (file === 'notModified') {
      this.#unchangedCount += 1;
      return undefined;
    }
    if (this.#unchangedCount > 0) {
      const again = new TaskOrigin(this.#source, undefined, { path, file });
      again.versions.push(...this.versions);
      throw new FullReloadNeeded(again);
    }
    this.opened.push(file.path);
    return file;
  }

  /** Forgets what was kept and not asked for again. */
  async close(): Promise<void> {
    await this.#kept?.file.close();
    this.#kept = undefined;
  }

  async #openOrKept(
    path: string,
    context: Context,
  ): Promise<OriginFile | 'notModified' | undefined> {
    if (this.#kept?.path === path) {
      const { file } = this.#kept;
      this.#kept = undefined;
      return file;
    }
    // As soon as one has changed, all are needed.
    const known =
      this.opened.length > 0 ? undefined : this.#known.find((version) => version.path === path);
    return this.#source.open(path, context, known, (version) => this.versions.push(version));
  }
}
