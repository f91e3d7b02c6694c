/**
 * From what was thrown to an exit code and to what the user reads. The codes themselves are in
 * `core/model/report/exit-codes.ts`.
 */

import { AssayError, errorMessage, type ErrorCode } from '../../../core/base/errors.ts';
import { maskLine } from '../../../core/base/mask-secrets.ts';
import { redact } from '../../../core/base/redact.ts';
import { stripControl } from '../../../core/base/strip-control.ts';
import { escapeWorkflowCommands } from '../../../core/base/workflow-commands.ts';
import { EXIT_CODES, type ExitCauseId } from '../../../core/model/report/exit-codes.ts';
import type { OutputStream } from '../../../core/base/io.ts';

/** The subject of a failed command: it decides the meaning of a missing network. */
export type ErrorSubject = 'target' | 'advisoryData';

/** The exit cause of each error code. */
const EXIT_CAUSE_OF: Readonly<Record<ErrorCode, ExitCauseId>> = {
  USAGE: 'usage',
  CONFIG_INVALID: 'usage',
  NOT_FOUND: 'target',
  ACCESS_DENIED: 'target',
  REGISTRY_DENIED: 'target',
  CONTENT_MISMATCH: 'target',
  DAMAGED: 'target',
  // These end a run only where the target itself could not be opened; elsewhere they are gaps of
  // the report.
  PARSE: 'target',
  LIMIT_EXCEEDED: 'target',
  TIMEOUT: 'target',
  NETWORK: 'target',
  OFFLINE: 'target',
  ADVISORY_DATA_MISSING: 'advisoryData',
  ADVISORY_DATA_IMPLAUSIBLE: 'advisoryData',
  ADVISORY_DATA_UNVERIFIED: 'advisoryData',
  ADVISORY_DATA_STALE: 'advisoryData',
  NOTHING_TO_SCAN: 'nothingToScan',
  INTERRUPTED: 'interrupted',
};

/** Error codes that mean missing data if a command is about advisory data. */
const NOT_HAD: ReadonlySet<ErrorCode> = new Set([
  'OFFLINE',
  'NETWORK',
  'TIMEOUT',
  'LIMIT_EXCEEDED',
]);

/** Hints for errors without one of their own, because there is no more specific remedy. */
const HINTS: Readonly<Partial<Record<ErrorCode, string>>> = {
  DAMAGED: 'Get it again; where that does not help, make and push it anew.',
  LIMIT_EXCEEDED: 'Nothing honest is that large: check who made it.',
};

/** Returns the exit code for anything thrown; what is not an {@link AssayError} is a bug. */
export function exitCodeOf(error: unknown, subject: ErrorSubject): number {
  if (!(error instanceof AssayError)) return EXIT_CODES.internal;
  if (subject === 'advisoryData' && NOT_HAD.has(error.code)) return EXIT_CODES.advisoryData;
  return EXIT_CODES[EXIT_CAUSE_OF[error.code]];
}

/** Prints what failed, what to do, and with `debug` (or for a bug) where. */
export function printError(error: unknown, stderr: OutputStream, debug: boolean): void {
  const isExpected = error instanceof AssayError;
  const message = isExpected ? redact(errorMessage(error)) : maskLine(errorMessage(error));
  const lines = [`ERROR ${stripControl(message)}`];
  if (isExpected) {
    const hint = error.hint ?? HINTS[error.code];
    if (hint !== undefined) lines.push(...hint.split('\n').map(indented));
    if (debug) lines.push(...stackLines(error));
  } else {
    lines.push(...stackLines(error));
    lines.push('This is a bug in Assay. Please report it with the lines above and the command.');
  }
  stderr.write(escapeWorkflowCommands(`${lines.join('\n')}\n`));
}

function indented(line: string): string {
  return `      ${stripControl(redact(line))}`;
}

/** A place in the code of Assay or of Node.js. */
const FRAME = /^ {4}at /u;

/**
 * Returns the stacks of an error and its causes, to a depth that no honest chain reaches. What was
 * not expected may quote anything that was read, so that all but the places is masked.
 */
function stackLines(error: unknown): string[] {
  const lines: string[] = [];
  let current = error;
  for (let depth = 0; depth < 8 && current instanceof Error; depth += 1) {
    const stack = current.stack ?? current.message;
    const text = depth === 0 ? stack : `caused by ${stack}`;
    const shown = text.split('\n').map((line) => (FRAME.test(line) ? line : maskLine(line)));
    lines.push(...shown.map(indented));
    current = current.cause;
  }
  return lines;
}
