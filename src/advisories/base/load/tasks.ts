/** Load tasks: one feed with one ecosystem or release, or with its facts by id. */

import { FEEDS, type FeedRow } from '../../feeds/list.ts';
import type { StoredSet } from '../../store/store-manifest.ts';
import type { AdvisoryNeed } from '../../../core/model/advisory/advisory.ts';

/** One feed, of one ecosystem, or of one release of it where the feed has files for each. */
export interface LoadTask extends Partial<AdvisoryNeed> {
  readonly feed: string;
}

/** A feed, and what is wanted of it. */
export interface FeedTask {
  readonly row: FeedRow;
  /** Absent: facts by id. */
  readonly need?: AdvisoryNeed;
}

/** Returns a task by its names. */
export function loadTask({ row, need }: FeedTask): LoadTask {
  return { feed: row.id, ...need };
}

/** Describes a task for people, as in `osv npm`. */
export function taskText({ feed, ecosystem, release }: LoadTask): string {
  return [feed, ecosystem, release].filter(Boolean).join(' ');
}

/**
 * Returns all tasks of an update that names no needs: every feed, but optional ones only where they
 * are in `wanted`.
 */
export function allTasks(wanted: ReadonlySet<string>): readonly FeedTask[] {
  return FEEDS.flatMap((row): readonly FeedTask[] => {
    if (row.optional === true && !wanted.has(row.id)) return [];
    if (row.gives === 'facts') return [{ row }];
    return row.ecosystems.map((ecosystem) => ({ row, need: { ecosystem } }));
  });
}

/** Returns the tasks of all advisory feeds that can answer one of the needs, each once. */
export function tasksFor(needs: readonly AdvisoryNeed[]): readonly FeedTask[] {
  return FEEDS.flatMap((row) => {
    if (row.gives === 'facts') return [];
    const wanted = new Map<string, FeedTask>();
    for (const { ecosystem, release } of needs) {
      if (!row.ecosystems.includes(ecosystem)) continue;
      const isOfRelease = row.isPerRelease === true && release !== undefined;
      const need = isOfRelease ? { ecosystem, release } : { ecosystem };
      wanted.set(`${ecosystem}/${need.release ?? ''}`, { row, need });
    }
    return [...wanted.values()];
  });
}

/** Returns the stored sets that a task loads; one that names no ecosystem loads all of its feed. */
export function setsOfTask(task: LoadTask, sets: readonly StoredSet[]): readonly StoredSet[] {
  return sets.filter(
    (set) =>
      set.feed === task.feed &&
      (task.ecosystem === undefined || set.ecosystem === task.ecosystem) &&
      (task.release === undefined || set.release === task.release),
  );
}
