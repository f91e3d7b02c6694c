/**
 * Annotations of GitHub Actions: a workflow command for each reference that needs attention, the
 * most severe first.
 *
 * Source: GitHub Docs, "Workflow commands for GitHub Actions". A step shows at most ten annotations
 * of a kind.
 */

import { stripControl } from '../../../../core/base/strip-control.ts';
import { workflowCommand } from '../../../../core/base/workflow-commands.ts';
import type { PinOutcome } from '../../../../tasks/pin/outcome.ts';
import { pinResults, type PinResult, type ResultLevel } from './pin-results.ts';

type CommandKind = 'error' | 'warning' | 'notice';

const COMMANDS: Readonly<Record<ResultLevel, CommandKind>> = {
  error: 'error',
  warning: 'warning',
  note: 'notice',
};
const LEVELS: readonly ResultLevel[] = ['error', 'warning', 'note'];
/** GitHub drops what is beyond. */
const MAX_OF_KIND = 10;

/** Returns the lines. The first one counts all results, because GitHub shows only some of them. */
export function pinGithub(outcome: PinOutcome): string {
  const results = pinResults(outcome);
  const head =
    results.length === 0
      ? command('notice', { title: 'Assay' }, 'no mutable reference')
      : command(
          results.some(({ level }) => level === 'error') ? 'error' : 'notice',
          { title: 'Assay' },
          `${results.length} references or files need attention, at most ${MAX_OF_KIND} of a kind are annotated`,
        );
  const lines = LEVELS.flatMap((level) => {
    // The head takes one of the errors or notices.
    const own = results.filter((result) => result.level === level).slice(0, MAX_OF_KIND - 1);
    return own.map((result) => annotation(result));
  });
  return [head, ...lines].join('');
}

function annotation({ level, path, line, column, title, message }: PinResult): string {
  const properties = { file: path, line: String(line), col: String(column), title };
  return command(COMMANDS[level], properties, message);
}

function command(
  kind: CommandKind,
  properties: Readonly<Record<string, string>>,
  text: string,
): string {
  const entries = Object.entries(properties).map(
    ([name, value]) => [name, stripControl(value)] as const,
  );
  return workflowCommand(kind, Object.fromEntries(entries), stripControl(text));
}
