/** `assay db status`: what advisory data is loaded. */

import { AssayError } from '../../../../core/base/errors.ts';
import { advisoryFolder } from '../../../../core/base/cache-directory.ts';
import { readBaseStatus } from '../../../../advisories/base/index.ts';
import { readResultFormat, writeResult } from '../../print/result-output.ts';
import { setsTable } from '../../print/db-tables.ts';
import type { CommandModule } from '../command.ts';
import { formatBytes } from '../../print/progress.ts';
import { FORMAT_FLAG } from '../../shell/options/report-flags.ts';

export const dbStatus: CommandModule = {
  usage: '',
  description:
    'Shows what advisory data is loaded and how old it is. Ends with 4 where there is none.',
  flags: [FORMAT_FLAG],
  examples: [{ command: 'assay db status -f json', purpose: 'for monitoring' }],
  run: async (session) => {
    const format = readResultFormat(session);
    const status = await readBaseStatus(advisoryFolder(session), session.context);
    if (status.sets.length === 0) {
      throw new AssayError('ADVISORY_DATA_MISSING', `no advisory data in "${status.folder}"`, {
        hint: 'Load some: assay db update --mirror URL|DIR',
      });
    }
    const text = [
      setsTable(status.sets, session.context.now()),
      `\n${formatBytes(status.sizeBytes)} in ${status.folder}\n`,
    ].join('');
    return writeResult(session, format, { data: status, text });
  },
};
