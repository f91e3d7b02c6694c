/** Fetches what is due, one task after the other, while no other update runs. */

import type { StoredSet } from '../../store/store-manifest.ts';
import type { Context } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import { loadTask, taskText, type FeedTask, type LoadTask } from './tasks.ts';
import type { UpdatingBaseOptions } from '../types.ts';
import { withUpdateLock } from '../update-lock.ts';
import { runTasks } from '../update.ts';

/** A task to fetch, with its stored sets. */
export interface DueTask extends FeedTask {
  readonly stored: readonly StoredSet[];
}

/** A task that could not be fetched, with its error. */
export interface FetchFailure {
  readonly task: LoadTask;
  readonly error: AssayError;
  /** Instant of the older data that is there; absent where there is none. */
  readonly haveOf?: string;
}

/**
 * Fetches the tasks in `due`, as far as `stillDue` answers them again when it is this process's
 * turn; answers what could not be had.
 * @throws AssayError `INTERRUPTED`, `USAGE`
 */
export async function fetchDue(
  options: UpdatingBaseOptions,
  {
    due,
    stillDue,
  }: { readonly due: readonly DueTask[]; readonly stillDue: () => readonly DueTask[] },
  context: Context,
): Promise<readonly FetchFailure[]> {
  try {
    return await withUpdateLock(options.folder, context, async () => {
      const failures: FetchFailure[] = [];
      // Another scan may have fetched it meanwhile.
      for (const task of stillDue()) {
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

/**
 * Fetches one task. Each task is swapped in by itself, so that one publisher's fault does not
 * affect the others.
 */
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

/**
 * Returns the error of a failed fetch. Errors that end the run, and unexpected errors, are thrown
 * again.
 */
function refusal(error: unknown): AssayError {
  if (!(error instanceof AssayError)) throw error;
  if (error.code === 'INTERRUPTED' || error.code === 'USAGE') throw error;
  return error;
}

function nameOf(task: FeedTask): string {
  return taskText(loadTask(task));
}
