/**
 * The diffs that commands print: without secrets, and with a warning for each file that had one.
 */

import type { DiffFile } from '../../../formats/text/diff/unified-diff.ts';
import type { Session } from '../commands/command.ts';

/**
 * Returns what makes the diff of one file. It is loaded when it is asked for, with the table of
 * secrets.
 */
export async function maskedDiffs(
  { context }: Pick<Session, 'context'>,
  advice = 'make its edits with --apply',
): Promise<DiffFile> {
  const { maskedDiff } = await import('../../../rules/detect/secret/masked-diff.ts');
  return (change) => {
    const { text, isMasked } = maskedDiff(change);
    if (isMasked) context.log.warn(maskedWarning(change.path, advice));
    return text;
  };
}

/** Returns the warning about a file whose part of a diff was masked. */
export function maskedWarning(path: string, advice: string): string {
  return `secrets in the diff of "${path}" are masked, so that git apply refuses it: ${advice}`;
}
