/** Errors about one of several targets. */

import { AssayError } from '../../core/base/errors.ts';

/** These are about the run and not about the target that was read when they came. */
const OF_THE_RUN: ReadonlySet<string> = new Set(['INTERRUPTED', 'TIMEOUT']);

/** Runs `action`; if there are several targets, its error names the target. */
export async function withTargetName<T>(
  reference: string,
  targetCount: number,
  action: () => Promise<T>,
): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (targetCount < 2 || !(error instanceof AssayError) || OF_THE_RUN.has(error.code))
      throw error;
    if (error.message.includes(reference)) throw error;
    throw new AssayError(error.code, `"${reference}": ${error.message}`, {
      ...(error.hint !== undefined && { hint: error.hint }),
      cause: error,
    });
  }
}
