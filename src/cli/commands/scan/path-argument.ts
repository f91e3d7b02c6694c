/** The one path that a command takes. */

import { AssayError } from '../../../base/errors.ts';
import { refuseStraySeverity } from './stray-severity.ts';
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
    throw new AssayError('USAGE', `one path is taken, and "${second}" is one more`, {
      hint: 'Scan each path by a command of its own.',
    });
  }
  return path;
}
