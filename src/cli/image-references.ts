/** Which images a command line names: references, archives, images within an archive. */

import { AssayError } from '../base/errors.ts';
import type { Session } from './command.ts';
import { isStandardInput } from './standard-input-name.ts';

/** As of `source/selection.ts`. */
const POSITION = /^@\d+$/u;

/**
 * Beside `--input FILE` an argument chooses an image of that file.
 *
 * @throws AssayError `USAGE` where the file is not clear, or standard input is asked for two things.
 */
export function imageReferences({
  flags,
  args,
}: Pick<Session, 'flags' | 'args'>): readonly string[] {
  const [input, ...others] = flags.all('input');
  const readsInput = [...flags.all('input'), ...args].some(isStandardInput);
  if (flags.isOn('password-stdin') && readsInput) {
    throw new AssayError('USAGE', 'standard input cannot be the password and the image', {
      hint: 'Give the password by ASSAY_PASSWORD, or the image as a file.',
    });
  }
  if (input === undefined) return args;
  if (args.length === 0) return [input, ...others];
  if (others.length === 0) return args.map((name) => within(input, name));
  throw new AssayError('USAGE', `"${args[0] ?? ''}" may be in any of ${others.length + 1} files`, {
    hint: `Name an image in a file as FILE:NAME, as in ${input}:${args[0] ?? ''}`,
  });
}

function within(input: string, name: string): string {
  if (POSITION.test(name)) return `${input}:${name}`;
  const at = name.lastIndexOf('@');
  if (at >= 0) return `${input}${name.slice(at)}`;
  return name.startsWith('sha256:') ? `${input}@${name}` : `${input}:${name}`;
}
