/** `assay db export`: writes the whole base as one file, signed. */

import { resolve } from 'node:path';

import { AssayError } from '../../../../core/base/errors.ts';
import { advisoryFolder } from '../../../../core/base/cache-directory.ts';
import { exportBase } from '../../../../advisories/base/index.ts';
import { readResultFormat, writeResult } from '../../print/result-output.ts';
import { readBundleVersion, readExpiry } from './bundle-options.ts';
import { bundleText } from '../../print/bundle-tables.ts';
import type { CommandModule, Session } from '../command.ts';
import { formatBytes } from '../../print/progress.ts';
import { EXPORT_FLAGS } from './flags.ts';
import { FORMAT_FLAG } from '../../shell/options/report-flags.ts';

/** Keys that openssl encrypted; the same variable as for all keys of Assay. */
const PASSPHRASE_VARIABLE = 'ASSAY_KEY_PASSWORD';

export const dbExport: CommandModule = {
  usage: 'FILE',
  description:
    'Writes the advisory data that is loaded as one file, to be imported elsewhere with "assay db import". The same data gives the same bytes. Signed with Ed25519 keys as openssl makes them.',
  flags: [...EXPORT_FLAGS, FORMAT_FLAG],
  examples: [
    {
      command: 'assay db export advisories.tar --sign-key team.pem',
      purpose: 'signed, to be imported within 30 days',
    },
    {
      command: 'assay db export advisories.tar --sign-key a.pem --sign-key b.pem --expires 7d',
      purpose: 'signed with two keys, to be imported within a week',
    },
  ],
  run: async (session) => {
    const format = readResultFormat(session);
    const file = readFile(session);
    const { flags, io, context } = session;
    const version = readBundleVersion(session);
    const expires = readExpiry(session);
    const passphrase = io.env[PASSPHRASE_VARIABLE];
    const signKeys = flags.list('sign-key').map((path) => resolve(io.cwd, path));
    if (signKeys.length === 0) {
      context.log.warn('the bundle is not signed: anybody can change it unnoticed (--sign-key)');
    }
    const written = await exportBase(
      {
        folder: advisoryFolder(session),
        file,
        signKeys,
        ...(passphrase === undefined ? {} : { passphrase }),
        ...(version === undefined ? {} : { version }),
        ...(expires === undefined ? {} : { expires }),
      },
      context,
    );
    const text = `${bundleText(written)}\nWrote ${formatBytes(written.sizeBytes)}.\n`;
    return writeResult(session, format, { data: written, text });
  },
};

function readFile({ args, io }: Session): string {
  const [file = '', ...others] = args;
  if (file !== '' && others.length === 0) return resolve(io.cwd, file);
  throw new AssayError('USAGE', file === '' ? 'no file given' : 'more than one file given', {
    hint: 'Name the bundle to write: assay db export FILE',
  });
}
