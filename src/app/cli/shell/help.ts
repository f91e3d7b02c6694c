/**
 * Help of the whole command line and of groups; help of one command comes from commander and the
 * command's own rows.
 */

import { EXIT_CAUSES, type ExitCause } from '../../../core/model/report/exit-codes.ts';
import type { CommandModule, Example } from '../commands/command.ts';
import { COMMAND_GROUPS, COMMANDS, type CommandGroup } from '../commands/list.ts';

const JOBS: readonly Example[] = [
  { command: 'assay demo', purpose: 'see it work, without network and without data' },
  { command: 'assay db update --mirror DIR', purpose: 'load advisory data' },
  { command: 'assay image --input app.tar --fail-on high+fixable', purpose: 'gate an image' },
  { command: 'assay fs . -f json -o report.json', purpose: 'scan a code base' },
];

/** Words with three actions or more, which `assay --help` lists on one line. */
const ACTION_GROUPS: ReadonlyMap<string, string> = new Map([
  ['ignore', 'list, write and remove exceptions'],
  ['key', 'make, import, export and print signing keys'],
  ['db', 'load, verify, export and search advisory data'],
]);

/** Returns the text of `assay --help`. */
export function topHelp(): string {
  return [
    'Assay scans images, file systems and code for known vulnerabilities, and decides by your policy',
    'whether a release may go out.',
    '',
    'Usage: assay COMMAND [flags] [arguments]',
    '       assay TARGET             scan an image, archive or folder; Assay finds out which it is',
    '',
    ...COMMAND_GROUPS.flatMap(groupLines),
    '',
    'Examples:',
    ...JOBS.map(({ command, purpose }) => `  ${command.padEnd(54)} # ${purpose}`),
    '',
    'Flags and examples of a command: assay COMMAND --help',
    'Every flag has an environment variable: --fail-on is ASSAY_FAIL_ON. TRIVY_ variables are read, too.',
    exitCodesLine(),
    '',
  ].join('\n');
}

const HEADING_WIDTH = 11;
const NAME_WIDTH = 14;

/** Returns the commands under a heading, which stands in front of the first one. */
function groupLines(group: CommandGroup): string[] {
  const lines = new Map<string, string>();
  for (const { name, group: own, summary } of COMMANDS) {
    if (own !== group) continue;
    const [word = ''] = name.split(' ');
    const together = ACTION_GROUPS.get(word);
    lines.set(together === undefined ? name : word, together ?? summary);
  }
  return [...lines].map(
    ([name, summary], index) =>
      `${(index === 0 ? group : '').padEnd(HEADING_WIDTH)}${name.padEnd(NAME_WIDTH)} ${summary}`,
  );
}

/** Returns the text of `assay db --help`: the actions of a group. */
export function groupHelp(group: string): string {
  return [
    `Usage: assay ${group} ACTION [flags] [arguments]`,
    '',
    'Actions:',
    ...commandLines(`${group} `),
    '',
    `Flags and examples of an action: assay ${group} ACTION --help`,
    '',
  ].join('\n');
}

/** Returns the end of a command's help, below the flags. */
export function commandHelpEnd(module: CommandModule): string {
  return ['', 'Examples:', ...exampleLines(module.examples), '', exitCodesLine()].join('\n');
}

function exitCodesLine(): string {
  const listed = Object.values<ExitCause>(EXIT_CAUSES).filter(({ help }) => help !== undefined);
  return `Exit codes: ${listed.map(({ code, help }) => `${code} ${help ?? ''}`).join(', ')}.`;
}

function commandLines(prefix: string): string[] {
  const rows = COMMANDS.filter((row) => row.name.startsWith(prefix));
  const width = Math.max(...rows.map((row) => row.name.length));
  return rows.map((row) => `  ${row.name.padEnd(width)}  ${row.summary}`);
}

function exampleLines(examples: readonly Example[]): string[] {
  return examples.flatMap(({ command, purpose }) => [`  # ${purpose}`, `  ${command}`]);
}
