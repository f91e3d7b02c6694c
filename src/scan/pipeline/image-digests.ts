/** The digests of an image, which `assay digest` prints. */

import { quietContext, type Context } from '../../core/base/context.ts';
import { listDigests } from '../source/open-source.ts';
import type { ImageDigest } from '../source/source.ts';
import { fullTarget, type ScanRequest } from './request.ts';
import { withTargetName } from './target-error.ts';

export type { ImageDigest } from '../source/source.ts';

/**
 * Returns the digests of each target in order, of its index first. With no order of stores given
 * the registry is asked first, since it says what a name leads to now.
 *
 * @throws AssayError as `scan()` does for targets that cannot be opened.
 */
export async function imageDigests(
  { targets }: Pick<ScanRequest, 'targets'>,
  context: Context = quietContext(),
): Promise<readonly ImageDigest[]> {
  const found: ImageDigest[] = [];
  for (const target of targets) {
    const listing = listDigests(fullTarget(target), context);
    found.push(...(await withTargetName(target.reference, targets.length, () => listing)));
  }
  return found;
}
