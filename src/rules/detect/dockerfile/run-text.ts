/** The shell text of an instruction, with the place of each of its characters in the file. */

import type {
  DockerfileHeredoc,
  DockerfileInstruction,
} from '../../../formats/text/dockerfile/dockerfile.ts';
import {
  byteText,
  offsetOf,
  type LineSlice,
} from '../../../formats/text/dockerfile/dockerfile-text.ts';
import type { RunText } from '../commands/run-command.ts';

/** Returns the text of the shell form of an instruction, its here-documents included. */
export function runTextOf(
  { start, line, end }: LineSlice,
  heredocs: readonly DockerfileHeredoc[],
  bytes: Uint8Array,
): RunText {
  const head = line.text.slice(start, end);
  const first = heredocs[0];
  const last = heredocs.at(-1);
  const body =
    first === undefined || last === undefined
      ? ''
      : scriptText(bytes.subarray(first.bodyRange.start, endOfLine(bytes, last.bodyRange.end)));
  const bodyAt = head.length + 1;
  const offset = (index: number): number =>
    index < bodyAt || first === undefined
      ? offsetOf(line, start + Math.min(index, head.length))
      : first.bodyRange.start + index - bodyAt;
  return {
    text: body === '' ? head : `${head}\n${body}`,
    rangeOf: ({ start: from, end: to }) => ({
      start: offset(from),
      end: to > from ? offset(to - 1) + 1 : offset(from),
    }),
  };
}

/** Returns the script of a here-document that is the whole command, as in `RUN <<EOF`. */
export function scriptOf(
  { heredocs, words }: Pick<DockerfileInstruction, 'heredocs' | 'words'>,
  bytes: Uint8Array,
): RunText | undefined {
  const [heredoc] = heredocs;
  if (heredoc === undefined || heredocs.length > 1) return undefined;
  if (words.some(({ text }) => text.trim() !== heredoc.word.text.trim())) return undefined;
  const { start, end } = heredoc.bodyRange;
  return {
    text: scriptText(bytes.subarray(start, end)),
    rangeOf: (span) => ({ start: start + span.start, end: start + span.end }),
  };
}

/**
 * Lines of a here-document that end in CRLF are read as if they ended in LF; each character keeps
 * its place.
 */
export function scriptText(bytes: Uint8Array): string {
  return byteText(bytes).replaceAll('\r\n', ' \n');
}

/** The end of the line at an offset, which is the line of a delimiter. */
function endOfLine(bytes: Uint8Array, offset: number): number {
  const end = bytes.indexOf(0x0a, offset);
  return end < 0 ? bytes.length : end + 1;
}
