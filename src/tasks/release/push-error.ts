/** The error of a push that ended early, with the state of its destination. */

import { AssayError } from '../../core/base/errors.ts';
import { pluralize } from '../../core/base/pluralize.ts';
import type { CopyCounts } from './copy-content.ts';
import type { PushPlace } from './push-place.ts';

/** Adds to the hint of an error that no tag was written, and how far the copy got. */
export function withWhatIsThere(
  error: unknown,
  {
    place: { kind, tag },
    counts,
    blobCount,
  }: {
    readonly place: Pick<PushPlace, 'kind' | 'tag'>;
    readonly counts: CopyCounts;
    readonly blobCount: number;
  },
): unknown {
  if (!(error instanceof AssayError)) return error;
  const { there, mounted, uploaded } = counts;
  const state = `The tag "${tag}" was not written. The ${kind} has ${there + mounted + uploaded} of ${pluralize(blobCount, 'blob')}; the next push uploads what is missing.`;
  const hint = error.hint === undefined ? state : `${error.hint}\n${state}`;
  return new AssayError(error.code, error.message, { hint, cause: error });
}
