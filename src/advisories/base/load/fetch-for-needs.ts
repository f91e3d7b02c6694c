/**
 * Brings what a scan needs into the base: what is missing, and what was last asked for too long
 * ago.
 */

import { FEEDS, type FeedRow } from '../../feeds/list.ts';
import { currentSets } from '../../store/commit.ts';
import type { Context } from '../../../core/base/context.ts';
import type { AdvisoryNeed } from '../../../core/model/advisory/advisory.ts';
import type { DueTask, FetchFailure } from './fetch-due.ts';
import { readLastVerified } from '../bundle/last-verified.ts';
import { parseMirror } from './mirror-address.ts';
import { loadTask, setsOfTask, tasksFor, type FeedTask } from './tasks.ts';
import type { UpdatingBaseOptions } from '../types.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Fetches what is due for the needs; answers what could not be had. The code that fetches is loaded
 * where anything is.
 * @throws AssayError `INTERRUPTED`, `USAGE`
 */
export async function fetchForNeeds(
  options: UpdatingBaseOptions,
  needs: readonly AdvisoryNeed[],
  context: Context,
): Promise<readonly FetchFailure[]> {
  const { folder, canUpdate = true } = options;
  const hasOrigin = parseMirror(options.mirror).kind === 'folder' || context.fetch !== undefined;
  if (!canUpdate || !hasOrigin || needs.length === 0) return [];
  // What was loaded with keys is not replaced by what has no signature.
  if ((await readLastVerified(folder)) !== undefined) return [];
  const stillDue = (): readonly DueTask[] => dueTasks(options, needs, context);
  const due = stillDue();
  if (due.length === 0) return [];
  const { fetchDue } = await import('./fetch-due.ts');
  return fetchDue(options, { due, stillDue }, context);
}

function dueTasks(
  { folder, refreshAfterMs = DAY_MS, maxAgeMs = DAY_MS, wantedFacts = [] }: UpdatingBaseOptions,
  needs: readonly AdvisoryNeed[],
  context: Context,
): readonly DueTask[] {
  const sets = currentSets(folder);
  const oldest = context.now() - Math.min(refreshAfterMs, maxAgeMs);
  const all = [...tasksFor(needs), ...factTasks()];
  return all.flatMap((task): readonly DueTask[] => {
    const stored = setsOfTask(loadTask(task), sets);
    if (stored.length === 0) return isWanted(task, wantedFacts) ? [{ ...task, stored }] : [];
    const isOld = stored.some((set) => Date.parse(set.fetchedAt) < oldest);
    return isOld ? [{ ...task, stored }] : [];
  });
}

function factTasks(): readonly FeedTask[] {
  return FEEDS.filter((row) => row.gives === 'facts' && row.optional !== true).map((row) => ({
    row,
  }));
}

/**
 * Returns whether a scan fetches a feed. Where one feed is authoritative, the others would add
 * texts and ratings only and are not fetched.
 */
function isWanted({ row, need }: FeedTask, wantedFacts: readonly string[]): boolean {
  if (need === undefined) return wantedFacts.includes(row.id);
  const hasLastWord = (other: FeedRow): boolean => other.decides.includes(need.ecosystem);
  return hasLastWord(row) || !FEEDS.some(hasLastWord);
}
