/**
 * What is left to do when a run is ended by force: a signal has asked it to stop, and something that cannot be
 * interrupted, as a read from a dead network drive, still holds it.
 */

const cleanups = new Set<() => void>();
let patientCount = 0;

/**
 * Registers work for a forced end: removing a temporary file, ending a child process. It must not wait.
 *
 * @returns a function that takes the work back
 */
export function whenForced(cleanup: () => void): () => void {
  cleanups.add(cleanup);
  return () => void cleanups.delete(cleanup);
}

/** Does all registered work, the newest first, each even where another fails. */
export function cleanUpByForce(): void {
  for (const cleanup of [...cleanups].reverse()) {
    try {
      cleanup();
    } catch {
      // The process is about to end; there is no one left to handle the error.
    }
  }
  cleanups.clear();
}

/** Runs work that decides by itself how a signal ends it, as the command behind a gate. No run is forced to end meanwhile. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  patientCount += 1;
  try {
    return await work();
  } finally {
    patientCount -= 1;
  }
}

/** Whether some work may take its time; see {@link patiently}. */
export function isPatient(): boolean {
  return patientCount > 0;
}
