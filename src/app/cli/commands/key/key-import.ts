/** `assay key import`: converts the private key of another program to a key file of cosign. */

import { basename } from 'node:path';

import { AssayError } from '../../../../core/base/errors.ts';
import { KEY_PASSWORD_FLAGS, newKeyPassword } from '../../shell/options/key-password.ts';
import { FORMAT_FLAG } from '../../shell/options/report-flags.ts';
import { readResultFormat } from '../../print/result-output.ts';
import type { CommandModule, Session } from '../command.ts';
import { keyPairNames, writePair } from './key-pair.ts';
import { openKey } from './open-key.ts';

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
    const { key, password = await newKeyPassword(session, names.privateKey.name) } = await openKey(
      session,
      file,
    );
    return writePair(session, { key, names, password, format });
  },
};

function readArguments({ args }: Session): { readonly file: string; readonly name: string } {
  const [file, name, more] = args;
  if (file === undefined || more !== undefined) {
    const problem =
      file === undefined ? 'no file given' : `"${more ?? ''}" is one argument too many`;
    throw new AssayError('USAGE', problem, { hint: 'Write: assay key import FILE [NAME]' });
  }
  return { file, name: name ?? basename(file).replace(/\.[a-z0-9]+$/iu, '') };
}
