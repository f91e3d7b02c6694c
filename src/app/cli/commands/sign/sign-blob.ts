/** `assay sign-blob`: signs a file. */

import { constants, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { AssayError, errnoOf, errorMessage } from '../../../../core/base/errors.ts';
import { writeBundle } from '../../../../trust/signing/signature.ts';
import { FORMAT_FLAG } from '../../shell/options/report-flags.ts';
import { readResultFormat, writeResult } from '../../print/result-output.ts';
import type { CommandModule, Session } from '../command.ts';
import { oneFile, readBlob } from './blob-file.ts';
import { SIGNATURE_OUTPUT_FLAGS } from './flags.ts';
import {
  filesOf,
  openNamedSignatory,
  readNamedSignatory,
  SIGNATORY_FLAGS,
  type NamedSignatory,
} from './named-signatory.ts';

export const signBlob: CommandModule = {
  usage: 'FILE',
  description:
    'Signs a file. With a key it writes two files beside it: FILE.sig, the signature in base64, and FILE.sigstore.json, a bundle of Sigstore (v0.3). For an identity token it writes the bundle, which contains the certificate and the log entry. cosign verify-blob reads all of them. Existing signatures of these names are replaced.',
  flags: [...SIGNATORY_FLAGS, ...SIGNATURE_OUTPUT_FLAGS, FORMAT_FLAG],
  examples: [
    {
      command: 'assay sign-blob app.tar.gz --sign-key team.key',
      purpose: 'write app.tar.gz.sig and app.tar.gz.sigstore.json',
    },
    {
      command: 'assay sign-blob app.tar.gz --identity-token token.txt',
      purpose: 'without a key: write app.tar.gz.sigstore.json',
    },
  ],
  run: async (session) => {
    const format = readResultFormat(session);
    const { flags } = session;
    const file = oneFile(session, 'sign-blob');
    const named = readNamedSignatory(session);
    const outputs = outputsOf(session, file, named);
    const others = [flags.text('key-password-file'), flags.text('trusted-root')];
    refuseOverwriting(session, [file, ...filesOf(named), ...others], outputs);
    const content = await readBlob(session, file);
    const signatory = await openNamedSignatory(session, named);
    const what = { kind: 'message', content } as const;
    const made = await signatory.sign(what);
    if (outputs.signature !== undefined) {
      const base64 = Buffer.from(made.signature).toString('base64');
      await write(session, outputs.signature, base64);
    }
    await write(session, outputs.bundle, writeBundle(what, made).toString());
    const written = outputs.signature === undefined ? '' : `${outputs.signature} and `;
    return writeResult(session, format, {
      data: { schemaVersion: 1, file, ...signatory.data, ...outputs },
      text: `Signed ${file} ${signatory.shown}.\nWrote ${written}${outputs.bundle}.\n`,
    });
  },
};

interface Outputs {
  /** Absent: not written. */
  readonly signature?: string;
  readonly bundle: string;
}

/**
 * Without its certificate a keyless signature cannot be verified, so it is written alone only if a
 * file is named for it.
 */
function outputsOf({ flags }: Session, file: string, named: NamedSignatory): Outputs {
  const signature = flags.text('output-signature') ?? ('key' in named ? `${file}.sig` : undefined);
  return {
    ...(signature !== undefined && { signature }),
    bundle: flags.text('bundle') ?? `${file}.sigstore.json`,
  };
}

/**
 * @throws AssayError `USAGE` where a signature would replace the key, what is signed, or the other
 * signature
 */
function refuseOverwriting(
  { io }: Session,
  inputs: readonly (string | undefined)[],
  { signature, bundle }: Outputs,
): void {
  const inUse = inputs.flatMap((name) => (name === undefined ? [] : [name]));
  const more = signature === undefined ? [] : [signature];
  for (const [output, others] of [
    ...more.map((name) => [name, inUse] as const),
    [bundle, [...inUse, ...more]] as const,
  ]) {
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
  // A user with write access beside the file could redirect an implicit name with a symlink.
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
