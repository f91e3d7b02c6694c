/** Base images that the trust file lists one by one: candidates beside the siblings of an image. */

import { parseImageReference, type ImageReference } from '../../../../clients/oci/index.ts';
import type { BaseRules } from '../../../../scan/pipeline/bases/base-question.ts';
import type { Target } from '../../../../scan/pipeline/target.ts';
import type { Session } from '../command.ts';

/** Logins that are typed for the registry of the named image, and are for no other one. */
const LOGIN_FLAGS = ['username', 'password', 'password-stdin', 'registry-token'].map((name) => ({
  name,
}));

/** The images that are compared already, the first of them a name, and how many there may be. */
export interface CandidateRoom {
  readonly taken: readonly Target[];
  readonly limit: number;
}

/**
 * Returns the listed images that are not taken already. If a login is typed, those of other
 * registries are left out.
 */
export function listedBases(
  { flags }: Pick<Session, 'flags'>,
  { images }: BaseRules,
  { taken, limit }: CandidateRoom,
): readonly Target[] {
  const names = new Set(taken.map(({ reference }) => keyOf(parseImageReference(reference))));
  const [first] = taken;
  const registry =
    first !== undefined && flags.hasAny(LOGIN_FLAGS)
      ? parseImageReference(first.reference).domain
      : undefined;
  const found = images.filter((name) => {
    const image = parseImageReference(name);
    return !names.has(keyOf(image)) && (registry === undefined || image.domain === registry);
  });
  return found
    .slice(0, Math.max(0, limit - taken.length))
    .map((reference) => ({ reference, kind: 'image' as const }));
}

function keyOf({ domain, path, tag, digest }: ImageReference): string {
  return JSON.stringify([domain, path, digest ?? tag ?? 'latest']);
}
