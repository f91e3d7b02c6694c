/**
 * The lines of `go.mod` and `go.work`.
 *
 * Source: the Go Modules Reference, "Lexical elements" and "Grammar": words between spaces, strings
 * in quotation marks or backquotes, comments behind `//`, and blocks that give every line in them
 * the verb: `verb (`, lines, and `)` on a line of its own. On one line there is only the empty
 * block, `verb ()`. Nothing is refused.
 *
 * Reads: `go.mod`.
 */

/**
 * One directive of `go.mod` or `go.work`, such as `require`. Directives of a block are listed one
 * by one.
 */
export interface Directive {
  readonly verb: string;
  readonly words: readonly string[];
  /** Behind `//`, without space around it; empty where there is none. */
  readonly comment: string;
  /** 1-based. */
  readonly line: number;
}

const COMMENT = /(?:^|\s)\/\/(?<text>.*)$/s;
const WORD = /"(?<quoted>(?:[^"\\]|\\.)*)"|`(?<raw>[^`]*)`|(?<bare>[^\s()"`]+|[()])/g;

/** The directives of a file, and the block that is not closed because the file is cut off. */
export interface ModLines {
  readonly directives: readonly Directive[];
  readonly openBlock: string | undefined;
}

/**
 * Splits the text of `go.mod` or `go.work` into directives. Lines that are none are returned with
 * their numbers.
 */
export function readModLines(body: string): ModLines {
  const directives: Directive[] = [];
  const lines = body.split('\n');
  let block: string | undefined;
  for (const [index, text] of lines.entries()) {
    const comment = COMMENT.exec(text);
    const words = wordsOf(comment === null ? text : text.slice(0, comment.index));
    const [first] = words;
    if (first === undefined) continue;
    const rest = { comment: comment?.groups?.['text']?.trim() ?? '', line: index + 1 };
    if (block !== undefined) {
      if (first === ')') block = undefined;
      else directives.push({ verb: block, words, ...rest });
    } else if (isBlockStart(words)) {
      block = words.length === 2 ? first : undefined;
    } else directives.push({ verb: first, words: words.slice(1), ...rest });
  }
  return { directives, openBlock: block };
}

/**
 * Returns whether a block starts: `verb (` and the empty block `verb ()`; a parenthesis before
 * other words of the line is one of them.
 */
function isBlockStart([, open, ...rest]: readonly string[]): boolean {
  return open === '(' && (rest.length === 0 || (rest.length === 1 && rest[0] === ')'));
}

function wordsOf(text: string): readonly string[] {
  const words: string[] = [];
  for (const { groups } of text.matchAll(WORD)) {
    words.push(groups?.['quoted'] ?? groups?.['raw'] ?? groups?.['bare'] ?? '');
  }
  return words;
}
