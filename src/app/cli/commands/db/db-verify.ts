/** `assay db verify`: whether a bundle, or the stored base, is just what was written. */

import { resolve } from 'node:path';

import { AssayError } from '../../../../core/base/errors.ts';
import { advisoryFolder } from '../../../../core/base/cache-directory.ts';
import {
  verifyBase,
  verifyBundle,
  type CheckedBase,
  type CheckedBundle,
} from '../../../../advisories/base/index.ts';
import { readResultFormat, writeResult } from '../../print/result-output.ts';
import { readTrustFlags } from './bundle-options.ts';
import { checkedText } from '../../print/bundle-tables.ts';
import type { CommandModule, Session } from '../command.ts';
import { VERIFY_FLAGS } from './flags.ts';
import { FORMAT_FLAG } from '../../shell/options/report-flags.ts';

export const dbVerify: CommandModule = {
  usage: '[FILE]',
  description:
    'Reads a bundle, or without FILE the advisory data that is loaded, to its end and checks every byte against its digest; of a bundle also signatures and expiry. Changes nothing. Ends with 4 where anything is wrong.',
  flags: [...VERIFY_FLAGS, FORMAT_FLAG],
  examples: [
    { command: 'assay db verify', purpose: 'is what is loaded still whole' },
    {
      command: 'assay db verify advisories.tar --verify-key team.pub',
      purpose: 'is the bundle of the team',
    },
  ],
  run: async (session) => {
    const format = readResultFormat(session);
    const checked = await check(session);
    const text = checkedText(checked, session.context.now());
    return writeResult(session, format, { data: checked, text });
  },
};

function check(session: Session): Promise<CheckedBundle | CheckedBase> {
  const { args, flags, io, context } = session;
  const [file, ...others] = args;
  if (others.length > 0) throw new AssayError('USAGE', 'more than one file given');
  const trust = readTrustFlags(session);
  if (file !== undefined) {
    return verifyBundle({ path: resolve(io.cwd, file), ...trust }, context);
  }
  // A key in the environment is for all commands and no mistake.
  if (flags.from('verify-key') === 'flag' || flags.from('threshold') === 'flag') {
    throw new AssayError('USAGE', 'only a bundle is signed, and no file is given', {
      hint: 'Name it: assay db verify FILE --verify-key KEY',
    });
  }
  return verifyBase(advisoryFolder(session), context);
}
