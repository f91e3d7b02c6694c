/** A list of severities that was written with spaces: `--severity HIGH CRITICAL` leaves a word over. */

import { AssayError } from '../../../base/errors.ts';

const SEVERITY = /^(?:UNKNOWN|LOW|MEDIUM|HIGH|CRITICAL),?$/u;

/**
 * Refuses a target that is the name of a severity, as a list with spaces leaves one over.
 *
 * @throws AssayError `USAGE` for a target that is called as a severity. No image can have such a name.
 */
export function refuseStraySeverity(args: readonly string[]): void {
  const stray = args.find((arg) => SEVERITY.test(arg));
  if (stray === undefined) return;
  throw new AssayError('USAGE', `"${stray}" stands where a target stands`, {
    hint: 'Write severities without spaces: --severity HIGH,CRITICAL. A file or folder of that name: ./NAME',
  });
}
