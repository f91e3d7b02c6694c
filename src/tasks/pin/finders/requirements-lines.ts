/**
 * The lines of a requirements file of pip with their bytes. Source: pip documentation,
 * "Requirements File Format", and pip itself where that is silent: a comment line ends the line
 * that is continued on it.
 */

import { byteOrderMarkLength } from '../../../formats/bytes/byte-range.ts';
import {
  byteText,
  decodeByteText,
  offsetOf,
  type LogicalLine,
} from '../../../formats/text/dockerfile/dockerfile-text.ts';

/** A requirement or an option, without its comment. */
export interface RequirementsLine {
  /** Without continuations, and without white space at its ends. */
  readonly text: string;
  /** Offset of the first character. */
  readonly start: number;
  /** Returns the offset behind so many characters of the text. */
  endOf(length: number): number;
  /** The comments behind the line and directly above it, each with `#`. */
  readonly comments: readonly string[];
}

/** A requirements file in lines. */
export interface RequirementsText {
  readonly lines: readonly RequirementsLine[];
  /** The line end that most new lines should have. */
  readonly lineEnd: string;
  /**
   * Offset of a character at which pip begins a line and editors do not; `undefined` if there is
   * none.
   */
  readonly hiddenBreak: number | undefined;
}

const COMMENT = /(?:^|\s)#/u;
const COMMENT_LINE = /^\s*#/u;
/**
 * Python splits lines at these too: VT, FF, FS, GS, RS, NEL, LS and PS. NEL, LS and PS are written
 * as UTF-8.
 */
const HIDDEN_BREAK = /[\u000b\u000c\u001c-\u001e]|\u00c2\u0085|\u00e2\u0080[\u00a8\u00a9]/u;
const LINE = /[^\r\n]*(?:\r\n|\r|\n|$)/uy;

/** Reads the lines of a file. */
export function readRequirementsText(bytes: Uint8Array): RequirementsText {
  const text = byteText(bytes);
  const hidden = HIDDEN_BREAK.exec(text);
  return {
    lines: [...logicalLines(text, byteOrderMarkLength(bytes))],
    lineEnd: /\r\n|\r|\n/u.exec(text)?.[0] ?? '\n',
    hiddenBreak: hidden?.index,
  };
}

function* logicalLines(text: string, first: number): Generator<RequirementsLine> {
  let above: string | undefined;
  let at = first;
  while (at < text.length) {
    const { line, next } = joined(text, at);
    at = next;
    const trimmed = line.text.trim();
    if (COMMENT_LINE.test(line.text)) {
      above = decodeByteText(trimmed);
      continue;
    }
    const comment = COMMENT.exec(line.text);
    const content = line.text.slice(0, comment?.index);
    const start = content.length - content.trimStart().length;
    const behind =
      comment === null ? undefined : decodeByteText(line.text.slice(comment.index).trim());
    const comments = [behind, above].filter((one) => one !== undefined);
    above = undefined;
    const shown = content.trim();
    if (shown === '') continue;
    yield {
      text: decodeByteText(shown),
      start: offsetOf(line, start),
      endOf: (length) => offsetOf(line, start + length - 1) + 1,
      comments,
    };
  }
}

/** Joins a line with those that it continues on. */
function joined(
  text: string,
  first: number,
): { readonly line: LogicalLine; readonly next: number } {
  const pieces: string[] = [];
  const indexes: number[] = [];
  const offsets: number[] = [];
  let length = 0;
  let at = first;
  while (at < text.length) {
    LINE.lastIndex = at;
    const [whole = ''] = LINE.exec(text) ?? [];
    const raw = whole.replace(/[\r\n]{1,2}$/u, '');
    const isComment = COMMENT_LINE.test(raw);
    // Such a comment is behind the line that is continued on it, and not a line of its own.
    const isContinued = raw.endsWith('\\') && !isComment;
    const piece = isContinued
      ? withoutBackslashes(raw)
      : (isComment && pieces.length > 0 ? ' ' : '') + raw;
    pieces.push(piece);
    indexes.push(length);
    offsets.push(at);
    length += piece.length;
    at += whole.length;
    if (!isContinued) break;
  }
  return { line: { text: pieces.join(''), indexes, offsets }, next: at };
}

/** pip removes all backslashes at the end of a line that is continued. */
function withoutBackslashes(raw: string): string {
  let end = raw.length;
  while (end > 0 && raw.charAt(end - 1) === '\\') end -= 1;
  return raw.slice(0, end);
}
