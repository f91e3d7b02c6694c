/** Moves the packages of a plan by runs of npm with pinned manifests. */

import { AssayError } from '../../../../core/base/errors.ts';
import type { ProjectFile } from '../../project-files.ts';
import type { LockGraph } from '../javascript/lock-graph.ts';
import { heldPackages, type HeldPackage } from './held-packages.ts';
import { pinnedFiles, type PinnedRequest } from './pinned-files.ts';

/** A package that is kept can request others, which are then kept in the next round. */
const MAX_ROUNDS = 4;

/**
 * Runs npm with manifests, from the lockfile as it was. Returns the graph of the lockfile that npm
 * writes.
 */
type PinnedRun = (manifests: readonly ProjectFile[]) => Promise<LockGraph>;

/**
 * Runs npm until it renews no package that the steps do not name. If npm refuses to keep one, the
 * packages are as it renews them.
 *
 * @throws AssayError as the run does
 */
export async function movePackages(
  request: Omit<PinnedRequest, 'held'>,
  run: PinnedRun,
): Promise<void> {
  const held = new Map<string, HeldPackage>();
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const after = await runHolding([...held.values()], request, run);
    if (after === undefined) return;
    const more = heldPackages(request.graph, after, request.steps).map(
      (one) => [`${one.name}\0${one.from}`, one] as const,
    );
    if (more.every(([key]) => held.has(key))) return;
    for (const [key, one] of more) held.set(key, one);
  }
}

/**
 * Returns the graph of the lockfile; `undefined` if the packages could not be held, and npm ran
 * without that.
 */
async function runHolding(
  held: readonly HeldPackage[],
  request: Omit<PinnedRequest, 'held'>,
  run: PinnedRun,
): Promise<LockGraph | undefined> {
  try {
    return await run(pinnedFiles({ ...request, held }));
  } catch (error) {
    const isRefused = error instanceof AssayError && error.code === 'USAGE';
    if (!isRefused || held.length === 0) throw error;
    await run(pinnedFiles({ ...request, held: [] }));
    return undefined;
  }
}
