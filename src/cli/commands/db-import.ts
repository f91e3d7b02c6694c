/** `assay db import`: loads advisory data from files. */

import { resolve } from 'node:path';

import { AssayError } from '../../base/errors.ts';
import { advisoryFolder } from '../advisory-folder.ts';
import { readAnswerFormat, writeChange } from '../advisory-output.ts';
import type { CommandModule } from '../command.ts';
import { FORMAT_FLAG } from '../flags.ts';

export const dbImport: CommandModule = {
  usage: 'PATH...',
  description:
    'Loads advisory data from files: OSV archives and records, Alpine secdb and Debian tracker files, or folders of them. Whole feeds replace what was there, single records are added.',
  flags: [FORMAT_FLAG],
  examples: [{ command: 'assay db import npm/all.zip debian.json', purpose: 'two feeds' }],
  run: async (session) => {
    const format = readAnswerFormat(session);
    if (session.args.length === 0) {
      throw new AssayError('USAGE', 'no file given', { hint: 'Name one: assay db import PATH' });
    }
    const paths = session.args.map((path) => resolve(session.io.cwd, path));
    const change = await session.services.importIntoBase(
      { folder: advisoryFolder(session), paths },
      session.context,
    );
    return writeChange(session, format, change);
  },
};
