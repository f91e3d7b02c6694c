/**
 * Commands of batch files, which the shell `cmd` runs. Files are split at separators outside of
 * quotes, and not parsed.
 *
 * Source: the documentation of Windows commands: cmd, call, if, for, rem, and the caret that
 * continues a line.
 */

import type { TextSpan } from '../../../formats/text/shell/shell.ts';

/** One command. */
export interface BatchCommand {
  /** The name first, without quotes. */
  readonly words: readonly string[];
  readonly span: TextSpan;
}

/** Longer scripts are cut; real ones are far shorter. */
const MAX_SCRIPT = 100_000;

/** What stands in front of a command. */
const LEAD =
  /^(?:[\s@(]|call\s|start\s|else\s|if\s+(?:\/i\s+)?(?:not\s+)?(?:exist\s+\S+|defined\s+\S+|errorlevel\s+\d+|\S+\s*==\s*\S+)\s|for\s+[^()]*\([^()]*\)\s*do\s)+/iu;
const REMARK = /^(?:rem(?:\s|$)|::)/iu;

/** Reads the commands of a batch file. */
export function batchCommands(script: string): readonly BatchCommand[] {
  const text = script
    .slice(0, MAX_SCRIPT)
    .replaceAll(/\^\r?\n/gu, (found) => ' '.repeat(found.length));
  const plain = text.replaceAll(/"[^"\n]*"?|\^[^\n]/gu, (found) => 'x'.repeat(found.length));
  const commands: BatchCommand[] = [];
  let start = 0;
  for (const { index, 0: mark } of plain.matchAll(/\r?\n|&&?|\|\|?|\)|$/gu)) {
    // A remark reaches to the end of its line, whatever is in it.
    if (index < start) continue;
    const lead = LEAD.exec(plain.slice(start, index))?.[0].length ?? 0;
    if (REMARK.test(plain.slice(start + lead))) {
      const end = plain.indexOf('\n', start + lead);
      start = end < 0 ? plain.length : end + 1;
      continue;
    }
    const command = commandIn(text, plain, { start: start + lead, end: index });
    if (command !== undefined) commands.push(command);
    start = index + mark.length;
  }
  return commands;
}

function commandIn(text: string, plain: string, span: TextSpan): BatchCommand | undefined {
  const words: string[] = [];
  let first: number | undefined;
  let last = span.start;
  for (const { index, 0: word } of plain.slice(span.start, span.end).matchAll(/[^\s,;=()]\S*/gu)) {
    const from = span.start + index;
    first ??= from;
    last = from + word.length;
    words.push(text.slice(from, last).replaceAll('"', ''));
  }
  return first === undefined ? undefined : { words, span: { start: first, end: last } };
}
