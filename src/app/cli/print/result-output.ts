/** Writes the answer of an `assay db` command in the format asked for. */

import { jsonText } from '../../../core/base/json-text.ts';
import { escapeWorkflowCommands } from '../../../core/base/workflow-commands.ts';
import type { BaseUpdateOutcome } from '../../../advisories/base/types.ts';
import { EXIT_CODES } from '../../../core/model/report/exit-codes.ts';
import { changeText } from './db-tables.ts';
import { bundleText } from './bundle-tables.ts';
import type { Session } from '../commands/command.ts';
import { planOutputs } from './outputs.ts';

/**
 * Returns `table` or `json`. @throws AssayError `USAGE` for other formats; asked before any work is
 * done.
 */
export function readResultFormat(session: Session): 'table' | 'json' {
  const [output] = planOutputs(session.flags, ['table', 'json']);
  return output?.format === 'json' ? 'json' : 'table';
}

/**
 * Prints a plain answer: `data` as JSON, or the text, in which no job of GitHub finds a command.
 */
export async function writeResult(
  session: Session,
  format: 'table' | 'json',
  { data, text }: { readonly data: object; readonly text: string },
): Promise<number> {
  await session.write(format === 'json' ? jsonText(data) : escapeWorkflowCommands(text));
  return EXIT_CODES.pass;
}

/** Prints what an update or import did. */
export function writeChange(
  session: Session,
  format: 'table' | 'json',
  change: BaseUpdateOutcome,
): Promise<number> {
  const { bundle } = change;
  const head = bundle === undefined ? '' : `${bundleText(bundle)}\n`;
  return writeResult(session, format, {
    data: change,
    text: head + changeText(change, session.context.now()),
  });
}
