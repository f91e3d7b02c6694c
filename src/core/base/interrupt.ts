/** Ending a run that the user, a signal or a time-out has called off. */

import { AssayError } from './errors.ts';

/**
 * Does nothing unless the run was called off.
 *
 * @throws AssayError the reason of the signal where it is one, as for time-outs, else
 * `INTERRUPTED`.
 */
export function throwIfInterrupted(signal: AbortSignal): void {
  if (!signal.aborted) return;
  const reason: unknown = signal.reason;
  if (reason instanceof AssayError) throw reason;
  throw new AssayError('INTERRUPTED', 'the run was interrupted', { cause: reason });
}
