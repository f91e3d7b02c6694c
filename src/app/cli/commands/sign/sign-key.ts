/** The key that signs, as a command line names it. */

import { openSigner, type Signer } from '../../../../trust/signing/signer.ts';
import { keyPassword } from '../../shell/options/key-password.ts';
import type { Session } from '../command.ts';

/** Opens a private key or a program that signs. @throws AssayError as {@link openSigner} does */
export function openNamedSigner(session: Session, named: string): Promise<Signer> {
  const { io, context } = session;
  const { env, cwd } = io;
  return openSigner(named, { password: keyPassword(session), cwd, env, signal: context.signal });
}
