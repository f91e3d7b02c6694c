/**
 * The base image that labels of an image's configuration or annotations of its manifest name. It is
 * a claim by the author of the image, and can be inherited from the base.
 *
 * Source: OCI image specification, "Pre-Defined Annotation Keys",
 * `org.opencontainers.image.base.name` and `.digest`. A digest of another form is left out.
 */

import { parseDigest } from '../../formats/crypto/digest/digest-check.ts';
import type { BaseStatement } from '../../core/model/artifact/artifact.ts';

const BASE_NAME = 'org.opencontainers.image.base.name';
const BASE_DIGEST = 'org.opencontainers.image.base.digest';

/**
 * Returns the images that labels and annotations name, each once. Their layers are not compared.
 */
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
