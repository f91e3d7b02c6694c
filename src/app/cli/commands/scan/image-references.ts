/** The images that a command line names: references, archives, images within an archive. */

import { AssayError } from '../../../../core/base/errors.ts';
import type { Session } from '../command.ts';
import { refuseStraySeverity } from './path-argument.ts';
import { isStandardInput } from '../../shell/parse-arguments.ts';
import type { Target } from '../../../../scan/pipeline/target.ts';

/** Matches a position, see `scan/source/image/selection.ts`. */
const POSITION = /^@\d+$/u;

/**
 * Returns the images that are named. An argument is a name or a path by its form; behind `--input`
 * stands a path, and beside `--input FILE` an argument chooses an image of that file.
 *
 * @throws AssayError `USAGE` where the file is not clear, or standard input is asked for two
 * things.
 */
export function imageTargets({ flags, args }: Pick<Session, 'flags' | 'args'>): readonly Target[] {
  refuseStraySeverity(args);
  const [input, ...others] = flags.all('input');
  if ([...flags.all('input'), ...args].some(isStandardInput)) refuseOtherInput(flags);
  if (input === undefined) return args.map((reference) => ({ reference, kind: 'image' }));
  if (args.length === 0) return [input, ...others].map(fileTarget);
  if (others.length === 0) return args.map((name) => imageWithin(input, name));
  throw new AssayError('USAGE', `"${args[0] ?? ''}" may be in any of ${others.length + 1} files`, {
    hint: `Name an image in a file as FILE:NAME, as in ${input}:${args[0] ?? ''}`,
  });
}

/**
 * @throws AssayError `USAGE` if standard input holds the image, and a secret is to be read from it
 * too
 */
function refuseOtherInput(flags: Session['flags']): void {
  if (flags.isOn('password-stdin')) {
    throw new AssayError('USAGE', 'standard input cannot be the password and the image', {
      hint: 'Give the password by ASSAY_PASSWORD, or the image as a file.',
    });
  }
  const token = flags.text('identity-token');
  if (token !== undefined && isStandardInput(token)) {
    throw new AssayError('USAGE', 'standard input cannot be the identity token and the image', {
      hint: 'Give the token as a file (--identity-token FILE), or the image as a file.',
    });
  }
}

function fileTarget(path: string): Target {
  return { reference: path, kind: 'image', isPath: true };
}

/**
 * The path is known apart, so that no file with a colon in its name can stand in for an image of
 * the archive.
 */
function imageWithin(input: string, name: string): Target {
  const target = fileTarget(within(input, name));
  return isStandardInput(input) ? target : { ...target, archive: input };
}

function within(input: string, name: string): string {
  if (POSITION.test(name)) return `${input}:${name}`;
  const at = name.lastIndexOf('@');
  if (at >= 0) return `${input}${name.slice(at)}`;
  return name.startsWith('sha256:') ? `${input}@${name}` : `${input}:${name}`;
}
