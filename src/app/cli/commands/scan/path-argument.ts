/** The arguments of commands that scan. */

import { AssayError } from '../../../../core/base/errors.ts';
import type { Session } from '../command.ts';

/**
 * Returns the single path argument of a command.
 *
 * @throws AssayError `USAGE` where there is none, or more than one.
 */
export function readPathArgument({ args, typed }: Session): string {
  refuseStraySeverity(args);
  const [path, second] = args;
  if (path === undefined) {
    throw new AssayError('USAGE', 'no path given', { hint: `Name one: ${typed} .` });
  }
  if (second !== undefined) {
    throw new AssayError('USAGE', `only one path is accepted, and "${second}" is another one`, {
      hint: 'Scan each path with a separate command.',
    });
  }
  return path;
}

/** A word of a list of severities with spaces: `--severity HIGH CRITICAL` leaves one over. */
const SEVERITY = /^(?:UNKNOWN|LOW|MEDIUM|HIGH|CRITICAL),?$/u;

/**
 * Refuses a target that is the name of a severity, as a list with spaces leaves one over.
 *
 * @throws AssayError `USAGE` for a target that is called as a severity. No image can have such a
 * name.
 */
export function refuseStraySeverity(args: readonly string[]): void {
  const stray = args.find((arg) => SEVERITY.test(arg));
  if (stray === undefined) return;
  throw new AssayError('USAGE', `"${stray}" was read as a target`, {
    hint: 'Write severities without spaces: --severity HIGH,CRITICAL. A file or folder of that name: ./NAME',
  });
}
