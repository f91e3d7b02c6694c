/**
 * Unified diffs of edited files, as `git apply` and `patch` read them. The edits are known, so that
 * no lines are compared.
 *
 * Source: POSIX, `diff -u`; git-diff(1) for quoted paths and the line about a missing line end.
 */

import type { ByteEdit } from '../../bytes/byte-range.ts';
import { splice } from '../../bytes/byte-range.ts';
import { lineEdits } from './line-edits.ts';

/** The old and the new content of a file. */
export interface FileChange {
  readonly path: string;
  readonly old: Uint8Array;
  readonly fresh: Uint8Array;
}

/** Makes the diff of one file. Commands that print diffs pass one that leaves secrets out. */
export type DiffFile = (change: FileChange) => string;

/** Returns the diff of one file with all that stands in it. */
export function plainDiff({ path, old, fresh }: FileChange): string {
  return unifiedDiff(path, old, lineEdits(old, fresh));
}

/** Unchanged lines around a change. */
const CONTEXT = 3;
const LINE_FEED = 0x0a;

/** Lines of the old file that are replaced. */
interface Block {
  /** Index of the first line, from 0. */
  readonly start: number;
  /** Index behind the last line. */
  readonly end: number;
  readonly edits: readonly ByteEdit[];
}

/** Returns the diff of one file; an empty text without edits. Lines keep their carriage returns. */
export function unifiedDiff(path: string, bytes: Uint8Array, edits: readonly ByteEdit[]): string {
  if (edits.length === 0) return '';
  const lines = lineRanges(bytes);
  const name = { a: quoted(`a/${path}`), b: quoted(`b/${path}`) };
  let text = `--- ${name.a}\n+++ ${name.b}\n`;
  let shift = 0;
  for (const hunk of hunksOf(blocksOf(lines, edits), lines.length)) {
    const from = Math.max(0, (hunk[0]?.start ?? 0) - CONTEXT);
    const to = Math.min(lines.length, (hunk.at(-1)?.end ?? 0) + CONTEXT);
    let body = '';
    let at = from;
    let added = 0;
    for (const block of hunk) {
      for (; at < block.start; at += 1) body += ` ${lineText(bytes, lines, at)}`;
      for (; at < block.end; at += 1) body += `-${lineText(bytes, lines, at)}`;
      const fresh = newLines(bytes, lines, block);
      for (const line of fresh) body += `+${line}`;
      added += fresh.length - (block.end - block.start);
    }
    for (; at < to; at += 1) body += ` ${lineText(bytes, lines, at)}`;
    text += `@@ -${span(from, to - from)} +${span(from + shift, to - from + added)} @@\n${body}`;
    shift += added;
  }
  return text;
}

/** The length of one line is left out, as diff and git leave it out. */
function span(start: number, length: number): string {
  if (length === 1) return String(start + 1);
  return `${length === 0 ? start : start + 1},${length}`;
}

interface LineRange {
  readonly start: number;
  /** Behind the line feed. */
  readonly end: number;
}

function lineRanges(bytes: Uint8Array): readonly LineRange[] {
  const lines: LineRange[] = [];
  for (let start = 0; start < bytes.length;) {
    const feed = bytes.indexOf(LINE_FEED, start);
    const end = feed < 0 ? bytes.length : feed + 1;
    lines.push({ start, end });
    start = end;
  }
  return lines;
}

/** Edits by the lines that they touch. Edits of the same or of adjoining lines are one block. */
function blocksOf(lines: readonly LineRange[], edits: readonly ByteEdit[]): readonly Block[] {
  const blocks: Block[] = [];
  const sorted = [...edits].sort((a, b) => a.range.start - b.range.start);
  for (const edit of sorted) {
    const start = lineAt(lines, edit.range.start);
    const end = Math.max(lineAt(lines, Math.max(edit.range.start, edit.range.end - 1)) + 1, start);
    const last = blocks.at(-1);
    if (last === undefined || start > last.end) blocks.push({ start, end, edits: [edit] });
    else {
      const joined = { ...last, end: Math.max(last.end, end), edits: [...last.edits, edit] };
      blocks[blocks.length - 1] = joined;
    }
  }
  return blocks.map((block) => ({ ...block, end: Math.min(block.end, lines.length) }));
}

/** Returns the index of the line that contains an offset; the last line for the end of the file. */
function lineAt(lines: readonly LineRange[], offset: number): number {
  let low = 0;
  let high = Math.max(0, lines.length - 1);
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((lines[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function hunksOf(blocks: readonly Block[], lineCount: number): readonly (readonly Block[])[] {
  const hunks: Block[][] = [];
  for (const block of blocks) {
    const last = hunks.at(-1);
    const end = Math.min(lineCount, last?.at(-1)?.end ?? 0);
    if (last !== undefined && block.start - end <= 2 * CONTEXT) last.push(block);
    else hunks.push([block]);
  }
  return hunks;
}

function newLines(bytes: Uint8Array, lines: readonly LineRange[], block: Block): readonly string[] {
  const start = lines[block.start]?.start ?? bytes.length;
  const end = lines[block.end - 1]?.end ?? bytes.length;
  const edits = block.edits.map(({ range, text }) => ({
    range: { start: range.start - start, end: range.end - start },
    text,
  }));
  const fresh = splice(bytes.subarray(start, end), edits);
  return lineRanges(fresh).map((_, index, all) => lineText(fresh, all, index));
}

function lineText(bytes: Uint8Array, lines: readonly LineRange[], index: number): string {
  const { start = 0, end = 0 } = lines[index] ?? {};
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(start, end));
  return text.endsWith('\n') ? text : `${text}\n\\ No newline at end of file\n`;
}

const UNUSUAL = /[\0-\x1f"\\\x7f]/u;
const NAMED: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\t', '\\t'],
  ['"', '\\"'],
  ['\\', '\\\\'],
]);

/** A path with control characters, quotes or backslashes is written as git quotes it. */
function quoted(path: string): string {
  // A blank in a path is ended by a tab, without which patch takes the rest for a date.
  if (!UNUSUAL.test(path)) return path.includes(' ') ? `${path}\t` : path;
  const escaped = Array.from(path, (character) => {
    if (!UNUSUAL.test(character)) return character;
    const octal = character.charCodeAt(0).toString(8).padStart(3, '0');
    return NAMED.get(character) ?? `\\${octal}`;
  });
  return `"${escaped.join('')}"`;
}
