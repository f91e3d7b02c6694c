/** The command line as it can be typed again. */

import { redact } from '../../../core/base/redact.ts';
import { quotedWord } from '../../../core/base/shell-word.ts';
import type { Flag } from '../../config/flag.ts';

/**
 * Returns `assay` and its arguments, quoted for a POSIX shell. The values of flags that take a
 * secret are masked, and so are the secrets of addresses.
 */
export function echoCommand(name: string, args: readonly string[], flags: readonly Flag[]): string {
  const secrets = new Set(
    flags.filter((flag) => flag.value === 'SECRET').map((flag) => `--${flag.name}`),
  );
  const words = args.map((arg, index) => {
    if (secrets.has(args[index - 1] ?? '')) return MASK;
    const [flag = ''] = arg.split('=', 1);
    return arg !== flag && secrets.has(flag) ? `${flag}=${MASK}` : quotedWord(redact(arg));
  });
  return ['assay', ...(name === '' ? [] : [name]), ...words].join(' ');
}

const MASK = '***';

/**
 * Returns the words without the command behind `--`, which may hold secrets that no flag of Assay
 * names.
 */
export function ownWords(
  args: readonly string[],
  guarded: readonly string[] | undefined,
): readonly string[] {
  return guarded === undefined ? args : args.slice(0, args.length - guarded.length - 1);
}
