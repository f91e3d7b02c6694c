/**
 * Text for the log of a workflow of GitHub Actions, in which no foreign text is a command.
 *
 * Source: actions/runner, `ActionCommand`: a line is a command if it begins with `::` behind blanks, or if it contains `##[`.
 */

/** Two colons at the beginning of a line. */
const COMMAND = /^(?<blanks>[ \t]*):(?=:)/gmu;

/** Returns text in which a blank parts what would be a command. `text` begins at the beginning of a line. */
export function escapeWorkflowCommands(text: string): string {
  if (!text.includes('::') && !text.includes('##[')) return text;
  return text.replace(COMMAND, '$<blanks>: ').replaceAll('##[', '## [');
}

/** Applies {@link escapeWorkflowCommands} to each piece of a text. Every piece ends with a line end. */
export async function* escapeWorkflowCommandLines(
  pieces: AsyncIterable<string>,
): AsyncGenerator<string> {
  for await (const piece of pieces) yield escapeWorkflowCommands(piece);
}
