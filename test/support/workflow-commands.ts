/** Workflow commands of GitHub Actions, read as the documentation describes them. */

const COMMAND = /^::(?<kind>error|warning|notice) (?<properties>[^:]*)::(?<data>.*)$/;

export interface WorkflowCommand {
  readonly kind: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** Reads a text in which each line is a command. @throws Error for any other line */
export function workflowCommands(text: string): readonly WorkflowCommand[] {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => {
      const groups = COMMAND.exec(line)?.groups;
      if (groups === undefined) throw new Error(`no command: ${line}`);
      const { kind = '', properties = '', data = '' } = groups;
      const pairs = properties.split(',').map((pair) => {
        const [name = '', ...value] = pair.split('=');
        return [name, decoded(value.join('='))] as const;
      });
      return { kind, properties: Object.fromEntries(pairs), data: decoded(data) };
    });
}

function decoded(text: string): string {
  return text
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%0A', '\n')
    .replaceAll('%0D', '\r')
    .replaceAll('%25', '%');
}
