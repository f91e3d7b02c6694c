/** `assay key public`: shows the public half of a key. */

import { resolve } from 'node:path';

import { keyHint } from '../../../../trust/signing/bundle-parts.ts';
import { readKeyFile } from '../../../../trust/signing/key-file.ts';
import {
  isPublicKeyText,
  parsePublicKey,
  type PublicKey,
} from '../../../../trust/signing/public-key.ts';
import { AssayError } from '../../../../core/base/errors.ts';
import { KEY_PASSWORD_FLAGS } from '../../shell/options/key-password.ts';
import { FORMAT_FLAG } from '../../shell/options/report-flags.ts';
import { readResultFormat, writeResult } from '../../print/result-output.ts';
import type { CommandModule, Session } from '../command.ts';
import { openNamedSigner } from '../sign/sign-key.ts';

export const keyPublic: CommandModule = {
  usage: 'KEY',
  description:
    'Prints the public half of a key as PEM: of a private key in any form, of a public key (also a line of OpenSSH), or of a program that signs (exec:PROGRAM). With -f json also its kind, its id (SHA-256 of its DER) and its hint, by which Sigstore bundles name it.',
  flags: [...KEY_PASSWORD_FLAGS, FORMAT_FLAG],
  examples: [
    {
      command: 'assay key public team.key > team.pub',
      purpose: 'the public half, as cosign writes it',
    },
    { command: 'assay key public exec:./hsm-sign -f json', purpose: 'the key behind a program' },
  ],
  run: async (session) => {
    const format = readResultFormat(session);
    const { kind, algorithm, id, pem } = await readAny(session);
    const data = { schemaVersion: 1, kind, algorithm, id, hint: keyHint({ id }), pem };
    return writeResult(session, format, { data, text: pem });
  },
};

async function readAny(session: Session): Promise<PublicKey> {
  const [given, more] = session.args;
  if (given === undefined || more !== undefined) {
    throw new AssayError(
      'USAGE',
      given === undefined ? 'no key given' : 'more than one key given',
      {
        hint: 'Write: assay key public KEY',
      },
    );
  }
  if (!given.startsWith('exec:')) {
    const path = resolve(session.io.cwd, given);
    const text = await readKeyFile(path, 'Make one: assay key generate NAME');
    if (isPublicKeyText(text)) return parsePublicKey(text, path);
  }
  const { publicKey } = await openNamedSigner(session, given);
  return publicKey;
}
