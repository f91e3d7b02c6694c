/**
 * Commands in the log of a workflow of GitHub Actions, and text in which no foreign part is a
 * command.
 *
 * Sources: GitHub Docs, "Workflow commands for GitHub Actions"; actions/runner, `ActionCommand`: a
 * line is a command if it begins with `::` behind blanks, or if it contains `##[`.
 */

/** Two colons at the beginning of a line. */
const COMMAND = /^(?<blanks>[ \t]*):(?=:)/gmu;

/**
 * Returns text in which a blank parts what would be a command. `text` begins at the beginning of a
 * line.
 */
export function escapeWorkflowCommands(text: string): string {
  if (!text.includes('::') && !text.includes('##[')) return text;
  return text.replace(COMMAND, '$<blanks>: ').replaceAll('##[', '## [');
}

/**
 * Applies {@link escapeWorkflowCommands} to each piece of a text. Every piece ends with a line end.
 */
export async function* escapeWorkflowCommandLines(
  pieces: AsyncIterable<string>,
): AsyncGenerator<string> {
  for await (const piece of pieces) yield escapeWorkflowCommands(piece);
}

/**
 * Returns a command with its line end, as in `::error file=a.txt,line=1::text`. Percent signs and
 * line ends are encoded, in properties also colons and commas.
 */
export function workflowCommand(
  kind: 'error' | 'warning' | 'notice',
  properties: Readonly<Record<string, string>>,
  text: string,
): string {
  const list = Object.entries(properties)
    .map(([name, value]) => `${name}=${encodedProperty(value)}`)
    .join(',');
  return `::${kind} ${list}::${encodedData(text)}\n`;
}

function encodedData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function encodedProperty(text: string): string {
  return encodedData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
