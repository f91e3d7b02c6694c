/** `assay sign-blob`: signs a file. */

import { constants, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { AssayError, errnoOf, errorMessage } from '../../../base/errors.ts';
import { writeBlobBundle } from '../../../signing/blob-signature.ts';
import { KEY_PASSWORD_FLAGS } from '../../shell/options/key-password.ts';
import { FORMAT_FLAG } from '../../shell/options/report-flags.ts';
import { readResultFormat, writeResult } from '../../print/result-output.ts';
import type { CommandModule, Session } from '../command.ts';
import { oneFile, readBlob } from './blob-file.ts';
import { SIGN_KEY_FLAG, SIGNATURE_OUTPUT_FLAGS } from './flags.ts';
import { openNamedSigner, readSignKey } from './sign-key.ts';

export const signBlob: CommandModule = {
  usage: 'FILE',
  description:
    'Signs a file with a key, and writes two files beside it: FILE.sig, the signature in base64, and FILE.sigstore.json, a bundle of Sigstore (v0.3). cosign verify-blob reads both. Existing signatures of these names are replaced.',
  flags: [SIGN_KEY_FLAG, ...SIGNATURE_OUTPUT_FLAGS, ...KEY_PASSWORD_FLAGS, FORMAT_FLAG],
  examples: [
    {
      command: 'assay sign-blob app.tar.gz --sign-key team.key',
      purpose: 'write app.tar.gz.sig and app.tar.gz.sigstore.json',
    },
  ],
  run: async (session) => {
    const format = readResultFormat(session);
    const { flags } = session;
    const file = oneFile(session, 'sign-blob');
    const named = readSignKey(session);
    const outputs = outputsOf(session, file);
    refuseOverwriting(session, [file, named, flags.text('key-password-file')], outputs);
    const content = await readBlob(session, file);
    const signer = await openNamedSigner(session, named);
    const signature = await signer.sign(content);
    await write(session, outputs.signature, Buffer.from(signature).toString('base64'));
    await write(session, outputs.bundle, writeBlobBundle(content, signature, signer.publicKey));
    const { id, algorithm } = signer.publicKey;
    return writeResult(session, format, {
      data: { schemaVersion: 1, file, key: { id, algorithm }, ...outputs },
      text: `Signed ${file} with ${signer.name} (${algorithm}).\nWrote ${outputs.signature} and ${outputs.bundle}.\n`,
    });
  },
};

interface Outputs {
  readonly signature: string;
  readonly bundle: string;
}

function outputsOf({ flags }: Session, file: string): Outputs {
  return {
    signature: flags.text('output-signature') ?? `${file}.sig`,
    bundle: flags.text('bundle') ?? `${file}.sigstore.json`,
  };
}

/** @throws AssayError `USAGE` where a signature would replace the key, what is signed, or the other signature */
function refuseOverwriting(
  { io }: Session,
  inputs: readonly (string | undefined)[],
  { signature, bundle }: Outputs,
): void {
  const inUse = inputs.flatMap((name) => (name === undefined ? [] : [name]));
  for (const [output, others] of [
    [signature, inUse],
    [bundle, [...inUse, signature]],
  ] as const) {
    const other = others.find((name) => isSameFile(resolve(io.cwd, name), resolve(io.cwd, output)));
    if (other === undefined) continue;
    throw new AssayError('USAGE', `"${output}" is "${other}", which would be overwritten`, {
      hint: 'Name another file with --output-signature and --bundle.',
    });
  }
}

/** Devices such as the null device take several outputs. */
function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false }));
  if (a === undefined || b === undefined) return one === other;
  return a.isFile() && a.dev === b.dev && a.ino === b.ino;
}

async function write({ io, flags }: Session, name: string, content: string): Promise<void> {
  const isNamed = [flags.text('output-signature'), flags.text('bundle')].includes(name);
  // Whoever can write beside the file could lead a name that nobody gave to another place.
  const follow = isNamed ? 0 : constants.O_NOFOLLOW;
  const flag = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | follow;
  try {
    await writeFile(resolve(io.cwd, name), content, { flag });
  } catch (error) {
    if (errnoOf(error) === 'ELOOP') {
      throw new AssayError('ACCESS_DENIED', `"${name}" is a symlink, which is not followed`, {
        hint: 'Remove it, or name the file with --output-signature and --bundle.',
        cause: error,
      });
    }
    throw new AssayError('ACCESS_DENIED', `cannot write "${name}": ${errorMessage(error)}`, {
      hint: 'Name another file with --output-signature and --bundle.',
      cause: error,
    });
  }
}
