/**
 * Unified diffs without secrets. Lines around an edit, and edited ones, can have secrets of which
 * the edit knows nothing. A part with `***` is for readers only: `git apply` refuses it.
 */

import { lineEdits } from '../../../formats/text/diff/line-edits.ts';
import { unifiedDiff, type FileChange } from '../../../formats/text/diff/unified-diff.ts';
import type { SecretSettings } from '../../../core/model/rule/secret-settings.ts';
import { maskLines } from './masked-draft.ts';

/** The diff of one file. */
export interface MaskedDiff {
  /** Empty where nothing changes. */
  readonly text: string;
  /** Whether a secret was left out. */
  readonly isMasked: boolean;
}

/**
 * Returns the diff of one file with `***` in place of the secrets of both contents, which are
 * searched as a whole.
 */
export function maskedDiff(
  { path, old, fresh }: FileChange,
  settings?: SecretSettings,
): MaskedDiff {
  const text = unifiedDiff(path, old, lineEdits(old, fresh));
  if (text === '') return { text, isMasked: false };
  const place = `/${path}`;
  const [before, after] = [maskLines(old, place, settings), maskLines(fresh, place, settings)];
  const masked = unifiedDiff(path, before, lineEdits(before, after));
  return { text: masked, isMasked: masked !== text };
}
