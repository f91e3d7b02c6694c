/**
 * The lines of a Dockerfile: physical lines, lines joined at continuations, comments, and the
 * directives at the top. Source: the Dockerfile reference, "Format" and "Parser directives".
 */

import type { ByteRange } from '../../bytes/byte-range.ts';
import { NOTHING, type DockerfileComment } from './dockerfile-model.ts';
import { decodeByteText, skipSpace, spaceAt, type LogicalLine } from './dockerfile-text.ts';

/** A physical line: its bytes without the line end, and where the next line begins. */
export interface PhysicalLine {
  readonly start: number;
  readonly end: number;
  readonly next: number;
}

/** An instruction's line, with the comments that stand between its continuations. */
export interface JoinedLine {
  readonly line: LogicalLine;
  /** Offset of the next physical line. */
  readonly next: number;
  readonly comments: readonly DockerfileComment[];
  /** An empty line between continuations, which builders announce to refuse in future. */
  readonly emptyLine: ByteRange | undefined;
  /**
   * Two escape characters at the end of a line: BuildKit ends the instruction there, older builders
   * continue it.
   */
  readonly doubleEscape: ByteRange | undefined;
}

/** A directive as it is written, whether or not its name is known. */
export interface DirectiveText {
  readonly name: string;
  readonly value: string;
  readonly range: ByteRange;
  readonly valueRange: ByteRange;
}

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const HASH = 0x23;
const NAME = /[a-zA-Z][a-zA-Z0-9]*/uy;

/**
 * Returns the physical line at an offset, `undefined` at the end of the text. Carriage returns at
 * its end are not in it.
 */
export function physicalLine(text: string, start: number): PhysicalLine | undefined {
  if (start >= text.length) return undefined;
  const feed = text.indexOf('\n', start);
  const next = feed < 0 ? text.length : feed + 1;
  let end = feed < 0 ? text.length : feed;
  while (end > start && isLineEnd(text.charCodeAt(end - 1))) end -= 1;
  return { start, end, next };
}

/** Returns the comment of a line, `undefined` for a line that is none. */
export function commentOf(
  text: string,
  { start, end }: PhysicalLine,
): DockerfileComment | undefined {
  const hash = skipSpace(text, start, end);
  if (hash >= end || text.charCodeAt(hash) !== HASH) return undefined;
  let to = end;
  while (to > hash + 1 && spaceAt(text, to - 1) > 0) to -= 1;
  const from = Math.min(skipSpace(text, hash + 1, end), to);
  return { text: decodeByteText(text.slice(from, to)), range: { start: hash, end: to } };
}

/**
 * Reads the directive behind a prefix, `#` or `//`, at the very start of a line: `# name=value`.
 */
export function directiveOf(
  text: string,
  { start, end }: PhysicalLine,
  prefix: '#' | '//' = '#',
): DirectiveText | undefined {
  if (!text.startsWith(prefix, start)) return undefined;
  NAME.lastIndex = skipSpace(text, start + prefix.length, end);
  const [name] = NAME.exec(text) ?? [];
  if (name === undefined || NAME.lastIndex > end) return undefined;
  const equals = skipSpace(text, NAME.lastIndex, end);
  if (equals >= end || text.charAt(equals) !== '=') return undefined;
  const from = skipSpace(text, equals + 1, end);
  let to = end;
  while (to > from && spaceAt(text, to - 1) > 0) to -= 1;
  if (from >= to) return undefined;
  return {
    name: name.toLowerCase(),
    value: decodeByteText(text.slice(from, to)),
    range: { start, end: to },
    valueRange: { start: from, end: to },
  };
}

/**
 * Joins a line with those that it continues on. `start` is its first character that is not white
 * space. An escape character, behind which only blanks and tabs stand, continues the line.
 */
export function joinLines(
  text: string,
  first: PhysicalLine,
  start: number,
  escape: string,
): JoinedLine {
  const pieces: string[] = [];
  const indexes: number[] = [];
  const offsets: number[] = [];
  const comments: DockerfileComment[] = [];
  let emptyLine: ByteRange | undefined;
  let doubleEscape: ByteRange | undefined;
  let length = 0;
  let line: PhysicalLine | undefined = { ...first, start };
  let next = first.next;
  while (line !== undefined) {
    ({ next } = line);
    const comment: DockerfileComment | undefined =
      pieces.length === 0 ? undefined : commentOf(text, line);
    if (comment !== undefined) {
      comments.push(comment);
    } else if (pieces.length > 0 && skipSpace(text, line.start, line.end) >= line.end) {
      emptyLine ??= { start: line.start, end: line.end };
    } else {
      const end = lastCharacter(text, line);
      const continues = end >= line.start && text.charAt(end) === escape;
      const isDouble = continues && end > line.start && text.charAt(end - 1) === escape;
      if (isDouble) doubleEscape ??= { start: end - 1, end: end + 1 };
      const isContinued = continues && !isDouble;
      const piece = text.slice(line.start, isContinued ? end : line.end);
      pieces.push(piece);
      indexes.push(length);
      offsets.push(line.start);
      length += piece.length;
      if (!isContinued) break;
    }
    line = physicalLine(text, next);
  }
  return {
    line: { text: pieces.length === 1 ? (pieces[0] ?? '') : pieces.join(''), indexes, offsets },
    next,
    comments: comments.length === 0 ? NOTHING : comments,
    emptyLine,
    doubleEscape,
  };
}

/** Returns the index of the last character of a line that is neither blank nor tab. */
function lastCharacter(text: string, { start, end }: PhysicalLine): number {
  let at = end - 1;
  while (at >= start && (text.charCodeAt(at) === SPACE || text.charCodeAt(at) === TAB)) at -= 1;
  return at;
}

function isLineEnd(byte: number): boolean {
  return byte === LINE_FEED || byte === CARRIAGE_RETURN;
}
