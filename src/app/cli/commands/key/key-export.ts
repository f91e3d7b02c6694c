/** `assay key export`: writes a private key in the form that other programs read. */

import { resolve } from 'node:path';

import { AssayError } from '../../../../core/base/errors.ts';
import { writePem } from '../../../../trust/signing/pem.ts';
import { encryptPkcs8 } from '../../../../trust/signing/pkcs8-encrypt.ts';
import { refuseTaken, writeKeyFiles } from '../../../../trust/signing/write-key.ts';
import { KEY_PASSWORD_FLAGS, newKeyPassword } from '../../shell/options/key-password.ts';
import type { CommandModule, Session } from '../command.ts';
import { openKey } from './open-key.ts';

export const keyExport: CommandModule = {
  usage: 'FILE OUT',
  description:
    'Writes a private key as PKCS#8 (PEM), which openssl and most libraries read: encrypted with its password (AES-256 and PBKDF2), or with --plain not at all. OUT is readable by its owner alone, and nothing is overwritten.',
  flags: [
    ...KEY_PASSWORD_FLAGS,
    { name: 'plain', group: 'Trust', help: 'write the key without encryption' },
  ],
  examples: [
    { command: 'assay key export team.key team.pem', purpose: 'for openssl, encrypted' },
    {
      command: 'assay key export team.key team.pem --plain',
      purpose: 'for a program that cannot ask',
    },
  ],
  run: async (session) => {
    const { io, flags, context } = session;
    const [file, out] = readArguments(session);
    const path = resolve(io.cwd, out);
    refuseTaken([{ path, name: out }]);
    const { key, password } = await openKey(session, file);
    const isPlain = flags.isOn('plain');
    const content = isPlain
      ? writePem('PRIVATE KEY', key.pkcs8())
      : await encryptPkcs8(key.pkcs8(), password ?? (await newKeyPassword(session, out)));
    await writeKeyFiles([{ path, name: out, content, isPrivate: true }]);
    if (isPlain) context.log.warn(`"${out}" is not encrypted: anyone who can read it can sign`);
    await session.write(`Wrote ${out} (${key.publicKey.algorithm}).\n`);
    return 0;
  },
};

function readArguments({ args }: Session): readonly [string, string] {
  const [file, out, more] = args;
  if (file !== undefined && out !== undefined && more === undefined) return [file, out];
  throw new AssayError('USAGE', more === undefined ? 'two files are needed' : 'too many files', {
    hint: 'Write: assay key export FILE OUT',
  });
}
