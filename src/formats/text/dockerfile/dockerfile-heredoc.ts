/**
 * The here-documents of a Dockerfile instruction. Source: the Dockerfile reference,
 * "Here-documents". Which words of a line begin one follows the lexer of BuildKit: a word outside
 * of quotes that is `<<` with a delimiter behind it. If the line cannot be lexed, BuildKit finds
 * none in it.
 */

import { rawWords, unquoteWord } from './dockerfile-word.ts';
import type { LineSlice, LogicalLine } from './dockerfile-text.ts';

/** The start of a here-document, found in the line of its instruction. */
export interface HeredocStart {
  readonly name: string;
  readonly isChomped: boolean;
  readonly isExpanded: boolean;
  readonly descriptor: number;
  readonly slice: LineSlice;
}

const TAB = 0x09;
const HEREDOC = /^(?<descriptor>\d*)<<(?<dash>-?)(?<delimiter>[^<]+)$/u;

/** Returns the here-documents that a line begins, in their order. */
export function heredocStarts(line: LogicalLine): readonly HeredocStart[] {
  if (!line.text.includes('<<')) return [];
  const starts: HeredocStart[] = [];
  for (const { start, end } of rawWords(line.text) ?? []) {
    const { descriptor, dash, delimiter } = HEREDOC.exec(line.text.slice(start, end))?.groups ?? {};
    if (delimiter === undefined) continue;
    const unquoted = unquoteWord(delimiter);
    if (unquoted === undefined || unquoted.text === '') continue;
    starts.push({
      name: unquoted.text,
      isChomped: dash === '-',
      isExpanded: !unquoted.hasQuotes,
      descriptor: Number(descriptor === '' ? 0 : descriptor),
      slice: { line, start, end },
    });
  }
  return starts;
}

/** Returns whether a line without its line end is the delimiter of a document. */
export function isDelimiter(line: string, { name, isChomped }: HeredocStart): boolean {
  if (!isChomped) return line === name;
  let start = 0;
  while (line.charCodeAt(start) === TAB) start += 1;
  return line.length - start === name.length && line.endsWith(name);
}
