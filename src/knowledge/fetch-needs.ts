/** Brings what a scan needs into the base: what is missing, and what was last asked for too long ago. */

import type { FeedRow } from '../advisory/list.ts';
import { FEEDS } from '../advisory/list.ts';
import { currentSets } from '../advisory/store/commit.ts';
import type { StoredSet } from '../advisory/store/manifest.ts';
import type { Context } from '../base/context.ts';
import { AssayError } from '../base/errors.ts';
import type { AdvisoryNeed } from '../model/advisory.ts';
import { setsOfTask, type LoadTask } from './fetched.ts';
import { readLastVerified } from './last-verified.ts';
import { shownTask, tasksFor, type FeedTask } from './load-feeds.ts';
import { mirrorOf } from './mirror.ts';
import type { UpdatingBaseOptions } from './types.ts';
import { inTurn } from './update-lock.ts';
import { runTasks } from './update.ts';

/** What could not be had. */
export interface FetchFailure {
  readonly task: LoadTask;
  readonly error: AssayError;
  /** Instant of the older data that is there; absent where there is none. */
  readonly haveOf?: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;

interface DueTask extends FeedTask {
  readonly stored: readonly StoredSet[];
}

/**
 * Fetches what is due for the needs; answers what could not be had.
 * @throws AssayError `INTERRUPTED`, `USAGE`
 */
export async function fetchNeeds(
  options: UpdatingBaseOptions,
  needs: readonly AdvisoryNeed[],
  context: Context,
): Promise<readonly FetchFailure[]> {
  const { folder, canUpdate = true } = options;
  const hasOrigin = mirrorOf(options.mirror).kind === 'folder' || context.fetch !== undefined;
  if (!canUpdate || !hasOrigin || needs.length === 0) return [];
  // What was loaded with keys is not replaced by what has no signature.
  if ((await readLastVerified(folder)) !== undefined) return [];
  const due = await dueTasks(options, needs, context);
  if (due.length === 0) return [];
  try {
    return await inTurn(folder, context, async () => {
      const failures: FetchFailure[] = [];
      // Another scan may have fetched it meanwhile.
      for (const task of await dueTasks(options, needs, context)) {
        const failure = await fetchTask(options, task, context);
        if (failure !== undefined) failures.push(failure);
      }
      return failures;
    });
  } catch (error) {
    const failed = refusal(error);
    return due.map((task) => failureOf(task, failed));
  }
}

/** Each task is swapped in by itself, so that one publisher's fault takes nothing of the others away. */
async function fetchTask(
  { folder, mirror }: UpdatingBaseOptions,
  task: DueTask,
  context: Context,
): Promise<FetchFailure | undefined> {
  const isImpatient = task.stored.length > 0;
  const request = { folder, ...(mirror !== undefined && { mirror }), tasks: [task], isImpatient };
  try {
    const { transfer, durationMs } = await runTasks(request, context);
    const size = `${String(transfer.bytes)} bytes in ${(durationMs / 1000).toFixed(1)} s`;
    context.log.info(`fetched advisory data: ${nameOf(task)} (${size})`);
    return undefined;
  } catch (error) {
    return failureOf(task, refusal(error));
  }
}

function failureOf(task: DueTask, error: AssayError): FetchFailure {
  const oldest = task.stored.map((set) => set.dataAt).sort()[0];
  return { task: loadTask(task), error, ...(oldest !== undefined && { haveOf: oldest }) };
}

/** What ends the run, and what is not thrown on purpose, is thrown on. */
function refusal(error: unknown): AssayError {
  if (!(error instanceof AssayError)) throw error;
  if (error.code === 'INTERRUPTED' || error.code === 'USAGE') throw error;
  return error;
}

async function dueTasks(
  { folder, refreshAfterMs = DAY_MS, maxAgeMs = DAY_MS, wantedFacts = [] }: UpdatingBaseOptions,
  needs: readonly AdvisoryNeed[],
  context: Context,
): Promise<readonly DueTask[]> {
  const sets = await currentSets(folder);
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

/** Where one feed has the last word, the others are not fetched for a scan: they would lend texts and ratings only. */
function isWanted({ row, need }: FeedTask, wantedFacts: readonly string[]): boolean {
  if (need === undefined) return wantedFacts.includes(row.id);
  const hasLastWord = (other: FeedRow): boolean => other.decides.includes(need.ecosystem);
  return hasLastWord(row) || !FEEDS.some(hasLastWord);
}

function loadTask({ row, need }: FeedTask): LoadTask {
  return { feed: row.id, ...need };
}

function nameOf(task: FeedTask): string {
  return shownTask(loadTask(task));
}
