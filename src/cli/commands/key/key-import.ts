/** `assay key import`: takes a private key of another program. */

import { basename, resolve } from 'node:path';

import { AssayError } from '../../../base/errors.ts';
import { readPrivateKey, type PasswordSource } from '../../../signing/private-key.ts';
import {
  KEY_PASSWORD_FLAGS,
  keyPassword,
  newKeyPassword,
} from '../../shell/options/key-password.ts';
import { FORMAT_FLAG } from '../../shell/options/report-flags.ts';
import { readResultFormat } from '../../print/result-output.ts';
import type { CommandModule, Session } from '../command.ts';
import { keyPairNames, writePair } from './key-pair.ts';

export const keyImport: CommandModule = {
  usage: 'FILE [NAME]',
  description:
    'Reads a private key (PKCS#8, SEC1, PKCS#1, OpenSSH, or a key file of cosign; P-256, P-384, P-521, Ed25519, or RSA with 2048 to 4096 bits) and writes it as NAME.key, encrypted as cosign does it, with NAME.pub. NAME is the name of FILE without its ending unless it is given. FILE stays as it is, and nothing is overwritten. An encrypted FILE and the new key have the same password, unless the terminal is asked.',
  flags: [...KEY_PASSWORD_FLAGS, FORMAT_FLAG],
  examples: [
    { command: 'assay key import ~/.ssh/id_ed25519 team', purpose: 'a key of OpenSSH' },
    { command: 'assay key import server.pem', purpose: 'a key of openssl; writes server.key' },
  ],
  run: async (session) => {
    const format = readResultFormat(session);
    const { file, name } = readArguments(session);
    const names = keyPairNames(name, session);
    const { password, used } = remembering(keyPassword(session));
    const key = await readPrivateKey(resolve(session.io.cwd, file), { password });
    const sealing = used() ?? (await newKeyPassword(session, names.privateKey.name));
    return writePair(session, { key, names, password: sealing, format });
  },
};

/** The password that opened a key encrypts it again. */
function remembering(source: PasswordSource): {
  readonly password: PasswordSource;
  readonly used: () => Uint8Array | undefined;
} {
  let last: Uint8Array | undefined;
  return {
    used: () => last,
    password: async (name) => {
      last = await source(name);
      return last;
    },
  };
}

function readArguments({ args }: Session): { readonly file: string; readonly name: string } {
  const [file, name, more] = args;
  if (file === undefined || more !== undefined) {
    const problem =
      file === undefined ? 'no file given' : `"${more ?? ''}" is one argument too many`;
    throw new AssayError('USAGE', problem, { hint: 'Write: assay key import FILE [NAME]' });
  }
  return { file, name: name ?? basename(file).replace(/\.[a-z0-9]+$/iu, '') };
}
