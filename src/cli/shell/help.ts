/** Help of the whole command line and of groups; help of one command comes from commander and the command's own rows. */

import { EXIT_CAUSES, type ExitCause } from '../../model/exit-codes.ts';
import type { CommandModule, Example } from '../commands/command.ts';
import { COMMANDS } from '../commands/list.ts';

const JOBS: readonly Example[] = [
  { command: 'assay demo', purpose: 'see it work, with nothing prepared' },
  { command: 'assay db update --mirror DIR', purpose: 'load advisory data, once a day' },
  {
    command: 'docker save app:1.2 -o app.tar && assay image --input app.tar --fail-on high+fixable',
    purpose: 'may this image be released?',
  },
  {
    command: 'assay gate report.json --policy prod -- docker push app:1.2',
    purpose: 'push only what a named gate of assay.yaml passes',
  },
  { command: 'assay cve CVE-2021-44906', purpose: 'what is known of a vulnerability?' },
  { command: 'assay fs . -f json -o report.json', purpose: 'what is in this code base, as JSON' },
];

/** `assay --help`. */
export function topHelp(): string {
  return [
    'Assay tells what is inside an image or a code base, what of it is known to be vulnerable, and whether it',
    'may be released.',
    '',
    'Usage: assay COMMAND [flags] [arguments]',
    '       assay TARGET            guesses what the target is',
    '',
    'Commands:',
    ...commandLines(''),
    '',
    'Common jobs:',
    ...exampleLines(JOBS),
    '',
    'Each flag can be set in the environment: --fail-on is ASSAY_FAIL_ON. TRIVY_ variables are read as well.',
    'Flags and examples of a command: assay COMMAND --help',
    exitCodesLine(),
    '',
  ].join('\n');
}

/** `assay db --help`: the actions of a group. */
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

/** What follows the flags in a command's help. */
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
