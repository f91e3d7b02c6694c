/** The tag that a push writes, and whether it may be moved. */

import { AssayError } from '../../core/base/errors.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';
import { ifThere } from '../../clients/oci/if-there.ts';
import type { PushPlace } from './push-place.ts';

/**
 * Refuses to move a tag that is kept.
 * @throws AssayError `REGISTRY_DENIED` if it leads to another image
 */
export async function checkTag(
  { repository, tag, shown }: Pick<PushPlace, 'repository' | 'tag' | 'shown'>,
  { digest, isTagKept }: { readonly digest: Digest; readonly isTagKept: boolean },
): Promise<void> {
  if (!isTagKept) return;
  const found = (await ifThere(repository.resolve(tag)))?.digest;
  if (found === undefined || found === digest) return;
  throw new AssayError('REGISTRY_DENIED', `the tag "${shown}" is there and leads to ${found}`, {
    hint: 'Choose another tag, or leave out --tag-only-if-absent to move it.',
  });
}
