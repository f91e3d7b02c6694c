/** One update at a time: the second finds that little is left to do. */

import { join } from 'node:path';
import type { Context } from '../../core/base/context.ts';
import { withFileLock } from '../../core/base/file-lock.ts';

const NAME = 'update.lock';

/**
 * Runs an update of the base in `folder` when no other one runs.
 * @throws AssayError `INTERRUPTED`, `ACCESS_DENIED`, `LIMIT_EXCEEDED`, and what `work` throws
 */
export function withUpdateLock<T>(
  folder: string,
  context: Context,
  work: () => Promise<T>,
): Promise<T> {
  return withFileLock(join(folder, NAME), work, {
    signal: context.signal,
    onBusy: () => context.log.info('another update is running; this one waits for it'),
  });
}
