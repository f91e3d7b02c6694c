/**
 * Tags that several signers add to. A registry knows no condition on an upload, so that one of two
 * signers at once can overwrite what the other one wrote: each tag is read, completed and written
 * until two readings apart by a random wait both hold what was added.
 */

import { setTimeout as sleep } from 'node:timers/promises';

import { AssayError } from '../../../core/base/errors.ts';
import { ifThere } from '../../../clients/oci/if-there.ts';
import type { ImageRepository, StoredManifest } from '../../../clients/oci/client.ts';

/** Something that is added to a tag. */
export interface TagAddition {
  readonly tag: string;
  /** Returns whether the manifest holds it; `undefined` stands for a tag that is not there. */
  readonly isHeldBy: (stored: StoredManifest | undefined) => boolean;
  /** Stores the blobs that do not depend on what the tag holds. */
  readonly prepare?: () => Promise<unknown>;
  /** Returns the manifest with the addition, after the blobs that it names are stored. */
  readonly addTo: (
    stored: StoredManifest | undefined,
  ) => Promise<Pick<StoredManifest, 'bytes' | 'mediaType'>>;
}

/** The time that signers wait for one another. */
export interface Patience {
  /** The wait is between this and twice as long; longer if the registry is slow. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

/** Readings in a row that must hold the addition. */
const READINGS = 2;
const MAX_ROUNDS = 40;
/**
 * Factor between a round and the wait. If a round is slow here, another signer is slow between
 * reading and writing.
 */
const ROUNDS_TO_WAIT = 2;
const MAX_WAIT_MS = 20_000;
const PUTS = 4;
const PUT_WAIT_MS = 200;

/**
 * Adds to all tags.
 * @throws AssayError `TIMEOUT` if others keep overwriting them, and as the registry answers
 */
export async function addToTags(
  repository: ImageRepository,
  additions: readonly TagAddition[],
  { waitMs, signal }: Patience,
): Promise<void> {
  const held = additions.map(() => 0);
  let leastMs = waitMs;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const startedAt = performance.now();
    await Promise.all(
      additions.map(async (addition, at) => {
        const isHeld = await holdOrAdd(repository, addition);
        held[at] = isHeld === 'held' ? (held[at] ?? 0) + 1 : isHeld === 'added' ? 1 : 0;
      }),
    );
    if (held.every((count) => count >= READINGS)) return;
    const roundMs = performance.now() - startedAt;
    leastMs = Math.max(leastMs, Math.min(ROUNDS_TO_WAIT * roundMs, MAX_WAIT_MS));
    await sleep(leastMs * (1 + Math.random()), undefined, { signal });
  }
  throw new AssayError(
    'TIMEOUT',
    `other signers overwrite the tag "${additions[0]?.tag ?? ''}" again and again`,
    { hint: 'Sign again when they are done.' },
  );
}

async function holdOrAdd(
  repository: ImageRepository,
  { tag, isHeldBy, prepare, addTo }: TagAddition,
): Promise<'held' | 'added' | 'lost'> {
  if (isHeldBy(await manifestOrNone(repository, tag))) return 'held';
  await putAgain(repository, tag, async () => {
    await prepare?.();
    // Read as late as possible: whatever others write from here on is overwritten.
    return addTo(await manifestOrNone(repository, tag));
  });
  return isHeldBy(await manifestOrNone(repository, tag)) ? 'added' : 'lost';
}

/**
 * Stores a manifest, and once more if it is refused: docker-registry loses a blob for a moment
 * during a concurrent upload of the same one. `make` stores the blobs that are missing.
 */
export async function putAgain(
  repository: ImageRepository,
  version: string,
  make: () => Promise<Pick<StoredManifest, 'bytes' | 'mediaType'>>,
): Promise<{ readonly hasSubject: boolean }> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await repository.putManifest(version, await make());
    } catch (error) {
      const isRefused = error instanceof AssayError && error.code === 'NETWORK';
      if (!isRefused || attempt === PUTS) throw error;
      await sleep(PUT_WAIT_MS * (attempt + Math.random()));
    }
  }
}

/** Returns the manifest of a tag or digest; `undefined` if it is not there. */
export function manifestOrNone(
  repository: Pick<ImageRepository, 'manifest'>,
  version: string,
): Promise<StoredManifest | undefined> {
  return ifThere(repository.manifest(version));
}
