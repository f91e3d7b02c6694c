/** `assay audit -`: secrets in one text on standard input. */

import { AssayError } from '../../../../core/base/errors.ts';
import type { RunRequest } from '../../../../scan/pipeline/run-scan.ts';
import type { Session } from '../command.ts';

/** The notation of standard input on a command line. */
const STANDARD_INPUT = '-';

/** Flags about a directory or its repository, which a text has not. */
const FLAGS_OF_DIRECTORIES: readonly string[] = [
  ...['git-history', 'staged', 'sarif', 'fix', 'diff', 'skip-dirs', 'skip-files', 'trust', 'rules'],
];

/** Returns whether the only argument of the command is standard input. */
export function isTextInput({ args }: Pick<Session, 'args'>): boolean {
  return args.length === 1 && args[0] === STANDARD_INPUT;
}

/**
 * Refuses flags that the command line gives beside standard input. Those of a configuration file
 * are for directories.
 *
 * @throws AssayError `USAGE`
 */
export function refuseFlagsOfDirectories({ flags }: Pick<Session, 'flags'>): void {
  const bad = FLAGS_OF_DIRECTORIES.find((name) => flags.from(name) === 'flag');
  if (bad !== undefined) {
    throw new AssayError('USAGE', `--${bad} is about a directory, and "-" is standard input`, {
      hint: `Leave out --${bad}, or name a directory: assay audit . --${bad}`,
    });
  }
  const scanners = flags.from('scanners') === 'flag' ? flags.list('scanners') : [];
  const other = scanners.find((name) => name.toLowerCase() !== 'secret');
  if (other !== undefined) {
    throw new AssayError('USAGE', `--scanners ${other} does not look at standard input`, {
      hint: 'A text on standard input is searched for secrets alone. Others: assay audit PATH',
    });
  }
}

/**
 * Returns the request of a search for secrets in the text, and for nothing else. A configuration
 * file skips files, and not the text.
 */
export function textRequest(request: RunRequest): RunRequest {
  const targets = request.targets.map((target) => ({ ...target, skipDirs: [], skipFiles: [] }));
  return { ...request, targets, advisories: undefined, scanners: ['secret'], readsPackages: false };
}
