/**
 * Adds the comments that ask to ignore findings to findings in texts. The policy decides whether
 * they count.
 */

import { findIgnoreComments } from '../../formats/text/comments/ignore-comments.ts';
import type { RuleDraft } from '../../core/model/rule/rule-finding.ts';

/** A text, or a piece of one. */
interface LocatedText {
  readonly path: string;
  readonly text: string;
  /** The number of its first line; absent: 1. */
  readonly startLine?: number;
}

/**
 * Returns findings in a text with the comments about their lines. The text is not looked at if
 * there is no finding.
 */
export function withIgnoreComments(
  drafts: readonly RuleDraft[],
  { path, text, startLine = 1 }: LocatedText,
): readonly RuleDraft[] {
  if (drafts.length === 0) return drafts;
  const commentsAt = findIgnoreComments(path, text, startLine);
  return drafts.map((draft) => {
    const { location, range } = draft;
    const line = range?.startLine ?? location.line;
    if (line === undefined) return draft;
    const comments = commentsAt(line, range?.endLine);
    if (comments.length === 0) return draft;
    return { ...draft, comments: [...(draft.comments ?? []), ...comments] };
  });
}
