/** `assay db update`: loads advisory data from a mirror. */

import { advisoryFolder } from '../../../../core/base/cache-directory.ts';
import { updateBase } from '../../../../advisories/base/index.ts';
import { readMirror } from '../../shell/options/advisory-options.ts';
import { readResultFormat, writeChange } from '../../print/result-output.ts';
import type { CommandModule } from '../command.ts';
import { raiseYoungGenerationSize } from '../../shell/v8-heap-flags.ts';
import { MIRROR_FLAG } from '../../shell/options/advisory-flags.ts';
import { WITH_FLAG } from './flags.ts';
import { FORMAT_FLAG } from '../../shell/options/report-flags.ts';

export const dbUpdate: CommandModule = {
  usage: '',
  description:
    'Loads advisory data from its publishers, or from a mirror that holds their files, and swaps it in at once; on any error the old data stays. Of servers only what has changed since the last time is fetched.',
  flags: [MIRROR_FLAG, WITH_FLAG, FORMAT_FLAG],
  examples: [
    { command: 'assay db update', purpose: 'all feeds, from their publishers' },
    { command: 'assay db update --mirror /srv/advisories', purpose: 'from a folder' },
    {
      command: 'assay db update --mirror https://mirror.example/feeds',
      purpose: 'over the network',
    },
  ],
  run: async (session) => {
    raiseYoungGenerationSize();
    const format = readResultFormat(session);
    const optional = session.flags.list('with');
    const change = await updateBase(
      {
        folder: advisoryFolder(session),
        ...readMirror(session.flags, session.io.cwd),
        ...(optional.length === 0 ? {} : { with: optional }),
      },
      session.context,
    );
    return writeChange(session, format, change);
  },
};
