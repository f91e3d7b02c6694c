/** Parts of a text that a syntax tree omits or adds. */

import type { TextSpan } from './shell-model.ts';
import type { SyntaxNode } from '../tree-sitter.ts';

/**
 * A place where something other than white space stands between the leaves of a tree, or where a
 * leaf is missing.
 */
export interface UnreadPlace {
  readonly span: TextSpan;
  /** The text that the grammar has added, as in `"`. */
  readonly missing?: string;
}

/** Returns the places of a tree, in the order of the text. */
export function unreadPlaces(root: SyntaxNode): readonly UnreadPlace[] {
  const { text } = root;
  const offset = root.startIndex;
  const found: UnreadPlace[] = [];
  let at = offset;
  const takeUntil = (end: number): void => {
    const between = text.slice(at - offset, end - offset);
    const start = at + between.length - between.trimStart().length;
    if (start < end) found.push({ span: { start, end: start + between.trim().length } });
  };
  const cursor = root.walk();
  try {
    for (let isDone = false; !isDone;) {
      if (cursor.gotoFirstChild()) continue;
      const span = { start: cursor.startIndex, end: cursor.endIndex };
      takeUntil(span.start);
      if (cursor.nodeIsMissing) found.push({ span, missing: cursor.nodeType });
      at = Math.max(at, span.end);
      while (!isDone && !cursor.gotoNextSibling()) isDone = !cursor.gotoParent();
    }
  } finally {
    cursor.delete();
  }
  takeUntil(root.endIndex);
  return found;
}
