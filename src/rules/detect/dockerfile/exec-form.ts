/**
 * The exec form of an instruction, as in `CMD ["node", "main.js"]`: one command whose words no
 * shell expands.
 */

import type { ByteRange } from '../../../formats/bytes/byte-range.ts';
import type { ShellReader, ShellScript, ShellWord } from '../../../formats/text/shell/shell.ts';
import { commandsOf, type RunCommands } from '../commands/commands.ts';
import type { ShellEnvironment } from '../commands/shell-state.ts';

/**
 * Returns the command, and what it runs, as in `["sh", "-c", "…"]`. The grammar of shells reads
 * only what a shell in it runs.
 *
 * @param range the place of the instruction, which is that of each word
 */
export function execCommands(
  words: readonly string[],
  range: ByteRange,
  { reader, environment }: { readonly reader: ShellReader; readonly environment: ShellEnvironment },
): RunCommands {
  if (words.length === 0) return { commands: [], body: undefined, unread: [] };
  const quoted = words.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`);
  const text = quoted.join(' ');
  const known = scriptOf(words, quoted);
  const ownReader: ShellReader = {
    ...reader,
    read: (one) => (one === text ? known : reader.read(one)),
  };
  return commandsOf({ text, rangeOf: () => range }, ownReader, environment);
}

/** The script that a shell reads in the quoted words. */
function scriptOf(words: readonly string[], quoted: readonly string[]): ShellScript {
  let start = 0;
  const read = words.map((value, at): ShellWord => {
    const text = quoted[at] ?? '';
    const span = { start, end: start + text.length };
    start = span.end + 1;
    return { text, value, parts: [{ kind: 'text', value, isQuoted: true }], span };
  });
  const span = { start: 0, end: Math.max(start - 1, 0) };
  const nothing = { assignments: [], redirects: [], isBackground: false };
  return {
    body: { kind: 'sequence', statements: [{ kind: 'command', words: read, span, ...nothing }] },
    problems: [],
  };
}
