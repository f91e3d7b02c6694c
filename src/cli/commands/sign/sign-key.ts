/** The key that signs, as a command line names it. */

import { AssayError } from '../../../base/errors.ts';
import { openSigner, type Signer } from '../../../signing/signer.ts';
import { keyPassword } from '../../shell/options/key-password.ts';
import type { Session } from '../command.ts';

/** Returns the value of `--sign-key`. @throws AssayError `USAGE` if it is not given */
export function readSignKey({ flags }: Session): string {
  const named = flags.text('sign-key');
  if (named !== undefined) return named;
  throw new AssayError('USAGE', 'no key is given', {
    hint: 'Give one: --sign-key team.key. Make one: assay key generate team',
  });
}

/** Opens a private key or a program that signs. @throws AssayError as {@link openSigner} does */
export function openNamedSigner(session: Session, named: string): Promise<Signer> {
  const { io, context } = session;
  const { env, cwd } = io;
  return openSigner(named, { password: keyPassword(session), cwd, env, signal: context.signal });
}
