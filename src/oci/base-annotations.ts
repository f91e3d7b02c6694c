/**
 * The base that an image names itself, in labels of its configuration or annotations of its manifest. It is a claim
 * by the author of the image, and may be inherited from the base.
 *
 * Source: OCI image specification, "Pre-Defined Annotation Keys", `org.opencontainers.image.base.name` and `.digest`. A digest
 * that is none is left out.
 */

import { parseDigest } from '../format/digest-check.ts';
import type { BaseStatement } from '../model/artifact.ts';

const BASE_NAME = 'org.opencontainers.image.base.name';
const BASE_DIGEST = 'org.opencontainers.image.base.digest';

/** Returns the images that the given labels and annotations name, each once. Nothing is compared. */
export function namedBases(
  ...sources: readonly ReadonlyMap<string, string>[]
): readonly BaseStatement[] {
  const named = new Map<string, BaseStatement>();
  for (const texts of sources) {
    const name = texts.get(BASE_NAME)?.trim() ?? '';
    if (name === '') continue;
    const digest = parseDigest(texts.get(BASE_DIGEST)?.trim());
    named.set(`${name}@${digest ?? ''}`, {
      by: 'label',
      name,
      ...(digest !== undefined && { digest }),
      comparison: 'notCompared',
    });
  }
  return [...named.values()];
}
