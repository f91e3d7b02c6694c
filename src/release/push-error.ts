/** The error of a push that ended early, with what is at the registry. */

import { AssayError } from '../base/errors.ts';
import { pluralize } from '../base/pluralize.ts';
import type { CopyCounts } from './copy-content.ts';

/** Adds to the hint of an error that no tag was written, and how far the copy got. */
export function withWhatIsThere(
  error: unknown,
  {
    tag,
    counts,
    blobCount,
  }: { readonly tag: string; readonly counts: CopyCounts; readonly blobCount: number },
): unknown {
  if (!(error instanceof AssayError)) return error;
  const { there, mounted, uploaded } = counts;
  const state = `The tag "${tag}" was not written. The registry has ${there + mounted + uploaded} of ${pluralize(blobCount, 'blob')}; the next push uploads what is missing.`;
  const hint = error.hint === undefined ? state : `${error.hint}\n${state}`;
  return new AssayError(error.code, error.message, { hint, cause: error });
}
