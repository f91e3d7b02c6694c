/** The log for people: one line a message on standard error, `WARN  message`. */

import type { Log } from '../../../core/base/context.ts';
import { redact } from '../../../core/base/redact.ts';
import { stripControl } from '../../../core/base/strip-control.ts';
import { escapeWorkflowCommands } from '../../../core/base/workflow-commands.ts';

/** The least important level that a log prints. */
export type LogLevel = 'none' | 'info' | 'debug';

/**
 * Creates a log that writes lines (without line end) through `print`, from `level` on. Messages are
 * made harmless here.
 */
export function createLog(level: LogLevel, print: (line: string) => void): Log {
  const ignore = (): void => undefined;
  const at =
    (label: string) =>
    (message: string): void =>
      print(escapeWorkflowCommands(`${label} ${stripControl(redact(message))}`));
  return {
    debug: level === 'debug' ? at('DEBUG') : ignore,
    info: level === 'none' ? ignore : at('INFO '),
    warn: level === 'none' ? ignore : at('WARN '),
  };
}
