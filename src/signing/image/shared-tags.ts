/**
 * Tags that several signers add to. A registry knows no condition on an upload, so that one of two signers at once can
 * overwrite what the other one wrote: each tag is read, completed and written until two readings apart by a random wait
 * both hold what was added.
 */

import { setTimeout as sleep } from 'node:timers/promises';

import { AssayError } from '../../base/errors.ts';
import type { ImageRepository, StoredManifest } from '../../oci/client.ts';

/** Something that is added to a tag. */
export interface TagAddition {
  readonly tag: string;
  /** Whether the manifest holds it; `undefined` stands for a tag that is not there. */
  readonly isHeldBy: (stored: StoredManifest | undefined) => boolean;
  /** Returns the manifest with the addition, after the blobs that it names are stored. */
  readonly addTo: (
    stored: StoredManifest | undefined,
  ) => Promise<Pick<StoredManifest, 'bytes' | 'mediaType'>>;
}

/** How long signers wait for one another. */
export interface Patience {
  /** The wait is between this and twice as long. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

/** Readings in a row that must hold the addition. */
const READINGS = 2;
const MAX_ROUNDS = 40;

/**
 * Adds to all tags. @throws AssayError `TIMEOUT` if others keep overwriting them, and as the registry answers
 */
export async function addToTags(
  repository: ImageRepository,
  additions: readonly TagAddition[],
  { waitMs, signal }: Patience,
): Promise<void> {
  const held = additions.map(() => 0);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    await Promise.all(
      additions.map(async (addition, at) => {
        const isHeld = await holdOrAdd(repository, addition);
        held[at] = isHeld === 'held' ? (held[at] ?? 0) + 1 : isHeld === 'added' ? 1 : 0;
      }),
    );
    if (held.every((count) => count >= READINGS)) return;
    await sleep(waitMs * (1 + Math.random()), undefined, { signal });
  }
  throw new AssayError(
    'TIMEOUT',
    `other signers overwrite the tag "${additions[0]?.tag ?? ''}" again and again`,
    { hint: 'Sign again when they are done.' },
  );
}

async function holdOrAdd(
  repository: ImageRepository,
  { tag, isHeldBy, addTo }: TagAddition,
): Promise<'held' | 'added' | 'lost'> {
  const stored = await manifestOrNone(repository, tag);
  if (isHeldBy(stored)) return 'held';
  await repository.putManifest(tag, await addTo(stored));
  return isHeldBy(await manifestOrNone(repository, tag)) ? 'added' : 'lost';
}

async function manifestOrNone(
  repository: ImageRepository,
  tag: string,
): Promise<StoredManifest | undefined> {
  try {
    return await repository.manifest(tag);
  } catch (error) {
    if (error instanceof AssayError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}
