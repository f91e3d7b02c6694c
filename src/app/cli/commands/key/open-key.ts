/** Opens the file of a private key of which a command writes a copy. */

import { resolve } from 'node:path';

import { readPrivateKey, type PrivateKey } from '../../../../trust/signing/private-key.ts';
import { keyPassword } from '../../shell/options/key-password.ts';
import type { Session } from '../command.ts';

/**
 * A private key, with the password that opened it; `password` is absent if the file is not
 * encrypted.
 */
export interface OpenedKey {
  readonly key: PrivateKey;
  readonly password?: Uint8Array;
}

/** Opens a key. `file` is relative to the working directory. @throws AssayError `CONFIG_INVALID` */
export async function openKey(session: Session, file: string): Promise<OpenedKey> {
  const source = keyPassword(session);
  let used: Uint8Array | undefined;
  const key = await readPrivateKey(resolve(session.io.cwd, file), {
    password: async (name) => {
      used = await source(name);
      return used;
    },
  });
  return { key, ...(used !== undefined && { password: used }) };
}
