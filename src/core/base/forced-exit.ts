/**
 * Work that is left when a run is ended by force: a signal has requested a stop, and an operation
 * that cannot be interrupted, such as a read from a dead network drive, still blocks it.
 */

const cleanups = new Set<() => void>();
let patientCount = 0;
const handlers = new Set<SignalHandlers>();
let computingCount = 0;

/** Handlers of SIGINT and SIGTERM that can be taken away for a while. */
export interface SignalHandlers {
  remove(): void;
  restore(): void;
}

/**
 * Registers handlers for {@link runComputation}. @returns a function that takes the registration
 * back
 */
export function registerSignalHandlers(some: SignalHandlers): () => void {
  handlers.add(some);
  return () => void handlers.delete(some);
}

/**
 * Runs a computation that may hold the process for long. A handler would only run after it, so that
 * signals have their default action meanwhile and end the process at once; unless there is
 * something to clean up.
 */
export async function runComputation<T>(work: () => T | Promise<T>): Promise<T> {
  if (handlers.size === 0 || cleanups.size > 0 || isForcedExitDisabled()) return work();
  computingCount += 1;
  if (computingCount === 1) for (const one of handlers) one.remove();
  try {
    return await work();
  } finally {
    computingCount -= 1;
    if (computingCount === 0) for (const one of handlers) one.restore();
  }
}

/**
 * Registers work for a forced end: removing a temporary file, ending a child process. It must not
 * wait.
 *
 * @returns a function that takes the work back
 */
export function onForcedExit(cleanup: () => void): () => void {
  cleanups.add(cleanup);
  return () => void cleanups.delete(cleanup);
}

/** Does all registered work, the newest first, each even where another fails. */
export function runForcedExitCleanups(): void {
  for (const cleanup of [...cleanups].reverse()) {
    try {
      cleanup();
    } catch {
      // The process is about to end; there is no one left to handle the error.
    }
  }
  cleanups.clear();
}

/**
 * Runs work that decides by itself how a signal ends it, as the command behind a gate. No run is
 * forced to end meanwhile.
 */
export async function withoutForcedExit<T>(work: () => Promise<T>): Promise<T> {
  patientCount += 1;
  try {
    return await work();
  } finally {
    patientCount -= 1;
  }
}

/** Returns whether some work may take its time; see {@link withoutForcedExit}. */
export function isForcedExitDisabled(): boolean {
  return patientCount > 0;
}
